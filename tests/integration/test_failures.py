# SPDX-License-Identifier: Apache-2.0
"""The reason of a failure is its cause, in the words and with the paths of the workspace."""
import json
import re
import unittest

from support import IMAGE, ProgramCase, add_package, write

PATCH = "--- a/CMakeLists.txt\n+++ b/CMakeLists.txt\n@@ -1,3 +1,3 @@\n-no such line\n+another\n x\n y\n"
LONG = "a_name_that_is_much_longer_than_a_terminal_is_wide_" * 6
# Package -> its reason. The unit tests have more kinds, by the logs of real builds.
REASONS = {
    "compiler": "src/group/compiler/src/main.cpp:3:1: error: ‘%s’ does not name a type" % LONG,
    "linker": "undefined reference to `missing(int)' in src/linker/src/main.cpp (main)",
    "finder": "CMake Error at src/finder/CMakeLists.txt:3 (find_package): the package nowhere_msgs is not found. Is it in "
              "package.xml?",
    "generator": "src/generator/generate.py:2: RuntimeError: no template for Lamp",
    "patched": "the patch fix.patch (debian_dirs/patched/override.yaml:3:5) does not apply: patching file CMakeLists.txt; Hunk "
               "#1 FAILED at 1.; 1 out of 1 hunk FAILED -- saving rejects to file CMakeLists.txt.rej. Make it again for the "
               "present source",
    "tested": "tests failed: lamp_is_on, door (Timeout)",
    "newer": "Unmet build dependencies: ros-rolling-base (>= 9.0.0), which src/newer/package.xml or an override asks for",
}


class Failures(ProgramCase):
    def build(self, *options):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *options)
        self.assert_ended(outcome, 1)
        return outcome

    def add_cxx(self, name, cmake, main, directory=None):
        place = add_package(self.workspace, name, cmake="enable_language(CXX)\n" + cmake, directory=directory)
        write(place / "src/main.cpp", main)

    def test_the_reason_is_the_cause(self):
        self.add_cxx("compiler", "add_library(x src/main.cpp)\n", "int a;\n\n%s b;\n" % LONG, "group/compiler")
        self.add_cxx("linker", "add_executable(x src/main.cpp)\n", "int missing(int);\nint main() { return missing(1); }\n")
        add_package(self.workspace, "finder", cmake="find_package(nowhere_msgs REQUIRED)")
        place = add_package(self.workspace, "generator", cmake="add_custom_target(g ALL COMMAND /usr/bin/python3 "
                            "${CMAKE_CURRENT_SOURCE_DIR}/generate.py)")
        write(place / "generate.py", "def main():\n    raise RuntimeError('no template for Lamp')\n\n\nmain()\n")
        add_package(self.workspace, "patched")
        write(self.workspace / "debian_dirs/patched/fix.patch", PATCH)
        write(self.workspace / "debian_dirs/patched/override.yaml", "recommends: [less]\npatches:\n  - fix.patch\n")
        add_package(self.workspace, "tested", cmake="""
            enable_testing()
            add_test(NAME good COMMAND true)
            add_test(NAME lamp_is_on COMMAND sh -c "echo error: dark; exit 1")
            add_test(NAME door COMMAND sleep 60)
            set_tests_properties(door PROPERTIES TIMEOUT 1)""")
        add_package(self.workspace, "base")
        place = add_package(self.workspace, "newer", depends=["base"])
        manifest = (place / "package.xml").read_text()
        (place / "package.xml").write_text(manifest.replace("<depend>", '<depend version_gte="9.0.0">'))

        outcome = self.build("--run-tests")
        found = dict(re.findall(r"^\[\d+/\d+\] (\S+) 1\.0\.0 FAILED \S+: (.*)$", outcome.stdout, re.MULTILINE))
        # The console has the path on the host.
        self.assertEqual("%s/%s" % (self.workspace, REASONS["compiler"]), found["compiler"], outcome)
        found = {name: reason.replace("%s/" % self.workspace, "") for name, reason in found.items()}
        self.assertEqual(REASONS, found, outcome)
        packages = json.loads((self.output / "summary.json").read_text())["packages"]
        self.assertEqual(REASONS, {one["name"]: one["error"] for one in packages if one.get("error")})
        # The lines of the log that are shown have the paths of the workspace too.
        self.assertNotIn("/workspace/", outcome.stdout)


if __name__ == "__main__":
    unittest.main()
