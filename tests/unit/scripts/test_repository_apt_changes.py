# SPDX-License-Identifier: Apache-2.0
"""Packages are added to the repository, removed from it, and copied to another suite."""
import gzip
import os
import re
import shutil
import unittest

from support import InDirectory, make_deb

from colcon_deb.repository import added_packages, apt_changes, apt_repository
from colcon_deb.repository.apt_dists import Target

AMD64 = Target("bookworm", "amd64")
STABLE = Target("stable", "amd64")
DAY = 86400


def tree(directory):
    """Path -> content of all files."""
    found = {}
    for place, _names, names in os.walk(directory):
        for name in names:
            with open(os.path.join(place, name), "rb") as stream:
                found[os.path.relpath(os.path.join(place, name), directory)] = stream.read()
    return found


@unittest.skipUnless(shutil.which("apt-ftparchive") and shutil.which("dpkg-deb"), "needs apt-utils")
class AptChanges(InDirectory):
    def setUp(self):
        super().setUp()
        self.output = os.path.join(self.directory, "output")
        self.debs = os.path.join(self.output, "debs")
        self.incoming = os.path.join(self.directory, "incoming")
        os.makedirs(self.debs)
        os.makedirs(self.incoming)
        self.build("ros-x-a", "ros-x-b")

    def build(self, *names, version="1.0"):
        """A build of a workspace with these packages."""
        for name in names:
            if not os.path.exists(os.path.join(self.debs, "%s_%s_amd64.deb" % (name, version))):
                make_deb(self.debs, name, version, architecture="amd64", epoch=DAY)
        current = ["%s_%s_amd64.deb" % (name, version) for name in names]
        made = apt_repository.make(self.output, self.debs, current, names, AMD64)
        apt_repository.swap(self.output)
        return ["%s: %s" % (one.deb, one.reason) for one in made.leaving]

    def deb(self, name, version="1.0", architecture="amd64", **more):
        return make_deb(self.incoming, name, version, architecture=architecture, epoch=DAY, **more)

    def changed(self, change, *arguments):
        """What a change did, after the host has put the repository in its place."""
        made = change(self.output, *arguments)
        apt_repository.swap(self.output)
        return ["%s %s %s %s %s" % (one.action, one.suite, one.package, one.version, one.architecture) for one in made]

    def packages(self, target=AMD64):
        path = os.path.join(self.output, "apt", target.place, "Packages.gz")
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            text = stream.read()
        for name in re.findall("(?m)^Filename: (.*)$", text):
            self.assertTrue(os.path.isfile(os.path.join(self.output, "apt", name)), name)
        return ["%s %s" % pair for pair in zip(re.findall("(?m)^Package: (.*)$", text), re.findall("(?m)^Version: (.*)$", text))]

    def refused(self, change, *arguments):
        """The reason. Nothing has changed."""
        before = tree(os.path.join(self.output, "apt"))
        with self.assertRaises(apt_changes.ChangeError) as caught:
            change(self.output, *arguments)
        apt_repository.discard_unfinished(self.output)
        self.assertEqual(before, tree(os.path.join(self.output, "apt")))
        self.assertEqual(["apt", "debs"], sorted(os.listdir(self.output)))
        return str(caught.exception)

    def test_add(self):
        driver = self.deb("driver", "1:2.0")
        shutil.move(driver, os.path.join(self.incoming, "any-name.deb"))
        self.assertEqual(["added bookworm driver 1:2.0 amd64", "added bookworm notes 1.0 all"],
                         self.changed(apt_changes.add, [os.path.join(self.incoming, "any-name.deb"),
                                                        self.deb("notes", architecture="all")], "bookworm", "amd64"))
        self.assertEqual(["driver 1:2.0", "notes 1.0", "ros-x-a 1.0", "ros-x-b 1.0"], self.packages())
        self.assertEqual([], self.changed(apt_changes.add, [os.path.join(self.incoming, "any-name.deb")], "bookworm", "amd64"))

    def test_a_build_keeps_what_was_added(self):
        self.changed(apt_changes.add, [self.deb("driver")], "bookworm", "amd64")
        self.assertEqual(["ros-x-b: it is not in the workspace"], self.build("ros-x-a"))
        self.assertEqual(["driver 1.0", "ros-x-a 1.0"], self.packages())
        self.changed(apt_changes.remove, ["driver"], "bookworm")
        self.assertEqual({}, {suite: names for suite, names in
                              added_packages.read(os.path.join(self.output, "apt")).items() if names})

    def test_add_refuses(self):
        with open(os.path.join(self.incoming, "text.deb"), "w", encoding="utf-8") as stream:
            stream.write("no package")
        add, text = apt_changes.add, os.path.join(self.incoming, "text.deb")
        self.assertEqual("text.deb is not a complete Debian package; copy or build it again",
                         self.refused(add, [self.deb("driver"), text], "bookworm", "amd64"))
        self.assertIn("foreign_1.0_arm64.deb is for arm64, and suite bookworm has packages for amd64",
                      self.refused(add, [self.deb("foreign", architecture="arm64")], "bookworm", "arm64"))
        other = self.deb("ros-x-a", content={os.path.join(self.incoming, "tree-ros-x-a/x"): "another"})
        self.assertIn("the repository has another file of ros-x-a 1.0 (amd64) than ros-x-a_1.0_amd64.deb",
                      self.refused(add, [other], "bookworm", "amd64"))
        self.assertIn("is no name of a suite", self.refused(add, [self.deb("plain")], "../x", "amd64"))

    def test_two_files_of_one_version(self):
        one = shutil.move(self.deb("driver"), os.path.join(self.incoming, "one.deb"))
        two = self.deb("driver", content={os.path.join(self.incoming, "tree-driver/x"): "another"})
        self.assertIn("another file of driver 1.0", self.refused(apt_changes.add, [one, two], "bookworm", "amd64"))

    def test_remove(self):
        self.build("ros-x-a", "ros-x-b", version="2.0")
        self.assertEqual(["removed bookworm ros-x-a 1.0 amd64"], self.changed(apt_changes.remove, ["ros-x-a=1.0"], "bookworm"))
        self.assertEqual(["ros-x-a 2.0", "ros-x-b 1.0", "ros-x-b 2.0"], self.packages())
        self.assertIn("suite bookworm has no package ros-x-c;", self.refused(apt_changes.remove, ["ros-x-a", "ros-x-c"], "bookworm"))
        self.assertIn("no package ros-x-a=1.0;", self.refused(apt_changes.remove, ["ros-x-a=1.0"], "bookworm"))
        self.assertIn("has no suite jammy; it has bookworm", self.refused(apt_changes.remove, ["ros-x-a"], "jammy"))
        # A robot that updates from an empty suite finds an empty list, and no error.
        self.changed(apt_changes.remove, ["ros-x-a", "ros-x-b"], "bookworm")
        self.assertEqual([], self.packages())
        self.assertEqual([], os.listdir(os.path.join(self.output, "apt", "pool")))

    def test_remove_takes_debug_symbols_along(self):
        self.changed(apt_changes.add, [self.deb("driver"), self.deb("driver-dbgsym")], "bookworm", "amd64")
        self.assertEqual(2, len(self.changed(apt_changes.remove, ["driver"], "bookworm")))

    def test_promote(self):
        self.assertEqual(["added stable ros-x-a 1.0 amd64", "added stable ros-x-b 1.0 amd64"],
                         self.changed(apt_changes.promote, "bookworm", "stable"))
        self.changed(apt_changes.add, [self.deb("driver")], "stable", "amd64")
        self.build("ros-x-a", version="2.0")
        self.assertEqual(["driver 1.0", "ros-x-a 1.0", "ros-x-b 1.0"], self.packages(STABLE))
        self.assertEqual(["added stable ros-x-a 2.0 amd64", "removed stable ros-x-b 1.0 amd64"],
                         self.changed(apt_changes.promote, "bookworm", "stable"))
        self.assertEqual(["driver 1.0", "ros-x-a 1.0", "ros-x-a 2.0"], self.packages(STABLE))
        self.assertIn("that the packages come from", self.refused(apt_changes.promote, "bookworm", "bookworm"))
        self.assertIn("has no suite jammy; it has bookworm, stable", self.refused(apt_changes.promote, "jammy", "stable"))
        self.assertIn("is no name of a suite", self.refused(apt_changes.promote, "bookworm", "a/b"))


if __name__ == "__main__":
    unittest.main()
