# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.base import files


class Files(InDirectory):
    def test_log_does_not_follow_links(self):
        target = self.write("target", "precious")
        link = os.path.join(self.directory, "log")
        os.symlink(target, link)
        with files.open_log(link) as log:
            log.write(b"new")
        with open(target, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "precious")

    def test_tail_is_bounded_and_clean(self):
        path = self.write("log", "x" * 100000 + "\n" + "".join("line %d\x1b[1m\n" % n for n in range(50)))
        self.assertEqual(files.tail(path, 3), ["line 47", "line 48", "line 49"])
        self.assertEqual(files.tail(path + "missing", 3), [])

    def test_a_log_is_followed(self):
        shown = []
        path = os.path.join(self.directory, "log")
        follower = files.Follower(path, shown.append)
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

    def test_json_of_another_user(self):
        for name, text in (("deep", "[" * 100000), ("broken", "{")):
            with self.assertRaises(ValueError):
                files.read_json(self.write(name, text))
        os.symlink(self.write("good", "{}"), os.path.join(self.directory, "link"))
        with self.assertRaises(OSError):
            files.read_json(os.path.join(self.directory, "link"))


if __name__ == "__main__":
    unittest.main()
