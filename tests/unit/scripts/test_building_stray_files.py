# SPDX-License-Identifier: Apache-2.0
import os
import time
import unittest

from support import InDirectory

from colcon_deb.building import stray_files
from colcon_deb.building.stray_files import StrayFiles


class Strays(InDirectory):
    def setUp(self):
        super().setUp()
        self.prefix = os.path.join(self.directory, "prefix")
        os.makedirs(self.prefix)
        self.strays = StrayFiles(self.settings())
        self.strays._watched, self.strays._free = [self.prefix], [os.path.join(self.prefix, "free")]
        self.owned = set()
        original, stray_files.owners = stray_files.owners, lambda paths: dict.fromkeys(self.owned.intersection(paths), "p")
        self.addCleanup(setattr, stray_files, "owners", original)

    def begin(self, name, log=""):
        self.strays.begin(name, self.write("logs/" + name, log))

    def write_stray(self, path):
        return self.write("prefix/" + path, "x")

    def test_nothing(self):
        self.write_stray("share/before")
        time.sleep(0.05)
        self.begin("a")
        self.write("elsewhere/file")
        self.write_stray("free/file")
        self.write_stray("lib/__pycache__/a.pyc")
        self.owned = {self.write_stray("share/dpkgs")}
        self.assertEqual(self.strays.end("a"), [])

    def test_a_file_and_what_is_left_of_it(self):
        self.owned = {self.prefix}
        self.begin("a")
        path = self.write_stray("share/davit/CMakeLists.txt")
        # As `install -p` and `cmake --install` do.
        os.utime(path, (1, 1))
        link = os.path.join(self.prefix, "link")
        os.symlink("nowhere", link)
        self.assertEqual(self.strays.end("a"), [link, path])
        self.assertEqual(os.listdir(self.prefix), [])

    def test_the_log_says_whose_it_is(self):
        path = os.path.join(self.prefix, "file")
        self.begin("a")
        self.begin("b", "-- Installing: %s\n" % path)
        self.write_stray("file")
        self.assertEqual(self.strays.end("a"), [])
        self.assertFalse(os.path.exists(path))
        self.assertEqual(self.strays.end("b"), [path])

    def test_without_a_log_it_may_be_everybodys(self):
        self.begin("a")
        self.begin("b")
        path = self.write_stray("file")
        self.begin("late")
        self.strays._building["late"].start += 10 ** 9
        self.assertEqual([self.strays.end(name) for name in ("a", "b", "late")], [[path], [path], []])

    def test_what_appears_during_an_install_is_of_a_maintainer_script(self):
        self.begin("a")
        with self.strays.installing():
            path = self.write_stray("file")
        self.assertEqual(self.strays.end("a"), [])
        self.assertTrue(os.path.exists(path))
        os.unlink(path)
        time.sleep(0.05)
        self.begin("a", path)
        self.begin("b")
        with self.strays.installing():
            self.write_stray("file")
        self.assertEqual([self.strays.end(name) for name in "ba"], [[], [path]])

    def test_what_is_said(self):
        self.assertIn("wrote /opt/x/a (and 1 more)", stray_files.described(["/opt/x/a", "/opt/x/b"], "/opt/x"))
        self.assertIn("ExternalProject", stray_files.described(["/opt/x/a"], "/opt/x"))
        self.assertNotIn("ExternalProject", stray_files.described(["/etc/a"], "/opt/x"))

    def test_mounted_directories_are_the_hosts(self):
        mounts = self.write("mountinfo", "1 0 0:1 / / rw - overlay o rw\n2 1 8:1 /a /helpers ro - ext4 d rw\n"
                            "3 1 8:1 /b /data/of\\040mine rw - ext4 d rw\n")
        self.assertEqual(stray_files.mount_points(mounts), ["/helpers", "/data/of mine"])
        self.assertIn("/proc", stray_files.mount_points())

    def test_a_directory_that_looks_like_a_pattern(self):
        for name in ("[x]*", "x"):
            os.mkdir(os.path.join(self.prefix, name))
        found = stray_files._find([self.prefix], [os.path.join(self.prefix, "[x]*")], ["-print0"])
        self.assertEqual(found, [self.prefix, os.path.join(self.prefix, "x")])

    def test_what_a_user_may_write(self):
        if os.geteuid() == 0:
            self.assertEqual(stray_files._writable_directories([]), ["/"])
        for path in stray_files._find([self.directory], [self.prefix], ["-print0"]):
            self.assertFalse(path.startswith(self.prefix))


if __name__ == "__main__":
    unittest.main()
