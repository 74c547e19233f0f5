# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import unittest

from support import InDirectory, make_deb

from colcon_deb.supervisor import broker


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Broker(InDirectory):
    def setUp(self):
        super().setUp()
        self.debs = os.path.join(self.directory, "debs")
        os.mkdir(self.debs)
        self.private = os.path.join(self.directory, "private")
        self.broker = broker.Broker([self.debs], self.private, os.getuid(), ["ros-x-a", "ros-x-b"])

    def refused(self, request):
        with self.assertRaises(broker.Refused) as caught:
            self.broker.take(request)
        return str(caught.exception)

    def test_takes_a_private_copy(self):
        deb = make_deb(self.debs, "ros-x-a")
        copies = self.broker.take({"install": [deb]})
        self.assertEqual(copies, [os.path.join(self.private, "ros-x-a_1.0_all.deb")])
        self.assertEqual(os.stat(self.private).st_mode & 0o777, 0o700)
        self.assertFalse(os.path.samefile(copies[0], deb))

    def test_other_places(self):
        deb = make_deb(self.directory, "ros-x-a")
        os.mkdir(os.path.join(self.debs, "sub"))
        for path in (deb, self.debs + "/../ros-x-a_1.0_all.deb", self.debs + "/sub/ros-x-a_1.0_all.deb",
                     "ros-x-a_1.0_all.deb", "/etc/passwd", ""):
            with self.subTest(path):
                self.assertIn("not a package of this build's output", self.refused({"install": [path]}))

    def test_links_and_special_files(self):
        deb = make_deb(self.directory, "ros-x-a")
        link = os.path.join(self.debs, "ros-x-a_1.0_all.deb")
        os.symlink(deb, link)
        self.refused({"install": [link]})
        os.unlink(link)
        os.mkfifo(link)
        self.refused({"install": [link]})
        os.unlink(link)
        os.mkdir(link)
        self.refused({"install": [link]})

    def test_a_directory_swapped_for_a_link(self):
        deb = make_deb(self.debs, "ros-x-a")
        os.rename(self.debs, self.debs + "2")
        os.symlink(self.debs + "2", self.debs)
        self.refused({"install": [deb]})

    def test_names_that_were_not_planned(self):
        self.assertIn("not a package of this workspace", self.refused({"install": [make_deb(self.debs, "sudo")]}))

    def test_content_that_is_another_package(self):
        os.rename(make_deb(self.debs, "bash"), os.path.join(self.debs, "ros-x-a_1.0_all.deb"))
        self.assertIn("holds the package 'bash'", self.refused({"install": [self.debs + "/ros-x-a_1.0_all.deb"]}))
        self.write("debs/ros-x-a_2.0_all.deb", "no archive")
        self.assertIn("holds the package ''", self.refused({"install": [self.debs + "/ros-x-a_2.0_all.deb"]}))

    def test_files_of_another_user(self):
        other = broker.Broker([self.debs], self.private, os.getuid() + 1, ["ros-x-a"])
        deb = make_deb(self.debs, "ros-x-a")
        with self.assertRaises(broker.Refused):
            other.take({"install": [deb]})

    def test_what_is_no_request(self):
        for request in (None, [], {}, {"install": []}, {"install": "x"}, {"install": [1]}, {"install": ["x"] * 1000},
                        {"remove": ["x"]}):
            with self.subTest(request):
                self.assertEqual(self.refused(request), "not a request to install")


class Reason(unittest.TestCase):
    """The words are those of dpkg and apt."""

    def test_the_telling_line_is_named(self):
        unpacking = "Preparing to unpack x_1_all.deb ...\n"
        failed = "dpkg: error processing archive x_1_all.deb (--install):\n"
        end = "Errors were encountered while processing:\n x_1_all.deb\nE: Sub-process /usr/bin/dpkg returned an error code (1)"
        for said in (" trying to overwrite '/opt/ros/x/setup.sh', which is also in package y 1-1", " x conflicts with y",
                     " x : Conflicts: y", " x : Depends: liby (>= 2) but it is not installable", "E: Broken packages"):
            with self.subTest(said):
                self.assertEqual(broker.reason(unpacking + failed + said + "\n" + end), said.strip())

    def test_of_two_the_more_telling_one(self):
        self.assertEqual(broker.reason("E: Unmet dependencies. Try this.\n a conflicts with b"), "a conflicts with b")
        self.assertEqual(broker.reason("E: x\n a : Depends: b"), "a : Depends: b")

    def test_when_none_tells(self):
        self.assertEqual(broker.reason("one\nan error: two\n"), "an error: two")
        self.assertEqual((broker.reason("\n one\ntwo"), broker.reason("")), ("one", "no reason given"))


if __name__ == "__main__":
    unittest.main()
