# SPDX-License-Identifier: Apache-2.0
"""build-supervisor.py as a standby: a process of its own, as it is process 1 of a container."""
import os
import subprocess
import sys
import unittest

from support import HELPERS

TEXT = "::progress::type=hello,proto=1\n::progress::type=stage,value=check"


class Standby(unittest.TestCase):
    def stand_by(self, said, seconds=20, close=True):
        """(exit code, output), after the host has said something."""
        command = [sys.executable, "-B", os.path.join(HELPERS, "build-supervisor.py"), "build", str(seconds), TEXT]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as process:
            process.stdin.write(said)
            process.stdin.flush()
            if close:
                process.stdin.close()
            output = process.stdout.read()
            code = process.wait(timeout=30)
        return code, output

    def test_without_a_host_it_builds_nothing_and_says_nothing(self):
        self.assertEqual(self.stand_by(""), (0, ""))

    def test_it_ends_by_itself(self):
        self.assertEqual(self.stand_by("", seconds=1, close=False), (0, ""))

    def test_what_is_no_beginning_ends_it(self):
        for line in ("go\n", "install\n", 'environment {"A": "b"}\n'):
            self.assertEqual(self.stand_by(line), (0, ""))

    def test_it_says_first_what_was_said_before_it(self):
        # A name that cannot be used ends the build at its first stage.
        code, output = self.stand_by('go {"ROS_DISTRO": "no name", "DEPENDENCY_LAYER": "0"}\n', close=False)
        self.assertEqual(code, 1)
        self.assertTrue(output.startswith(TEXT + "\n::progress::type=stage,value=scan\n"), output)
        self.assertIn("ROS_DISTRO is 'no name'", output)
        self.assertIn("::progress::type=build_complete,success=false", output.splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
