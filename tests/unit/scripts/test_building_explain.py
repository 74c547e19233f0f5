# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory, make_package

from colcon_deb.building import explain
from colcon_deb.building.host_paths import HostPaths

CMAKE_FAILURE = """\
dh_auto_configure --
CMake Error at CMakeLists.txt:3 (message):
  flux capacitor is missing


-- Configuring incomplete, errors occurred!
\tcd .obj && tail -v -n \\+0 CMakeCache.txt
==> CMakeCache.txt <==
%s
dh_auto_configure: error: cd .obj && cmake .. returned exit code 1
make: *** [debian/rules:30: binary] Error 2
"""


class Explain(InDirectory):
    def test_the_dump_of_a_failed_configure_step_is_left_out(self):
        log = self.write("log", CMAKE_FAILURE % "\n".join("CACHE_%d:INTERNAL=error: 1" % n for n in range(3000)))
        shown = explain.last_lines(log)
        self.assertIn("  flux capacitor is missing", shown)
        self.assertNotIn("CACHE", "".join(shown))
        self.assertEqual(shown[-1], "make: *** [debian/rules:30: binary] Error 2")

    def test_the_reason_is_cmakes_whole_sentence(self):
        self.assertEqual(self.reason(2, CMAKE_FAILURE % "cache"),
                         "CMake Error at src/a/CMakeLists.txt:3 (message): flux capacitor is missing")

    def test_without_a_telling_line_there_is_the_code(self):
        self.assertEqual(self.reason(-9, "quiet\n"), "debian/rules was killed by signal 9")

    def reason(self, code, text):
        return self.cause(code, text).text

    def cause(self, code, text):
        return explain.cause(code, self.write("log", text), HostPaths(self.settings(), make_package("a")))

    def test_the_place_is_a_file_that_the_user_has(self):
        self.write("src/a/a.cpp")
        self.write("secret.cpp")
        self.assertEqual(self.cause(2, "a.cpp:3:1: error: x\n").place, {"file": "src/a/a.cpp", "line": 3})
        for file in ("generated.cpp", "/usr/include/x.h", self.directory + "/build_root/a/source/.obj-x/a.cpp", "../../secret.cpp",
                     "/src/../../secret.cpp"):
            cause = self.cause(2, file + ":3:1: error: x\n")
            self.assertEqual((cause.place, cause.text.endswith(":3:1: error: x")), ({}, True), file)

    def test_a_reason_is_cut_only_where_nobody_reads_on(self):
        self.assertEqual(len(self.reason(2, "a.cpp:1:1: error: %s\n" % ("x" * 1500))), len("src/a/a.cpp:1:1: error: ") + 1500)
        self.assertEqual(len(explain.bounded("x" * 100000)), 2001)

    def test_a_compiler_that_was_killed(self):
        log = self.write("log", "c++: fatal error: Killed signal terminated program cc1plus\ncompilation terminated.\n")
        self.assertTrue(explain.shows_killed_compiler(log))
        self.assertFalse(explain.shows_killed_compiler(self.write("log", "Killed the process group\nerror: x\n")))

    def test_the_kernel_counts_what_it_kills(self):
        counts = [self.write("memory.events", "low 0\noom 3\noom_kill 2\n"), self.write("oom_control", "under_oom 0\noom_kill 1\n")]
        self.assertEqual([explain.killed_for_memory([path]) for path in counts], [2, 1])
        self.assertEqual(explain.killed_for_memory(["/nowhere", counts[0]]), 2)
        self.assertEqual(explain.killed_for_memory([]), 0)

    def test_a_network_that_fails_is_not_the_packages_fault(self):
        for line in ("fatal: unable to access 'https://x/': Could not resolve host: x", "curl: (28) Connection timed out",
                     "fatal: unable to access 'x': The requested URL returned error: 503"):
            self.assertTrue(explain.shows_network_failure(self.write("log", line + "\nmake: *** Error 1\n")), line)
        for line in ("error: expected ';'", "The requested URL returned error: 404"):
            self.assertFalse(explain.shows_network_failure(self.write("log", line + "\n")), line)


if __name__ == "__main__":
    unittest.main()
