# SPDX-License-Identifier: Apache-2.0
import os
import time
import unittest

from support import InDirectory

from colcon_deb.workspace import epoch
from colcon_deb.workspace.epoch import Commits


class Epoch(InDirectory):
    def test_the_commit_comes_before_the_files(self):
        os.utime(self.write("src/a/x"), (86400, 86400))
        os.utime(self.write("src/a/.hidden/x"), (1, 1))
        self.assertEqual(epoch.source_epoch(self.source, "a", Commits()), 86400)
        self.assertEqual(epoch.source_epoch(self.source, "a", Commits({"a": 5, "b": 6})), 5)

    def test_a_package_behind_a_link(self):
        self.write("src/real/a/x")
        os.symlink("real/a", os.path.join(self.source, "link"))
        self.assertEqual(epoch.source_epoch(self.source, "link", Commits({"real/a": 5})), 5)
        self.assertEqual(epoch.source_epoch(self.source, ".", Commits({".": 6})), 6)

    def test_no_source_is_of_the_future(self):
        os.utime(self.write("src/a/x"), (1 << 33, 1 << 33))
        self.assertLessEqual(epoch.source_epoch(self.source, "a", Commits()), time.time())

    def test_an_override(self):
        files = [self.write("debian_dirs/a/override.yaml"), os.path.join(self.directory, "gone")]
        os.utime(files[0], (86400, 86400))
        self.assertEqual(epoch.override_epoch("a", files, Commits()), 86400)
        self.assertEqual(epoch.override_epoch("a", files, Commits({}, {"a": 5})), 5)
        self.assertEqual(epoch.override_epoch("a", [], Commits({}, {"a": 5})), 0)

    def test_the_times_that_the_host_writes(self):
        self.write("commits", "colcon-deb-commits 1\n5 a/b\n6 with%20blank\n")
        self.write("override-commits", "colcon-deb-commits 1\n7 a\n")
        self.assertEqual(Commits.read(self.directory), Commits({"a/b": 5, "with blank": 6}, {"a": 7}))

    def test_a_file_that_is_no_such_file(self):
        for text in ("", "colcon-deb-commits 2\n5 a\n", "5 a\n", "\xff"):
            self.write("commits", text)
            self.assertEqual(Commits.read(self.directory), Commits(), text)
        self.write("commits", "colcon-deb-commits 1\n5 a\nx\n")
        self.assertEqual(Commits.read(self.directory), Commits({"a": 5}))


if __name__ == "__main__":
    unittest.main()
