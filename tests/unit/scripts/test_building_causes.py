# SPDX-License-Identifier: Apache-2.0
"""The logs are of real builds, shortened; each is named after its package."""
import os
import unittest

from support import FIXTURES, InDirectory, make_package

from colcon_deb.building import causes
from colcon_deb.building.host_paths import HostPaths

EXPECTED = {
    "asm-static": "src/asm_static/a.cpp:2:66: error: static assertion failed: only integers",
    "c-werror": "src/c_werror/a.c:2:19: error: unused variable ‘x’ [-Werror=unused-variable]",
    "cmake-deep": "CMake Error at src/cmake_deep/cmake/deep.cmake:2 (file): file failed to open for reading (No such file or "
                  "directory): src/cmake_deep/nowhere.txt",
    "cmake-find": "CMake Error at src/cmake_find/CMakeLists.txt:4 (find_package): the package nowhere_msgs is not found. Is it "
                  "in package.xml?",
    "cmake-message": "CMake Error at src/cmake_message/CMakeLists.txt:3 (message): flux capacitor is missing: error 7",
    "cmake-module": "CMake Error at src/cmake_module/CMakeLists.txt:3 (find_package): Could NOT find GSL (missing: "
                    "GSL_INCLUDE_DIR GSL_LIBRARY GSL_CBLAS_LIBRARY) (found version \"\")",
    "cmake-syntax": "CMake Error at src/cmake_syntax/CMakeLists.txt:3: Parse error.  Function missing ending \")\".  End of "
                    "file reached.",
    "cmake-target": "CMake Error at src/cmake_target/CMakeLists.txt:4 (target_link_libraries): Target \"x\" links to: "
                    "no::target but the target was not found.  Possible reasons include: * There is a typo in the target name. "
                    "* A find_package call is missing for an IMPORTED target. * An ALIAS target is missing.",
    "configure-script": "src/configure_script/gen.py:4: RuntimeError: no such message",
    "ctests": "tests failed: bad_lamp, bad_door",
    "cxx-error": "src/group/cxx_error/src/main.cpp:3:34: error: ‘nothing’ was not declared in this scope",
    "cxx-header": "src/cxx_header/include/a.hpp:1:10: fatal error: no_such_header.hpp: No such file or directory",
    "cxx-redefined": "src/cxx_redefined/a.cpp:2:8: error: redefinition of ‘struct A’",
    "dh-install": "dh_install does not find nowhere.conf, which a file in debian/ names",
    "generator": "src/generator/gen.py:5: json.decoder.JSONDecodeError: Expecting property name enclosed in double quotes: "
                 "line 1 column 2 (char 1)",
    "gtests": "tests failed: test_lamp; in them Lamp.IsOn, Lamp.Blinks",
    "link-missing": "the linker does not find the library nosuchlib (-lnosuchlib)",
    "link-subdirectory": "undefined reference to `vtable for S' in src/link_subdirectory/lib/main.cpp (main)",
    "link-twice": "multiple definition of `f()' in src/link_twice/other.cpp, first defined in src/link_twice/main.cpp",
    "link-undefined": "undefined reference to `missing(int)' in src/link_undefined/src/main.cpp (main)",
    "ninja": "src/ninja/src/a.cpp:1:9: error: expected primary-expression before ‘;’ token",
    "no-rule": "No rule to make target 'nowhere.in', needed by 'CMakeFiles/t'",
    "py-data": "src/py_data/setup.py: can't copy 'launch/nowhere.launch.py': doesn't exist or not a regular file",
    "py-exception": "src/py_exception/setup.py:5: FileNotFoundError: [Errno 2] No such file or directory: 'VERSION'",
    "py-import": "src/py_import/setup.py:2: ModuleNotFoundError: No module named 'nowhere_module'",
    "py-pytest": "tests failed: test/test_it.py::test_bad (AssertionError: sums), test/test_it.py::test_raises (KeyError: "
                 "'key')",
    "py-syntax": "src/py_syntax/setup.py:2: SyntaxError: invalid syntax",
    "py-unittest": "tests failed: test_raises (tests.test_it.Lamp.test_raises), test_bad (tests.test_it.Lamp.test_bad)",
    "rules": "cp: cannot stat 'nowhere.txt': No such file or directory",
    "rules-syntax": "debian_dirs/rules_syntax/debian/rules:93: missing separator",
    "script-fails": "x.sh: cannot find the moon",
    "silent": "a command failed; the last line before that: false",
    "two-errors": "src/two_errors/a.cpp:1:9: error: expected primary-expression before ‘;’ token",
    "wants-new": "Unmet build dependencies: ros-rolling-base (>= 9.0.0), which src/wants_new/package.xml or an override asks for",
}
# Those that tell a place.
PLACES = {
    "asm-static": ("src/asm_static/a.cpp", 2),
    "c-werror": ("src/c_werror/a.c", 2),
    "cmake-deep": ("src/cmake_deep/cmake/deep.cmake", 2),
    "cmake-find": ("src/cmake_find/CMakeLists.txt", 4),
    "cmake-message": ("src/cmake_message/CMakeLists.txt", 3),
    "cmake-module": ("src/cmake_module/CMakeLists.txt", 3),
    "cmake-syntax": ("src/cmake_syntax/CMakeLists.txt", 3),
    "cmake-target": ("src/cmake_target/CMakeLists.txt", 4),
    "configure-script": ("src/configure_script/gen.py", 4),
    "cxx-error": ("src/group/cxx_error/src/main.cpp", 3),
    "cxx-header": ("src/cxx_header/include/a.hpp", 1),
    "cxx-redefined": ("src/cxx_redefined/a.cpp", 2),
    "generator": ("src/generator/gen.py", 5),
    "ninja": ("src/ninja/src/a.cpp", 1),
    "py-exception": ("src/py_exception/setup.py", 5),
    "py-import": ("src/py_import/setup.py", 2),
    "py-syntax": ("src/py_syntax/setup.py", 2),
    "rules-syntax": ("debian_dirs/rules_syntax/debian/rules", 93),
    "two-errors": ("src/two_errors/a.cpp", 1),
}
LOGS = os.path.join(FIXTURES, "logs")


class Causes(InDirectory):
    def paths(self, name, path=None):
        import dataclasses
        settings = dataclasses.replace(self.settings(), source="/workspace/src", debian_dirs="/workspace/debian_dirs",
                                       repository="/workspace/output", build_root="/workspace/build")
        return HostPaths(settings, make_package(name, path=path or name))

    def find(self, name, text, path=None):
        found = self.cause(name, text, path)
        return found and found.text

    def cause(self, name, text, path=None):
        return causes.find(text.splitlines(), self.paths(name, path))

    def test_each_log_has_its_cause(self):
        self.assertEqual(sorted(EXPECTED), sorted(name[:-len(".log")] for name in os.listdir(LOGS)))
        for name, expected in EXPECTED.items():
            package = name.replace("-", "_")
            with self.subTest(name), open(os.path.join(LOGS, name + ".log"), encoding="utf-8") as stream:
                cause = self.cause(package, stream.read(), {"cxx_error": "group/cxx_error"}.get(package))
                self.assertEqual(cause.text, expected)
                self.assertEqual((cause.file, cause.line), PLACES.get(name, ("", 0)))

    def test_a_line_that_cannot_be_one_is_no_place(self):
        for number in ("1" * 10, "1" * 1900, "0"):
            self.assertEqual(self.cause("a", "a.cpp:%s:1: error: x\n" % number).place, {})

    def test_paths_are_those_of_the_workspace(self):
        paths = self.paths("a", "group/a")
        for inside, shown in (
                ("/workspace/build/a/source/src/main.cpp:3:44: error: x", "src/group/a/src/main.cpp:3:44: error: x"),
                ("../src/main.cpp:3:44: error: x", "src/group/a/src/main.cpp:3:44: error: x"),
                ("In file included from /workspace/build/a/source/a.h:1,", "In file included from src/group/a/a.h:1,"),
                ("cd /workspace/build/a/source/.obj-x86_64-linux-gnu/lib && x", "cd build/lib && x"),
                ("/workspace/build/a/source/.pybuild/cpython3_3.11_a/build/a/b.py", "src/group/a/a/b.py"),
                ("/workspace/build/a/source/debian/rules:3", "debian_dirs/a/debian/rules:3"),
                ("/workspace/build/a/source/debian/ros-a/opt/x", "src/group/a/debian/ros-a/opt/x"),
                ("/workspace/debian_dirs/a/override.yaml", "debian_dirs/a/override.yaml"),
                ("/workspace/build/ab/source/x /workspace/src/ab", "/workspace/build/ab/source/x src/ab"),
                ("../not a place", "../not a place")):
            self.assertEqual(paths.of_text(inside), shown)
        self.assertEqual(self.paths("a", ".").of_file("src/main.cpp"), "src/src/main.cpp")

    def test_a_status_line_is_never_the_cause(self):
        text = "dh_auto_build\n-- Using PYTHON_EXECUTABLE: /usr/bin/python3\n-- error: harmless\n%smake: *** [x] Error 2\n"
        self.assertIsNone(self.find("a", text % ""))
        self.assertEqual(self.find("a", text % "a.cpp:1:2: error: redefinition of ‘struct A’\n"),
                         "src/a/a.cpp:1:2: error: redefinition of ‘struct A’")

    def test_only_the_failing_step_counts(self):
        text = "dh_auto_configure\nx.cpp:1:1: error: of a try\ndh_auto_build\nmain.cpp:2:2: error: mine\n" \
               "dh_auto_build: error: make returned exit code 2\n"
        self.assertEqual(self.find("a", text), "src/a/main.cpp:2:2: error: mine")

    def test_an_exception_that_ended_nothing_is_not_the_cause(self):
        trace = "Traceback (most recent call last):\n  File \"/workspace/build/a/source/x.py\", line 1, in <module>\nE: x\n"
        self.assertEqual(self.find("a", trace + "main.cpp:2:2: error: mine\n"), "src/a/main.cpp:2:2: error: mine")

    def test_a_log_without_a_cause(self):
        self.assertIsNone(self.find("a", ""))
        self.assertIsNone(self.find("a", "quiet\nlines\n"))
        self.assertEqual(self.find("a", "x.sh: no moon\nmake: *** [x] Error 1\n"), "x.sh: no moon")


if __name__ == "__main__":
    unittest.main()
