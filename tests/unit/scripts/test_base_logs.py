# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.base import logs


class Logs(InDirectory):
    def test_tail_is_bounded_and_clean(self):
        path = self.write("log", "x" * 100000 + "\n" + "".join("line %d\x1b[1m\n" % n for n in range(50)))
        self.assertEqual(logs.tail(path, 3), ["line 47", "line 48", "line 49"])
        self.assertEqual(logs.tail(path + "missing", 3), [])

    def test_a_log_is_followed(self):
        shown = []
        path = os.path.join(self.directory, "log")
        follower = logs.Follower(path, shown.append)
        follower.follow()
        with open(path, "ab", buffering=0) as log:
            log.write(b"one\r\ntw")
            follower.follow()
            self.assertEqual(shown, ["one"])
            log.write(b"o\x1b[31m\n" + b"x" * 500000)
            follower.follow()
            log.write(b"\nlast")
        follower.finish()
        follower.finish()
        self.assertEqual((shown[1], len(shown[2]), shown[3:]), ("two", 2001, ["last"]))

    def test_a_build_may_replace_its_log_by_a_pipe(self):
        path = os.path.join(self.directory, "log")
        os.mkfifo(path)
        self.assertEqual(logs.tail(path, 3), [])
        logs.Follower(path, self.fail).finish()


if __name__ == "__main__":
    unittest.main()
