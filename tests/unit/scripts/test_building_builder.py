# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.building import builder


class Misplaced(InDirectory):
    def test_what_lands_in_the_build_directory_is_named(self):
        for path in ("DEBIAN/control", "opt/ros/x/lib/y", "usr/share/doc/z", "workspace/build/home/b", "workspace/build/home/a"):
            self.write("stage/" + path)
        self.assertEqual(builder.misplaced(os.path.join(self.directory, "stage")), ["/workspace/build/home/a"])
        self.assertEqual(builder.misplaced(os.path.join(self.directory, "absent")), [])


if __name__ == "__main__":
    unittest.main()
