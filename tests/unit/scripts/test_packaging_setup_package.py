# SPDX-License-Identifier: Apache-2.0
import hashlib
import os
import shutil
import subprocess
import sys
import unittest

from support import make_package
from test_packaging_prefix_files import TemplateCase

from colcon_deb.base.machine import Machine
from colcon_deb.packaging import setup_package
from colcon_deb.workspace.package import Plan

NEEDS_DPKG = unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")


def plan_of(*names):
    return Plan([make_package(name) for name in names], [], [])


class IsProvided(TemplateCase):
    def is_provided(self, *names, resolved=None, owner=None, **environ):
        original, setup_package._owner = setup_package._owner, lambda path: owner
        try:
            return setup_package.is_provided(self.settings(**environ), plan_of(*names), resolved or {})
        finally:
            setup_package._owner = original

    def test_by_whom(self):
        self.assertFalse(self.is_provided("a"))
        self.assertTrue(self.is_provided("a", "ros_workspace"))
        self.assertTrue(self.is_provided(resolved={"ros_workspace": ["ros-rolling-ros-workspace"]}))
        self.assertFalse(self.is_provided(resolved={"ros_workspace": []}))
        self.assertFalse(self.is_provided(resolved={"ros_workspace": ["ros-rolling-ros-workspace"]}, INSTALL_PREFIX="/opt/own"))
        self.assertTrue(self.is_provided(owner="ros-rolling-ros-workspace"))
        self.assertTrue(self.is_provided(ROS_DISTRO="noetic"))

    def test_an_ignored_package_provides_nothing(self):
        ignored = Plan([make_package("ros_workspace", ignored=True, selected=False)], [], [])
        self.assertFalse(setup_package.is_provided(self.settings(INSTALL_PREFIX="/opt/own"), ignored, {}))

    def test_ours_in_the_image_is_made_again(self):
        self.assertFalse(self.is_provided(owner="ros-rolling-colcon-deb-setup"))


@NEEDS_DPKG
class Package(TemplateCase):
    def setUp(self):
        super().setUp()
        self.write_templates()
        self.debs, self.finished = (os.path.join(self.directory, *path) for path in (("output", "debs"), ("finished",)))
        os.makedirs(self.debs)
        os.makedirs(self.finished)

    def package(self, text="x", epoch=86400):
        return setup_package.SetupPackage("ros-x-colcon-deb-setup", "/opt/ros/x", "bookworm", "all", "ros-x-ros-workspace",
                                          {"setup.sh": text}, epoch)

    def write_it(self, text="x", wanted="1.0-0bookworm"):
        """Its version; it is put into debs/."""
        file = self.package(text).write(self.finished, self.debs, wanted)
        os.replace(os.path.join(self.finished, file), os.path.join(self.debs, file))
        self.assertEqual(os.listdir(self.finished), [])
        return file.split("_")[1]

    def test_the_version_grows_only_with_the_content(self):
        self.assertEqual([self.write_it(*arguments) for arguments in
                          [("a",), ("a",), ("b",), ("b",), ("c",), ("c", "2.0-0bookworm"), ("d", "2.0-0bookworm"), ("d",)]],
                         ["1.0-0bookworm", "1.0-0bookworm", "1.0-0bookworm.1", "1.0-0bookworm.1", "1.0-0bookworm.1.1",
                          "1.0-0bookworm.1.1", "2.0-0bookworm", "2.0-0bookworm"])

    def test_other_suites_do_not_matter(self):
        self.write("output/debs/ros-x-colcon-deb-setup_9.0-0trixie_all.deb")
        self.assertEqual(self.write_it(), "1.0-0bookworm")

    def test_the_same_bytes_at_any_time(self):
        digests = set()
        for _run in range(2):
            path = os.path.join(self.finished, self.package().write(self.finished, self.debs, "1-0bookworm"))
            with open(path, "rb") as stream:
                digests.add(hashlib.sha256(stream.read()).hexdigest())
            os.unlink(path)
        self.assertEqual(len(digests), 1)

    def test_what_policy_asks_for(self):
        file = os.path.join(self.finished, self.package().write(self.finished, self.debs, "1-0bookworm"))
        listed = subprocess.run(["dpkg-deb", "-c", file], check=True, stdout=subprocess.PIPE, text=True).stdout
        for path in ("./opt/ros/x/setup.sh", "./usr/share/doc/ros-x-colcon-deb-setup/copyright",
                     "./usr/share/doc/ros-x-colcon-deb-setup/changelog.Debian.gz"):
            self.assertIn(path, listed)
        modes = {line.split()[0] + " " + line.split()[1] for line in listed.splitlines()}
        self.assertEqual(modes, {"drwxr-xr-x root/root", "-rw-r--r-- root/root"})
        fields = subprocess.run(["dpkg-deb", "-f", file], check=True, stdout=subprocess.PIPE, text=True).stdout
        self.assertIn("Depends: python3\nConflicts: ros-x-ros-workspace\n", fields)

    def test_make(self):
        original, setup_package._owner = setup_package._owner, lambda path: None
        self.addCleanup(setattr, setup_package, "_owner", original)
        warnings = []
        file = setup_package.make(self.settings(), plan_of("ament_package"), {}, Machine("z80", "x-y", {}),
                                  lambda code, text: warnings.append(code))
        self.assertRegex(file, r"^ros-rolling-colcon-deb-setup_1\.0\.\d+-0bookworm\.\d{8}\.\d{6}_z80\.deb$")
        self.assertEqual(warnings, [])

    def test_a_changed_content_needs_a_greater_revision(self):
        """If this fails, raise setup_package.REVISION and write the new values down."""
        content = {**self.files(), "control": setup_package._CONTROL, "copyright": setup_package._COPYRIGHT}
        text = repr(sorted(content.items())).replace("python%d.%d" % sys.version_info[:2], "python3.X")
        self.assertEqual((setup_package.REVISION, hashlib.sha256(text.encode()).hexdigest()[:16]), (1, "fc7d32dba3705550"))


if __name__ == "__main__":
    unittest.main()
