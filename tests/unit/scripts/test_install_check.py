# SPDX-License-Identifier: Apache-2.0
"""The check of installed packages: which packages and files it looks at."""
import importlib.util
import os
import subprocess
import sys
import unittest

from support import HELPERS, InDirectory


def load():
    spec = importlib.util.spec_from_file_location("install_check", os.path.join(HELPERS, "install-check.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["install_check"] = module
    spec.loader.exec_module(module)
    return module


class InstallCheck(InDirectory):
    def setUp(self):
        super().setUp()
        self.helper = load()

    def write(self, name, data):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as stream:
            stream.write(data)
        return path

    def test_packages(self):
        self.write("dists/noble/main/binary-amd64/Packages",
                   b"Package: ros-x-b\nVersion: 1\n\nPackage: ros-x-b\nVersion: 2\n\nPackage: ros-x-b-dbgsym\n\nPackage: ros-x-a\n")
        self.assertEqual(["ros-x-a", "ros-x-b"], self.helper.packages_of(self.directory, "noble", "amd64"))
        with self.assertRaisesRegex(self.helper.CheckError, "suite noble has no packages for arm64"):
            self.helper.packages_of(self.directory, "noble", "arm64")

    def test_set_up_files(self):
        """ROS's own set-up files count too: a distribution that has them gets no package with others."""
        self.assertEqual(["/opt/ros/jazzy", "/srv/robot"], self.helper.prefixes_of(
            ["/opt/ros/jazzy/share/arm/package.xml", "/opt/ros/jazzy/lib/arm/run", "/srv/robot/setup.sh", "/usr/bin/x"]))

    def test_a_package_that_was_removed_again(self):
        self.helper.run = lambda command: subprocess.CompletedProcess(command, 0, "rc ")
        self.assertIn("removed it again", self.helper.removed_problem("gone").reason)
        self.helper.run = lambda command: subprocess.CompletedProcess(command, 0, "ii ")
        self.assertIsNone(self.helper.removed_problem("there"))

    def test_names(self):
        listed = ["ros-x-my-driver", "ros-x-old-my-driver", "ros-x-base", "base"]
        self.assertEqual(listed, self.helper.choose(listed, []))
        self.assertEqual(["base", "ros-x-old-my-driver"], self.helper.choose(listed, ["base", "old_my_driver"]))
        with self.assertRaisesRegex(self.helper.CheckError, "my_driver is the name of several packages"):
            self.helper.choose(listed, ["my_driver"])
        with self.assertRaisesRegex(self.helper.CheckError, "absent is no package of the repository"):
            self.helper.choose(listed, ["absent"])

    def test_elf(self):
        kind = self.helper.kind_of_elf
        self.assertIsNotNone(kind(os.path.realpath(sys.executable)))
        self.assertIsNone(kind(self.write("text", b"text")))
        self.assertIsNone(kind(self.write("short", b"\x7fELF")))
        self.assertIsNone(kind(self.write("object.o", b"\x7fELF\2\1\1" + bytes(9) + b"\1\0\x3e\0")))
        self.assertEqual(b"\1\1\x28\0", kind(self.write("firmware", b"\x7fELF\1\1\1" + bytes(9) + b"\2\0\x28\0")))

    def test_modules(self):
        place = "/opt/ros/x/lib/python3.11/site-packages/"
        files = [place + name for name in ("a/__init__.py", "a/b.py", "c.py", "d.cpython-311-x86_64-linux-gnu.so", "e/f.py",
                                           "g-1.0.dist-info/METADATA", "h-1.py")]
        self.assertEqual({"a", "c", "d"}, {match[1] for match in map(self.helper._MODULE.search, files) if match})

    def test_index(self):
        ament = b"<package><export><build_type>ament_cmake</build_type></export></package>"
        one = self.write("share/one/package.xml", ament)
        two = self.write("share/two/package.xml", ament)
        plain = self.write("share/plain/package.xml", b"<package><export><build_type>cmake</build_type></export></package>")
        broken = self.write("share/broken/package.xml", b"<package>")
        self.write("share/ament_index/resource_index/packages/one", b"")
        self.assertEqual(["%s/share/ament_index/resource_index/packages/two is missing, so ROS does not find the package"
                          % self.directory],
                         [problem.reason for problem in self.helper.index_problems([one, two, plain, broken])])


if __name__ == "__main__":
    unittest.main()
