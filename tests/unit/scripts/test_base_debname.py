# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase

from colcon_deb.base import debname


class DebNames(ScriptCase):
    def test_names(self):
        for name in ("a1", "ros-x-a", "lib++.so"):
            self.assertTrue(debname.is_name(name), name)
        for name in ("a", "A-b", "a_b", "-a", "a b", "ab\n", ""):
            self.assertFalse(debname.is_name(name), name)

    def test_files(self):
        self.assertEqual(debname.package_of("ros-x-a_1.0~rc1+b-0bookworm_amd64.deb"), "ros-x-a")
        for name in ("ros-x-a_1.0.deb", "a_b_c_amd64.deb", "ros-x-a_1.0_amd64.udeb", "ros-x-a_1 0_all.deb", "../ab_1_all.deb",
                     ".ab_1_all.deb.tmp", "ab_1_all.deb\n"):
            self.assertIsNone(debname.package_of(name), name)


if __name__ == "__main__":
    unittest.main()
