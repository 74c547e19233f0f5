# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.packaging import control, versions

DAY = 86400
BASE = "1.0.0-0bookworm"
FIRST, SECOND = BASE + ".19700102.000000", BASE + ".19700103.000000"


class Grow(unittest.TestCase):
    def test_a_version_has_the_time_of_the_newest_source(self):
        self.assertEqual(versions.successor(BASE, DAY, [], 0), FIRST)

    def test_what_it_is_built_against_counts(self):
        self.assertEqual(versions.successor(BASE, DAY, ["7-1", "3.0-0x.19700103.000000"], 0), SECOND)

    def test_it_never_goes_back(self):
        for before, expected in ((DAY, FIRST), (2 * DAY, SECOND)):
            self.assertEqual(versions.successor(BASE, DAY, [], before), expected[:-1] + "1")
        self.assertEqual((versions.moment_of(SECOND), versions.moment_of(BASE)), (2 * DAY, 0))

    def test_only_a_stamp_counts_as_one(self):
        for version in ("1.0.20191399.000000", "1.0.1970010.000000", "1.0"):
            self.assertEqual(versions.successor(BASE, DAY, [version], 0), FIRST, version)

    def test_the_newest_of_a_base(self):
        self.assertEqual(versions.newest_of(BASE, [FIRST, SECOND, BASE, "1.0.1-0bookworm.20200101.000000"]), SECOND)
        self.assertEqual(versions.newest_of(BASE, [BASE]), BASE)
        self.assertIsNone(versions.newest_of(BASE, ["1.0.0-0trixie", "1.0.0-0bookworm2"]))
        # Names of files have no epoch.
        self.assertEqual(versions.newest_of("2:" + BASE, [FIRST]), "2:" + FIRST)


class Debian(InDirectory):
    def read(self, name):
        with open(os.path.join(self.directory, name), encoding="utf-8") as stream:
            return stream.read()

    def test_the_first_entry_of_a_changelog(self):
        self.write("changelog", "foo (1.0-1) unstable; urgency=medium\n\n  * (x)\n\nfoo (0.9) unstable; urgency=low\n")
        versions.set_version(self.directory, "2:1.0-1.19700102.000000")
        self.assertEqual(self.read("changelog"), "foo (2:1.0-1.19700102.000000) unstable; urgency=medium\n\n  * (x)\n\n"
                                                 "foo (0.9) unstable; urgency=low\n")
        self.assertEqual(versions.of_changelog(self.read("changelog")), "2:1.0-1.19700102.000000")

    def test_what_is_no_changelog(self):
        for text in ("", "foo", "foo () unstable", "  * (1.0)\n"):
            with self.assertRaises(versions.VersionError):
                versions.of_changelog(text)

    def test_dependencies_with_a_version(self):
        stanzas = control.parse("Source: x\nBuild-Depends: d (= 1)\n\nPackage: x\nDepends: aa (>= 1) | bb, cc\n")
        self.assertEqual(versions.versioned(stanzas), {"aa", "bb"})

    def test_dependencies_on_siblings_are_exact_unless_they_are_loose(self):
        self.write("control", "Source: foo\nBuild-Depends: ros-x-a\n\nPackage: foo\nPre-Depends: ros-x-a\n"
                              "Depends: ros-x-a (>= 1), ros-x-a (<< 2), ros-x-b (>= 0), ros-x-a | c, ros-x-ab,\n libc6, "
                              "${shlibs:Depends}\n"
                              "Recommends: ros-x-a\nDescription: one\n two\n")
        versions.pin(self.directory, {"ros-x-a": "1-1", "ros-x-b": "2-1"}, ["ros-x-b"])
        self.assertEqual(self.read("control"), "Source: foo\nBuild-Depends: ros-x-a\n\nPackage: foo\n"
                         "Pre-Depends: ros-x-a (= 1-1)\nDepends: ros-x-a (= 1-1), ros-x-b (>= 0), ros-x-a | c, ros-x-ab, "
                         "libc6, ${shlibs:Depends}\nRecommends: ros-x-a\nDescription: one\n two\n")

    def test_a_file_without_siblings_is_left_as_it_is(self):
        text = "# A comment.\nSource: foo\n\nPackage: foo\nDepends:  libc6\n"
        self.write("control", text)
        versions.pin(self.directory, {"ros-x-a": "1-1"}, [])
        self.assertEqual(self.read("control"), text)


if __name__ == "__main__":
    unittest.main()
