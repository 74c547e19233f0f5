# SPDX-License-Identifier: Apache-2.0
import dataclasses
import unittest

from support import InDirectory


class Settings(InDirectory):
    def test_defaults(self):
        settings = self.settings()
        self.assertEqual((settings.prefix, settings.package_prefix, settings.build_type), ("/opt/ros/rolling", "ros-rolling-",
                                                                                           "Release"))

    def test_agiros(self):
        self.assertEqual(self.settings(ROS_DISTRO="loong", INSTALL_PREFIX="/opt/agiros/loong").package_prefix, "agiros-loong-")

    def test_a_target_has_a_directory_of_its_own(self):
        plain, target = self.settings(), self.settings(OUTPUT_TARGET="arm64-trixie")
        self.assertEqual((plain.output, plain.repository), (self.directory + "/output",) * 2)
        self.assertEqual((target.output, target.repository),
                         (self.directory + "/output/targets/arm64-trixie", self.directory + "/output"))

    def test_refused(self):
        from colcon_deb.base.settings import SettingsError
        for environ in ({"ROS_DISTRO": ""}, {"ROS_DISTRO": "a b"}, {"INSTALL_PREFIX": "opt"}, {"INSTALL_PREFIX": "/etc"},
                        {"INSTALL_PREFIX": "/opt/../etc"}, {"INSTALL_PREFIX": "/opt/a b"}, {"PARALLEL_JOBS": "0"},
                        {"PARALLEL_JOBS": "x"}, {"SLOWDOWN": "0"}, {"BUILD_TYPE": "a;b"}, {"PACKAGE_PREFIX": "A_"},
                        {"OUTPUT_TARGET": "a/b"}, {"OUTPUT_TARGET": ".."}):
            with self.subTest(environ), self.assertRaises(SettingsError):
                self.settings(**environ)

    def test_each_row_of_the_table_is_a_field_of_its_type(self):
        from colcon_deb.base.settings import SETTINGS, Settings
        fields = {field.name: field.type for field in dataclasses.fields(Settings)}
        types = {"flag": "bool", "count": "int", "text": "str", "words": "tuple[str, ...]"}
        rows = [row for row in SETTINGS if row.field]
        self.assertEqual({row.field: types[row.type] for row in rows}, {row.field: fields[row.field] for row in rows})
        self.assertEqual(len({row.variable for row in SETTINGS}), len(SETTINGS))

    def test_defaults_come_from_the_table(self):
        from colcon_deb.base.settings import SETTINGS
        settings = self.settings()
        for row in SETTINGS:
            if row.field and row.default is not None and row.variable != "ROS_DISTRO":
                default = tuple(row.default) if row.type == "words" else row.default
                self.assertEqual(getattr(settings, row.field), default, row.variable)

    def test_every_type_is_read(self):
        settings = self.settings(RUN_TESTS="1", CONTINUE_ON_ERROR="0", RETRIES="3", HOST_UID="7", BUILD_TYPE="Debug",
                                 PACKAGES_SELECT=" a  b ", PACKAGE_PREFIX="")
        self.assertEqual((settings.run_tests, settings.continue_on_error, settings.retries, settings.gid), (True, False, 3, 7))
        self.assertEqual((settings.build_type, settings.packages_select, settings.package_prefix), ("Debug", ("a", "b"), ""))
        self.assertEqual(self.settings(BUILD_TYPE="", INSTALL_PREFIX="", RETRIES="").build_type, "Release")

    def test_a_package_may_take_longer_under_emulation(self):
        for slowdown, seconds in (("1", 60), ("18", 1080)):
            self.assertEqual(self.settings(PACKAGE_TIMEOUT="60", SLOWDOWN=slowdown).package_seconds, seconds)
        self.assertEqual(self.settings(SLOWDOWN="18").package_seconds, 0)

    def test_settings_do_not_change(self):
        with self.assertRaises(dataclasses.FrozenInstanceError):
            self.settings().jobs = 3


if __name__ == "__main__":
    unittest.main()
