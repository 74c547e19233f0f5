# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import unittest

from support import InDirectory

from colcon_deb.base.settings import SETTINGS
from colcon_deb.incremental import fingerprint


class Overridden(InDirectory):
    def of(self, package="a"):
        return fingerprint._digest_of_override(self.settings(), package)

    def test_only_what_the_user_wrote_counts(self):
        before = self.of()
        digest = hashlib.sha256(b"generated").hexdigest()
        self.write("debian_dirs/a/debian/control", "generated")
        self.write("debian_dirs/a/debian/.colcon-deb-generated", json.dumps({"files": {"control": digest}, "edited": {}}))
        self.assertEqual(self.of(), before)
        self.write("debian_dirs/a/debian/control", "edited")
        edited = self.of()
        self.write("debian_dirs/a/fix.patch", "x")
        self.assertEqual(len({before, edited, self.of()}), 3)

    def test_links_count_with_what_they_point_to(self):
        self.write("debian_dirs/a/README")
        self.write("debian_dirs/common.yaml", "recommends: [less]\n")
        os.symlink("../common.yaml", os.path.join(self.directory, "debian_dirs/a/override.yaml"))
        before = self.of()
        self.write("debian_dirs/common.yaml", "recommends: [nano]\n")
        self.assertNotEqual(self.of(), before)

    def test_files_beside_no_marker_count_and_what_is_refused_until_it_is_corrected(self):
        before = self.of()
        self.write("debian_dirs/a/debian/udev", "rule")
        with_udev = self.of()
        os.symlink("/etc/passwd", os.path.join(self.directory, "debian_dirs/a/debian/install"))
        self.assertEqual(len({before, with_udev, self.of()}), 3)
        self.write("debian_dirs/b/override.yaml", "dpends: []\n")
        broken = self.of("b")
        self.write("debian_dirs/b/override.yaml", "depends: []\n")
        self.assertNotEqual(broken, self.of("b"))


class Environment(unittest.TestCase):
    def test_what_counts(self):
        def of(**environ):
            return fingerprint.of_environment(environ, os.path.dirname(os.path.abspath(__file__)))
        # What native programs of an accelerated image are told.
        self.assertEqual(of(A="1"), of(A="1", MAKE_HOST="x", _PYTHON_HOST_PLATFORM="x", _PYTHON_SYSCONFIGDATA_NAME="x"))
        self.assertEqual(of(A="1", HOSTNAME="x", PARALLEL_JOBS="2"), of(A="1", HOSTNAME="y", PARALLEL_JOBS="9", HOME="/"))
        self.assertNotEqual(of(A="1"), of(A="2"))
        self.assertNotEqual(fingerprint.digest(["ab", "c"]), fingerprint.digest(["a", "bc"]))

    def test_the_table_of_settings_says_what_counts(self):
        def of(**environ):
            return fingerprint.of_environment(environ, os.path.dirname(os.path.abspath(__file__)))
        for row in SETTINGS:
            (self.assertNotEqual if row.affects_packages else self.assertEqual)(of(), of(**{row.variable: "x"}), row.variable)
        self.assertEqual({row.variable for row in SETTINGS if row.affects_packages},
                         {"ROS_DISTRO", "ROS_VERSION", "INSTALL_PREFIX", "PACKAGE_PREFIX", "BUILD_TYPE", "RUN_TESTS", "TEST_FAILURES",
                          "DEBUG_SYMBOLS", "BUILD_STAMP", "BASE_IMAGE", "SOURCE_DATE_EPOCH", "ROSDISTRO_INDEX_URL"})


if __name__ == "__main__":
    unittest.main()
