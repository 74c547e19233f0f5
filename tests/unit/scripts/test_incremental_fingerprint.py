# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import unittest

from support import InDirectory, make_package

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
            # Arguments count for the packages that get them: see Arguments.
            counts = row.affects_packages and row.variable not in fingerprint.ARGUMENTS
            (self.assertNotEqual if counts else self.assertEqual)(of(), of(**{row.variable: "x"}), row.variable)
        self.assertEqual({row.variable for row in SETTINGS if row.affects_packages},
                         {"ROS_DISTRO", "ROS_VERSION", "INSTALL_PREFIX", "PACKAGE_PREFIX", "BUILD_TYPE", "RUN_TESTS", "TEST_FAILURES",
                          "DEBUG_SYMBOLS", "BUILD_STAMP", "BASE_IMAGE", "SOURCE_DATE_EPOCH", "ROSDISTRO_INDEX_URL", *fingerprint.ARGUMENTS})


class Arguments(InDirectory):
    """A changed argument rebuilds the packages that get it."""

    def of(self, build_type, **environ):
        self.package("a", build_type=build_type)
        listed = type("Listed", (), {"of_package": lambda _self, _package: ["x"]})()
        return fingerprint.of_sources("common", make_package("a", build_type=build_type), self.settings(**environ), listed)

    def test_of_a_build_type(self):
        for variable, build_type, counts in (
                ("CMAKE_ARGUMENTS", "cmake", True), ("CMAKE_ARGUMENTS", "ament_cmake", True), ("CMAKE_ARGUMENTS", "catkin", True),
                ("CMAKE_ARGUMENTS", "ament_python", False), ("AMENT_CMAKE_ARGUMENTS", "ament_cmake", True),
                ("AMENT_CMAKE_ARGUMENTS", "cmake", False), ("CATKIN_CMAKE_ARGUMENTS", "catkin", True),
                ("CATKIN_CMAKE_ARGUMENTS", "ament_cmake", False)):
            with self.subTest(variable, build_type=build_type):
                self.assertEqual(counts, self.of(build_type) != self.of(build_type, **{variable: "-DA=1"}))

    def test_of_colcon_meta(self):
        for word, counts in (("cmake-args:a:-DA=1", True), ("cmake-args:b:-DA=1", False), ("catkin-cmake-args:a:-DA=1", False)):
            self.assertEqual(counts, self.of("ament_cmake") != self.of("ament_cmake", META_ARGUMENTS=word), word)


if __name__ == "__main__":
    unittest.main()
