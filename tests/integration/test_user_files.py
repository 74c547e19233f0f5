# SPDX-License-Identifier: Apache-2.0
"""Files of the user in debian_dirs: used in the package, and never written to, replaced or deleted."""
import os
import shutil
import subprocess
import unittest

from support import IMAGE, ProgramCase, copy_case, deb_files, events_of, snapshot

RULE = "/lib/udev/rules.d/60-ros-rolling-%s.rules"
SERVICE = "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n"


class UserFiles(ProgramCase):
    """The case source_debian: beacon in two steps, and the same package with the files in other forms."""

    def setUp(self):
        super().setUp()
        copy_case("source_debian", self.workspace)
        # Only a rule, before the first build.
        self.add("beacon_udev")
        os.unlink(self.source("beacon_udev") / "debian" / "postinst")
        shutil.copytree(self.source("beacon_udev") / "debian", self.packaging("beacon_udev"))
        # Links: to the source, to a file for several packages, and to the whole directory.
        self.add("beacon_link")
        self.packaging("beacon_link").mkdir(parents=True)
        (self.packaging("beacon_link") / "udev").symlink_to("../../../src/beacon_link/debian/udev")
        (self.packaging("beacon_link") / "postinst").symlink_to("../../common/postinst")
        (self.workspace / "debian_dirs/common").mkdir()
        shutil.copy(self.source("beacon_link") / "debian/postinst", self.workspace / "debian_dirs/common/postinst")
        (self.packaging("beacon_link") / "service").write_text(SERVICE)
        self.add("beacon_whole_link")
        self.packaging("beacon_whole_link").parent.mkdir()
        self.packaging("beacon_whole_link").symlink_to("../../src/beacon_whole_link/debian")
        # A link out of the build.
        self.add("beacon_secret")
        self.packaging("beacon_secret").mkdir(parents=True)
        (self.packaging("beacon_secret") / "udev").symlink_to("/etc/shadow")

    def add(self, name):
        """A package like beacon."""
        shutil.copytree(self.source("beacon"), self.source(name))
        for file in ("package.xml", "CMakeLists.txt"):
            path = self.source(name) / file
            path.write_text(path.read_text().replace("beacon", name))

    def source(self, name):
        return self.workspace / "src" / name

    def packaging(self, name):
        return self.workspace / "debian_dirs" / name / "debian"

    def deb(self, name):
        return next((self.output / "debs").glob("ros-rolling-%s_*.deb" % name.replace("_", "-")))

    def postinst(self, name):
        return subprocess.run(["dpkg-deb", "-I", str(self.deb(name)), "postinst"], capture_output=True, text=True, check=True).stdout

    def build(self, code):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling")
        self.assert_ended(outcome, code)
        return outcome

    def warned_about(self):
        return sorted(event["name"] for event in events_of(self.output, "warning") if event["code"] == "source_debian")

    def assert_packed(self, name):
        self.assertIn(RULE % name.replace("_", "-"), deb_files(self.deb(name)))
        if name != "beacon_udev":
            self.assertIn("set -e", self.postinst(name))

    def test_they_are_packed_and_stay(self):
        theirs = {name: value for name, value in snapshot(self.workspace / "debian_dirs").items() if value[4]}
        outcome = self.build(1)
        self.assert_says(outcome, r"src/beacon/debian is not used \(postinst, udev\)",
                         "beacon_secret .*FAILED.*debian_dirs/beacon_secret/debian/udev is a link to /etc/shadow")
        self.assertEqual(["beacon"], self.warned_about())
        for name in ("beacon_udev", "beacon_link", "beacon_whole_link"):
            with self.subTest(name):
                self.assert_packed(name)
        self.assertIn("/lib/systemd/system/ros-rolling-beacon-link.service", deb_files(self.deb("beacon_link")))
        self.assertNotIn(RULE % "beacon", deb_files(self.deb("beacon")))
        after = snapshot(self.workspace / "debian_dirs")
        self.assertEqual(theirs, {name: after.get(name) for name in theirs})
        self.assertEqual(["postinst", "udev"], sorted(os.listdir(self.source("beacon_whole_link") / "debian")))

        # As the warning says.
        shutil.copytree(self.source("beacon") / "debian", self.packaging("beacon"), dirs_exist_ok=True)
        (self.packaging("beacon_secret") / "udev").unlink()
        shutil.copytree(self.source("beacon_secret") / "debian", self.packaging("beacon_secret"), dirs_exist_ok=True)
        theirs.pop("beacon_secret/debian/udev")
        outcome = self.build(0)
        self.assertEqual([], self.warned_about(), outcome)
        self.assert_says(outcome, "2 built, 3 unchanged")
        for name in ("beacon", "beacon_secret"):
            self.assert_packed(name)
            self.assertTrue({"udev", "postinst", "control", "rules"} < set(os.listdir(self.packaging(name))))
        after = snapshot(self.workspace / "debian_dirs")
        self.assertEqual(theirs, {name: after.get(name) for name in theirs})


if __name__ == "__main__":
    unittest.main()
