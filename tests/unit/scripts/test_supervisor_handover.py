# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

from support import InDirectory

from colcon_deb.base import files, tree
from colcon_deb.supervisor import handover


class HandOver(InDirectory):
    def setUp(self):
        super().setUp()
        self.outside = self.write("outside", mode=0o4755)
        self.program = self.write("output/deep/er/program", mode=0o6755)
        for name, target in (("link", self.outside), ("up", self.directory), ("dangling", "/nowhere")):
            os.symlink(target, os.path.join(self.directory, "output", name))
        self.output = os.path.join(self.directory, "output")

    def mode(self, path):
        return os.lstat(path).st_mode & 0o7777

    def test_set_id_bits_go_also_from_files_of_the_user(self):
        os.chmod(self.output + "/deep", 0o2755)
        handover.hand_over(self.output, os.getuid(), os.getgid(), {})
        self.assertEqual(self.mode(self.program), 0o755)
        self.assertEqual((self.mode(self.outside), self.mode(self.output + "/deep")), (0o4755, 0o2755))

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_everything_goes_to_the_user_and_links_are_not_followed(self):
        handover.hand_over(self.output, 1234, 2345, {})
        for path, directories, names in os.walk(self.output):
            for name in directories + names:
                status = os.lstat(os.path.join(path, name))
                self.assertEqual((status.st_uid, status.st_gid), (1234, 2345), name)
        self.assertEqual(self.mode(self.program), 0o755)
        self.assertEqual((os.stat(self.outside).st_uid, self.mode(self.outside)), (0, 0o4755))
        self.assertEqual(os.stat(self.directory).st_uid, 0)

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_a_set_group_id_directory_keeps_its_group(self):
        os.chown(self.output + "/deep", 1234, 777)
        os.chown(self.output, 1234, 777)
        os.chmod(self.output, 0o2775)
        handover.hand_over(self.output, 1234, 2345, {})
        self.assertEqual(os.stat(self.output + "/deep").st_gid, 777)

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_files_of_others_stay_as_they_are(self):
        theirs = self.write("output/deep/theirs")
        os.chown(theirs, 777, 778)
        os.chmod(theirs, 0o4700)
        spared = handover.foreign(self.output, 1234)
        made = self.write("output/deep/made")
        os.chown(made, 777, 778)
        for uid in (1234, 0):
            handover.hand_over(self.output, uid, uid, spared)
            status = os.stat(theirs)
            self.assertEqual((status.st_uid, status.st_gid, self.mode(theirs)), (777, 778, 0o4700))
        self.assertEqual((os.stat(made).st_uid, os.stat(self.program).st_uid), (1234, 1234))
        self.assertEqual(handover.foreign(self.output, 777).keys(), handover.foreign(self.output, 777).keys() - spared.keys())

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_a_deep_tree(self):
        subprocess.run(["mkdir", "-p", "d/" * 3000], cwd=self.output, check=True)
        handover.hand_over(self.output, 1234, 2345, handover.foreign(self.output, 1234))
        self.assertEqual({entry.status.st_uid for entry in tree.walk(self.output)}, {1234})

    def test_for_root_nothing_changes_hands(self):
        handover.hand_over(self.output, 0, 0, {})
        self.assertEqual((os.stat(self.program).st_uid, self.mode(self.program)), (os.getuid(), 0o755))

    @unittest.skipUnless(os.getuid() == 0, "needs two users")
    def test_a_directory_that_root_cannot_read_is_noted_and_left(self):
        os.chmod(self.directory, 0o755)
        self.write("output/theirs/file")
        self.write("output/deep/theirs/file")
        closed = [self.output + "/theirs", self.output + "/deep/theirs"]
        for path in closed:
            os.chown(path, 777, 777)
            os.chmod(path, 0o700)
        mine = self.set_id_file("output/mine")
        roots = self.roots()
        # Root of a rootless engine is such a user of the host.
        with files.as_user(1234, 1234):
            spared = handover.foreign(self.output, 1234)
            handover.hand_over(self.output, 0, 0, {**spared, **roots})
        for path in closed:
            self.assertEqual(spared[os.stat(path).st_dev, os.stat(path).st_ino], 777)
        self.assertEqual(self.mode(mine), 0o755)

    @unittest.skipUnless(os.getuid() == 0, "needs two users")
    def test_what_cannot_be_given_away_does_not_keep_the_rest(self):
        os.chmod(self.directory, 0o755)
        # Whatever the order is, files come after a directory.
        for number in range(10):
            self.set_id_file("output/file%d" % number)
            os.mkdir(self.output + "/closed%d" % number, 0o700)
        with files.as_user(1234, 1234), self.assertRaises(PermissionError):
            handover.hand_over(self.output, 0, 0, {})
        self.assertEqual([self.mode(self.output + "/file%d" % number) for number in range(10)], [0o755] * 10)

    def set_id_file(self, name):
        path = self.write(name)
        os.chown(path, 1234, 1234)
        # Last, since a new owner clears the bit.
        os.chmod(path, 0o4755)
        return path

    def roots(self):
        """What this user may not change, as if it were a stranger's."""
        found = [entry.status for entry in tree.walk(self.output) if entry.status.st_uid == 0]
        return {(status.st_dev, status.st_ino): 0 for status in found}


if __name__ == "__main__":
    unittest.main()
