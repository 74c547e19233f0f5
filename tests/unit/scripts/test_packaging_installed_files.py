# SPDX-License-Identifier: Apache-2.0
import shutil
import unittest

from support import InDirectory

from colcon_deb.packaging import installed_files


@unittest.skipUnless(shutil.which("dpkg-query"), "needs dpkg")
class Owners(InDirectory):
    def test_owners(self):
        unknown = self.write("no[*]body?s")
        self.assertEqual(installed_files.owners(["/usr/bin/dpkg", unknown, "/no/where"]), {"/usr/bin/dpkg": "dpkg"})
        self.assertEqual(installed_files.owners([]), {})

    def test_merged_directories(self):
        """dpkg knows the shell as /bin/sh or as /usr/bin/sh."""
        self.assertEqual(set(installed_files.owners(["/bin/sh"])), {"/bin/sh"})
        self.assertEqual(set(installed_files.owners(["/usr/bin/sh"])), {"/usr/bin/sh"})

    def test_patterns_are_plain_paths(self):
        self.assertEqual(installed_files.owners(["/usr/bin/dpk?", "/usr/bin/dpkg*"]), {})


if __name__ == "__main__":
    unittest.main()
