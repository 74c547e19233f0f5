# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys
import unittest

from support import HELPERS


class Step(unittest.TestCase):
    def run_main(self, body):
        code = ("import os, sys; sys.path.insert(0, %r)\nfrom colcon_deb.base import step\nsys.argv = ['/helpers/some-step.py']\n"
                "def main():\n    %s\nstep.run(main)" % (HELPERS, body))
        return subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=False)

    def test_the_exit_code_is_that_of_main(self):
        for code in (0, 1, 130):
            answer = self.run_main("return %d" % code)
            self.assertEqual((answer.returncode, answer.stdout, answer.stderr), (code, "", ""))

    def test_what_nobody_expected_is_said(self):
        answer = self.run_main("os.dup2(2, 1); {}['key']")
        self.assertEqual(answer.returncode, 1)
        self.assertEqual(answer.stdout, "::log::level=error,msg=Internal error of colcon-deb in some-step.py: KeyError: 'key'. "
                                        "Please report it%2C with the output of --verbose.\n")
        self.assertIn("Traceback", answer.stderr)


if __name__ == "__main__":
    unittest.main()
