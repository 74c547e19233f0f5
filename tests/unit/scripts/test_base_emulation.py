# SPDX-License-Identifier: Apache-2.0
import shutil
import subprocess
import sys
import unittest

from support import ScriptCase

from colcon_deb.base import emulation

BUSY = "import time\nend = time.process_time() + %s\nwhile time.process_time() < end: pass"


class EmulationTest(ScriptCase):
    def test_the_slowdown_is_a_whole_number_within_limits(self):
        native = emulation.NATIVE_SECONDS
        self.assertEqual([emulation.slowdown(seconds) for seconds in (0, native / 3, native, native * 17.6, native * 1000)],
                         [1, 1, 1, 18, emulation.MAX_SLOWDOWN])

    def test_the_processor_time_of_the_command_counts(self):
        def run(_command):
            return subprocess.run([sys.executable, "-c", BUSY % (emulation.NATIVE_SECONDS * 5)], check=False).returncode

        self.assertIn(emulation.measure(run), range(5, 20))

    def test_a_command_that_fails_measures_nothing(self):
        self.assertEqual(emulation.measure(lambda _command: 1), 1)

    @unittest.skipUnless(shutil.which("gcc"), "needs gcc")
    def test_the_program_compiles_without_a_word(self):
        answer = subprocess.run(emulation.COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        self.assertEqual((answer.returncode, answer.stdout), (0, b""))


if __name__ == "__main__":
    unittest.main()
