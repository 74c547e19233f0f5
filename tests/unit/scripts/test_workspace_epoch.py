# SPDX-License-Identifier: Apache-2.0
import os
import time
import unittest

from support import InDirectory

from colcon_deb.workspace import epoch


class Epoch(InDirectory):
    def test_the_commit_before_the_files_and_what_is_given_before_both(self):
        os.utime(self.write("src/a/x"), (86400, 86400))
        os.utime(self.write("src/a/.hidden/x"), (1, 1))
        self.assertEqual(epoch.source_epoch(self.source, "a", "", {}), 86400)
        self.assertEqual(epoch.source_epoch(self.source, "a", "", {"a": 5, "b": 6}), 5)
        self.assertEqual(epoch.source_epoch(self.source, "a", "7", {"a": 5}), 7)

    def test_a_package_behind_a_link(self):
        self.write("src/real/a/x")
        os.symlink("real/a", os.path.join(self.source, "link"))
        self.assertEqual(epoch.source_epoch(self.source, "link", "", {"real/a": 5}), 5)
        self.assertEqual(epoch.source_epoch(self.source, ".", "", {".": 6}), 6)

    def test_no_source_is_of_the_future(self):
        os.utime(self.write("src/a/x"), (1 << 33, 1 << 33))
        self.assertLessEqual(epoch.source_epoch(self.source, "a", "", {}), time.time())

    def test_the_times_that_the_host_writes(self):
        path = self.write("commits", "colcon-deb-commits 1\n5 a/b\n6 with%20blank\n")
        self.assertEqual(epoch.read_commits(path), {"a/b": 5, "with blank": 6})

    def test_a_file_that_is_no_such_file(self):
        for text in ("", "colcon-deb-commits 2\n5 a\n", "5 a\n", "\xff"):
            self.assertEqual(epoch.read_commits(self.write("commits", text)), {}, text)
        self.assertEqual(epoch.read_commits(os.path.join(self.directory, "none")), {})
        self.assertEqual(epoch.read_commits(self.write("commits", "colcon-deb-commits 1\n5 a\nx\n")), {"a": 5})


if __name__ == "__main__":
    unittest.main()
