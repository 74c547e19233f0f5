# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import time
import unittest

from support import HELPERS, InDirectory

from colcon_deb.building import slots


class SlotsTest(InDirectory):
    def setUp(self):
        super().setUp()
        self.slots = slots.Slots(os.path.join(self.directory, "pipe"), 2)
        self.addCleanup(self.slots.close)

    def test_as_many_as_there_are(self):
        self.assertEqual([self.slots.take() for _each in range(3)], [True, True, False])
        self.slots.give_back()
        self.assertEqual([self.slots.take() for _each in range(2)], [True, False])

    def test_a_package_gives_back_only_what_it_holds(self):
        self.assertTrue(self.slots.take())
        slot = slots.Slot(self.slots)
        self.assertTrue(slot.take())
        self.assertEqual(slot.waited, 0)
        slot.give_back()
        slot.give_back()
        time.sleep(0.01)
        self.assertTrue(slot.take())
        self.assertGreaterEqual(slot.waited, 0.01)
        self.assertEqual([self.slots.take() for _each in range(2)], [True, False])
        slot.give_back()
        self.assertTrue(self.slots.take())
        self.assertFalse(slot.take())

    def test_what_a_killed_make_kept_is_there_again(self):
        self.slots.take()
        self.slots.reset()
        self.assertEqual([self.slots.take() for _each in range(3)], [True, True, False])

    @unittest.skipUnless(shutil.which("make"), "needs make")
    def test_make_shares_them_whatever_its_caller_says(self):
        # Each job counts those that run with it; four could run at once, two slots and make's own one are three.
        self.write("Makefile", "all: 1 2 3 4 5 6\n\n1 2 3 4 5 6:\n\t@mkdir at.$@; ls -d at.* 2>/dev/null | wc -l >> counts; sleep 0.3; rmdir at.$@\n")
        environ = dict(os.environ, COLCON_DEB_SLOTS=self.slots.path, MAKE="nothing")
        environ.pop("MAKEFLAGS", None)
        for flags in (["-j4"], ["-j", "4"], ["--jobs=4"], []):
            with self.subTest(flags):
                answer = subprocess.run([os.path.join(HELPERS, "make-with-slots.sh"), *flags, "all"], cwd=self.directory, env=environ,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=True)
                self.assertEqual(answer.stdout, "")
                with open(os.path.join(self.directory, "counts"), encoding="ascii") as stream:
                    self.assertEqual(max(int(line) for line in stream), 3)
                os.unlink(os.path.join(self.directory, "counts"))
        self.assertEqual([self.slots.take() for _each in range(3)], [True, True, False])

    def test_memory(self):
        gigabyte = 1024 ** 3
        self.assertEqual([slots.affordable(8, memory) for memory in (0, 2 * gigabyte, 7 * gigabyte, 100 * gigabyte, None)],
                         [1, 1, 4, 8, 8])
        self.assertEqual([slots.affordable(8, 7 * gigabyte, emulated) for emulated in (False, True)], [4, 4])
        # An emulator needs memory, too.
        self.assertEqual([slots.affordable(8, 6 * gigabyte, emulated) for emulated in (False, True)], [4, 3])
        meminfo = self.write("meminfo", "MemTotal: 9000000 kB\nMemAvailable: 4000 kB\n")
        limit, unlimited = self.write("limit", "1048576\n"), self.write("unlimited", "max\n")
        self.assertEqual(slots.memory_available(meminfo, [limit]), 1048576)
        self.assertEqual(slots.memory_available(meminfo, [unlimited, "/nowhere"]), 4096000)
        self.assertIsNone(slots.memory_available("/nowhere", []))
        self.assertIsNone(slots.memory_available("/nowhere", [], builds=2))
        # Builds that run at the same time share it.
        self.assertEqual(slots.memory_available(meminfo, [unlimited], builds=4), 1024000)


if __name__ == "__main__":
    unittest.main()
