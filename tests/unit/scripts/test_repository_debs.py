# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.repository import debs
from colcon_deb.repository.former import FormerPackages

OLD, NEW, ARM = "ros-x-a_1_amd64.deb", "ros-x-a_2_amd64.deb", "ros-x-a_1_arm64.deb"
# Of a workspace package: the user's own, and of a build before there was a list.
BY_HAND, BEFORE = "ros-x-a_9_amd64.deb", "ros-x-a_0_amd64.deb"
FOREIGN, LEFT = "ours-by-hand_1_amd64.deb", "ros-x-b_1_all.deb"


class Debs(InDirectory):
    def tidy(self, states, workspace=("ros-x-a",)):
        place = os.path.join(self.directory, "debs")
        debs.tidy(self.directory, states, workspace, "amd64")
        with open(os.path.join(place, "CONTENTS"), encoding="utf-8") as stream:
            lines = [line for line in stream.read().splitlines() if not line.startswith("#")]
        return sorted(set(os.listdir(place)) - {"CONTENTS"}), lines

    def test_only_files_of_builds_are_removed(self):
        for name in (OLD, NEW, ARM, FOREIGN, LEFT, BY_HAND, BEFORE, "notes.txt"):
            self.write("debs/" + name)
        self.write("apt/pool/main/r/ros-x-a/" + BEFORE)
        self.tidy({OLD: "built", LEFT: "not selected"}, ["ros-x-a", "ros-x-b"])
        self.write("debs/" + NEW)
        found, lines = self.tidy({NEW: "built"})
        self.assertEqual(found, sorted([NEW, ARM, FOREIGN, BY_HAND, "notes.txt"]))
        self.assertEqual(lines, ["built        " + NEW])

    def test_files_of_another_architecture_keep_their_state(self):
        self.write("debs/" + ARM)
        debs.tidy(self.directory, {ARM: "built"}, ["ros-x-a"], "arm64")
        self.write("debs/" + NEW)
        self.assertEqual(self.tidy({NEW: "built"})[1], ["built        " + ARM, "built        " + NEW])

    def test_a_directory_or_a_link_in_place_of_the_file(self):
        outside = self.write("outside", "x")
        os.makedirs(os.path.join(self.directory, "debs"))
        os.symlink(outside, os.path.join(self.directory, "debs", "CONTENTS"))
        self.tidy({})
        with open(outside, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "x")


class Former(InDirectory):
    def test_packages_of_all_places(self):
        self.write("debs/" + NEW)
        for path in (OLD, "ros-x-a_3_arm64.deb", "ros-x-a-dbgsym_4_amd64.deb"):
            self.write("apt/pool/main/r/ros-x-a/" + path)
        former = FormerPackages(self.directory, "amd64")
        self.assertEqual(former.versions(["ros-x-a", "ros-x-c"]), {"1", "2"})
        self.assertTrue(former.file("ros-x-a", "1:2").endswith("debs/" + NEW))
        self.assertTrue(former.file("ros-x-a", "1").endswith("apt/pool/main/r/ros-x-a/" + OLD))
        self.assertIsNone(former.file("ros-x-a", "3"))


if __name__ == "__main__":
    unittest.main()
