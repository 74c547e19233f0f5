# SPDX-License-Identifier: Apache-2.0
"""Warnings of compilers are counted and shown; CMake arguments of colcon's files are used, or named in a warning."""
import json
import subprocess
import unittest

from support import IMAGE, ProgramCase, add_package, events_of, workspace_debs, write

CMAKE = """
    enable_language(C)
    message(WARNING "the lamp is dusty")
    add_library(lamp STATIC lamp.c)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/colour "${LAMP_COLOUR}")
    install(FILES ${CMAKE_CURRENT_BINARY_DIR}/colour DESTINATION share/lamp)
"""
LINES = ["CMake Warning at CMakeLists.txt:5 (message): the lamp is dusty",
         "src/lamp/lamp.c:1:20: warning: initialization of ‘int *’ from ‘int’ makes pointer from integer without a cast "
         "[-Wint-conversion]"]


class Warnings(ProgramCase):
    def build(self, *options):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *options)
        self.assert_ended(outcome, 0)
        return outcome

    def colour(self):
        deb = next(path for path in workspace_debs(self.output) if "ros-rolling-lamp_" in path.name)
        return subprocess.run(["dpkg-deb", "--fsys-tarfile", str(deb)], check=True, capture_output=True).stdout

    def test_warnings_and_arguments(self):
        place = add_package(self.workspace, "lamp", cmake=CMAKE)
        write(place / "lamp.c", "static int *lamp = 1;\nint is_on(void) { return *lamp; }\n")
        write(place / "colcon.pkg", "cmake-args: [-DLAMP_COLOUR=reddish]\nhooks: [x]\n")
        meta = write(self.workspace / "colcon.meta", "names: {lamp: {dependencies: [x]}}\n")

        outcome = self.build()
        self.assertRegex(outcome.stdout, r"(?m)^\[1/1\] lamp 1\.0\.0 ok \S+ \(new\), 2 warnings$", outcome)
        self.assertRegex(outcome.stdout, r"(?m)^1 built, .*, 2 warnings of compilers \(colcon-deb build --show-warnings shows them\)$")
        self.assertNotIn("dusty", outcome.stdout)
        self.assertEqual([event["warnings"] for event in events_of(self.output, "package_complete")], [2])
        summary = json.loads((self.output / "summary.json").read_text())
        self.assertEqual((summary["packages"][0]["warnings"], summary["counts"]["compiler_warnings"]), (2, 2))
        texts = [event["msg"] for event in events_of(self.output, "warning") if event["code"] == "colcon_meta"]
        self.assertEqual(len(texts), 2, outcome)
        self.assertIn(str(meta), texts[0])
        self.assertIn("dependencies of lamp", texts[0])
        self.assertIn("src/lamp/colcon.pkg: not used: hooks.", texts[1])
        self.assertIn(b"reddish", self.colour())

        # Nothing is built, and the log of the last build is still there.
        outcome = self.build("--show-warnings")
        self.assertIn("    lamp 1.0.0 up to date\n    | %s\n    | %s\nNothing has changed" % tuple(LINES), outcome.stdout)

        write(place / "colcon.pkg", "cmake-args: [-DLAMP_COLOUR=yellowish]\n")
        outcome = self.build("--show-warnings")
        self.assertRegex(outcome.stdout, r"lamp 1\.0\.0 ok \S+ \(source changed\), 2 warnings\n    \| CMake Warning", outcome)
        self.assertIn(b"yellowish", self.colour())


if __name__ == "__main__":
    unittest.main()
