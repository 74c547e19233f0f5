# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import unittest

from support import PLANTS, InDirectory, make_deb

from colcon_deb.repository import deb_file, debs
from colcon_deb.repository.former import FormerPackages

OLD, NEW, ARM = "ros-x-a_1_amd64.deb", "ros-x-a_2_amd64.deb", "ros-x-a_1_arm64.deb"
# Of a workspace package: the user's own, and of a build before there was a list.
BY_HAND, BEFORE = "ros-x-a_9_amd64.deb", "ros-x-a_0_amd64.deb"
FOREIGN, LEFT = "ours-by-hand_1_amd64.deb", "ros-x-b_1_all.deb"


class Debs(InDirectory):
    def tidy(self, states, workspace=("ros-x-a",)):
        place = os.path.join(self.directory, "debs")
        debs.tidy(place, states, workspace, "amd64", FormerPackages(self.directory, self.directory, "amd64"))
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
        debs.tidy(os.path.join(self.directory, "debs"), {ARM: "built"}, ["ros-x-a"], "arm64",
                  FormerPackages(self.directory, self.directory, "arm64"))
        self.write("debs/" + NEW)
        self.assertEqual(self.tidy({NEW: "built"})[1], ["built        " + ARM, "built        " + NEW])

    def test_a_directory_or_a_link_in_place_of_the_file(self):
        outside = self.write("outside", "x")
        os.makedirs(os.path.join(self.directory, "debs"))
        os.symlink(outside, os.path.join(self.directory, "debs", "CONTENTS"))
        self.tidy({})
        with open(outside, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "x")


class Recovery(InDirectory):
    def test_after_an_interruption(self):
        for name in (".a.deb.tmp", "b.deb", "CONTENTS.tmp", "notes.tmp"):
            self.write("debs/" + name)
        debs.recover(os.path.join(self.directory, "debs"))
        self.assertEqual(sorted(os.listdir(os.path.join(self.directory, "debs"))), ["b.deb", "notes.tmp"])

    def test_entries_of_another_kind_go(self):
        precious = self.write("precious", "precious")
        place = os.path.join(self.directory, "debs")
        os.mkdir(place)
        for plant in PLANTS:
            for name in ("CONTENTS.tmp", ".a.deb.tmp"):
                plant(os.path.join(place, name), precious)
            debs.recover(place)
            self.assertEqual(os.listdir(place), [])
        self.assertEqual(os.stat(precious).st_size, len("precious"))


# The smallest archive that counts as whole: three empty members.
WHOLE = "!<arch>\n" + 3 * ("%-48s%-10d`\n" % ("member", 0))


class Former(InDirectory):
    def test_the_repository_of_several_targets(self):
        self.write("targets/arm64/debs/" + NEW, WHOLE)
        self.write("debs/ros-x-a_3_amd64.deb", WHOLE)
        self.write("apt/pool/main/r/ros-x-a/" + OLD, WHOLE)
        former = FormerPackages(os.path.join(self.directory, "targets/arm64"), self.directory, "amd64")
        self.assertEqual(former.versions(["ros-x-a"]), {"1", "2"})
        self.assertTrue(former.is_offered(OLD))

    def test_packages_of_all_places(self):
        self.write("debs/" + NEW, WHOLE)
        for path in (OLD, "ros-x-a_3_arm64.deb", "ros-x-a-dbgsym_4_amd64.deb"):
            self.write("apt/pool/main/r/ros-x-a/" + path, WHOLE)
        former = FormerPackages(self.directory, self.directory, "amd64")
        self.assertEqual(former.versions(["ros-x-a", "ros-x-c"]), {"1", "2"})
        self.assertTrue(former.file("ros-x-a", "1:2").endswith("debs/" + NEW))
        self.assertTrue(former.file("ros-x-a", "1").endswith("apt/pool/main/r/ros-x-a/" + OLD))
        self.assertIsNone(former.file("ros-x-a", "3"))

    def test_a_file_that_is_not_whole_counts_as_missing(self):
        self.write("debs/" + NEW, WHOLE + 100 * "\0")
        former = FormerPackages(self.directory, self.directory, "amd64")
        self.assertIsNone(former.file("ros-x-a", "2"))
        in_pool = self.write("apt/pool/main/r/ros-x-a/" + NEW, WHOLE)
        self.assertEqual(former.file("ros-x-a", "2"), in_pool)


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Whole(InDirectory):
    def test_members_fill_the_file(self):
        for length in range(4):
            deb = make_deb(self.directory, "ros-x-a", content={"opt/x": "x" * length})
            self.assertTrue(deb_file.is_whole(deb))
            size = os.stat(deb).st_size
            for other in (size + 1, size + 60, 100000, size - 2, size // 2, 70, 8, 3, 0):
                os.truncate(deb, other)
                self.assertFalse(deb_file.is_whole(deb), other)
        self.assertFalse(deb_file.is_whole(self.directory))
        self.assertFalse(deb_file.is_whole(self.directory + "/absent"))


if __name__ == "__main__":
    unittest.main()
