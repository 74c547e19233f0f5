# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import unittest

from support import InDirectory

from colcon_deb.base import tree


class Walk(InDirectory):
    def test_everything_once_and_no_link_followed(self):
        for path in ("top/a/b/c", "top/a/d", "top/e"):
            self.write(path)
        os.symlink("..", self.directory + "/top/up")
        self.assertEqual(sorted(entry.name for entry in tree.walk(self.directory + "/top")), ["a", "b", "c", "d", "e", "up"])

    def test_a_directory_comes_before_what_is_in_it(self):
        self.write("top/a/b/c")
        self.assertEqual([entry.name for entry in tree.walk(self.directory + "/top")], ["a", "b", "c"])

    def test_the_entry_is_in_the_open_directory(self):
        self.write("top/a/file")
        self.write("top/b/file")
        for entry in tree.walk(self.directory + "/top"):
            self.assertEqual(os.lstat(entry.name, dir_fd=entry.directory).st_ino, entry.status.st_ino)

    def test_deeper_than_recursion_descriptors_and_paths_reach(self):
        subprocess.run(["mkdir", "-p", "top/" + "deep/" * 3000], cwd=self.directory, check=True)
        before = len(os.listdir("/proc/self/fd"))
        self.assertEqual(sum(1 for _entry in tree.walk(self.directory + "/top")), 3000)
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    def test_what_vanishes_meanwhile(self):
        self.write("top/a/file")
        self.write("top/b/file")
        for entry in tree.walk(self.directory + "/top"):
            if entry.name in "ab":
                shutil.rmtree(self.directory + "/top/" + entry.name)

    def test_a_directory_that_is_moved_away_meanwhile(self):
        self.write("top/a/b/c")
        self.write("top/a/b/d")
        with self.assertRaisesRegex(OSError, "changes while it is read"):
            for entry in tree.walk(self.directory + "/top"):
                if entry.name == "b":
                    walked = entry
                elif entry.name in "cd" and os.path.exists(self.directory + "/top/a/b"):
                    self.assertIsNotNone(walked)
                    os.rename(self.directory + "/top/a/b", self.directory + "/elsewhere")


if __name__ == "__main__":
    unittest.main()
