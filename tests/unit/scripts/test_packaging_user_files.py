# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.base import files
from colcon_deb.packaging import user_files


class UserFiles(InDirectory):
    def test_a_file_that_is_too_large_is_named(self):
        path = self.write("debian_dirs/a/large")
        os.truncate(path, files.MAX_READ + 1)
        with self.assertRaisesRegex(user_files.UserFileError, "debian_dirs/a/large is larger than 67108864 bytes. Move it away.$"):
            user_files.read_tree(os.path.dirname(path))


if __name__ == "__main__":
    unittest.main()
