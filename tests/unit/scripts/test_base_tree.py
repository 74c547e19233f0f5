# SPDX-License-Identifier: Apache-2.0
import contextlib
import errno
import os
import shutil
import subprocess
import unittest
from unittest import mock

from support import InDirectory

from colcon_deb.base import files, tree


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

    def test_directories_that_cannot_be_walked_are_told_and_the_rest_is_walked(self):
        for name in "bcd":
            self.write("top/a/%s/file" % name)
        told = []

        def tell(entry, error):
            told.append((entry.name, type(error)))
            self.assertEqual(os.lstat(entry.name, dir_fd=entry.directory).st_ino, entry.status.st_ino)

        found = []
        with self.denying("c", "d"):
            for entry in tree.walk(self.directory + "/top", tell):
                found.append(entry.name)
        self.assertEqual(sorted(found), ["a", "b", "c", "d", "file"])
        self.assertEqual(sorted(told), [("c", PermissionError), ("d", PermissionError)])
        with self.denying("c"), self.assertRaises(PermissionError):
            list(tree.walk(self.directory + "/top"))

    @unittest.skipUnless(os.getuid() == 0, "needs two users")
    def test_a_directory_that_may_be_read_but_not_searched(self):
        os.chmod(self.directory, 0o755)
        self.write("top/a/file")
        self.write("top/b/file")
        os.chmod(self.directory + "/top/a", 0o744)
        told = []
        with files.as_user(1234, 1234):
            found = [entry.name for entry in tree.walk(self.directory + "/top", lambda entry, _error: told.append(entry.name))]
        self.assertEqual((sorted(found), told), (["a", "b", "file"], ["a"]))

    def test_the_walk_continues_above_a_directory_that_is_moved_away(self):
        for path in ("top/a/b/c", "top/a/b/d", "top/a/z", "top/y"):
            self.write(path)
        before, found, told = len(os.listdir("/proc/self/fd")), [], []
        for entry in tree.walk(self.directory + "/top", lambda entry, error: told.append((entry, error.errno))):
            found.append(entry.name)
            if entry.name in "cd" and os.path.exists(self.directory + "/top/a/b"):
                os.rename(self.directory + "/top/a", self.directory + "/elsewhere")
                os.rename(self.directory + "/elsewhere/b", self.directory + "/b")
        self.assertIn("y", found)
        self.assertEqual(told, [(None, errno.EBUSY)])
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)

    @contextlib.contextmanager
    def denying(self, *names):
        """Root may read everything here."""
        real = os.open

        def deny(path, *arguments, **keywords):
            if path in names:
                raise PermissionError(errno.EACCES, "Permission denied", path)
            return real(path, *arguments, **keywords)
        with mock.patch("os.open", deny):
            yield


class Paths(InDirectory):
    def test_as_os_walk(self):
        for path in ("top/a/b/c", "top/a/d", "top/e", "top/z/f"):
            self.write(path)
        os.symlink("..", self.directory + "/top/up")
        os.symlink("nowhere", self.directory + "/top/dangling")
        self.assertEqual([(path, sorted(directories), sorted(names))
                          for path, directories, names in tree.walk_paths(self.directory + "/top")],
                         [(path, sorted(directories), sorted(names))
                          for path, directories, names in os.walk(self.directory + "/top")])

    def test_a_directory_can_be_left_out(self):
        for path in ("top/a/b/c", "top/z/f"):
            self.write(path)
        found = []
        for path, directories, _names in tree.walk_paths(self.directory + "/top"):
            found.append(os.path.basename(path))
            directories[:] = [name for name in directories if name != "a"]
        self.assertEqual(found, ["top", "z"])

    def test_deeper_than_recursion_and_paths_reach(self):
        subprocess.run(["mkdir", "-p", "top/" + "d/" * 3000], cwd=self.directory, check=True)
        self.assertGreater(sum(1 for _ in tree.walk_paths(self.directory + "/top")), 1500)


if __name__ == "__main__":
    unittest.main()
