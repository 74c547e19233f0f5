# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

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
        handover.hand_over(self.output, os.getuid(), os.getgid())
        self.assertEqual(self.mode(self.program), 0o755)
        self.assertEqual((self.mode(self.outside), self.mode(self.output + "/deep")), (0o4755, 0o2755))

    @unittest.skipUnless(os.getuid() == 0, "only root can give files away")
    def test_everything_goes_to_the_user_and_links_are_not_followed(self):
        handover.hand_over(self.output, 1234, 2345)
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
        handover.hand_over(self.output, 1234, 2345)
        self.assertEqual(os.stat(self.output + "/deep").st_gid, 777)

    def test_for_root_nothing_changes_hands(self):
        handover.hand_over(self.output, 0, 0)
        self.assertEqual((os.stat(self.program).st_uid, self.mode(self.program)), (os.getuid(), 0o755))


if __name__ == "__main__":
    unittest.main()
