# SPDX-License-Identifier: Apache-2.0
import dataclasses
import json
import os
import subprocess
import sys
import unittest

from support import HELPERS, InDirectory, have

from colcon_deb.workspace.discovery import find_packages
from colcon_deb.workspace.package import Keys

NEEDS_CATKIN = unittest.skipUnless(have("catkin_pkg"), "needs python3-catkin-pkg")


class Discovery(InDirectory):
    def found(self):
        return find_packages(self.source)[0]

    def test_sorted_and_not_descended(self):
        for path in ("b", "a", "group/c", "a/nested"):
            self.write("src/%s/package.xml" % path)
        self.assertEqual(self.found(), ["a", "b", "group/c"])

    def test_ignore_markers_prune(self):
        for marker in ("COLCON_IGNORE", "AMENT_IGNORE", "CATKIN_IGNORE"):
            self.write("src/%s/deep/package.xml" % marker.lower())
            self.write("src/%s/%s" % (marker.lower(), marker))
        self.assertEqual(self.found(), [])

    def test_a_dangling_marker_counts(self):
        self.write("src/a/package.xml")
        os.symlink("/nowhere/at/all", os.path.join(self.source, "a", "COLCON_IGNORE"))
        self.assertEqual(self.found(), [])

    def test_hidden_directories_are_skipped(self):
        self.write("src/.hidden/a/package.xml")
        self.assertEqual(self.found(), [])

    def test_links_are_followed_once_and_loops_end(self):
        self.write("elsewhere/package.xml")
        for name in ("one", "two"):
            os.symlink(os.path.join(self.directory, "elsewhere"), os.path.join(self.source, name))
        os.symlink("..", os.path.join(self.source, "up"))
        os.symlink(self.source, os.path.join(self.source, "self"))
        self.assertEqual(self.found(), ["one"])

    def test_dangling_links_are_said_but_not_those_in_packages(self):
        self.write("src/group/a/package.xml")
        for name in ("group/out", "group/a/inside", "ignored/COLCON_IGNORE", "manifest/package.xml"):
            os.makedirs(os.path.dirname(os.path.join(self.source, name)), exist_ok=True)
            os.symlink("../nowhere", os.path.join(self.source, name))
        found, warnings = find_packages(self.source)
        self.assertEqual((found, [warning.code for warning in warnings]), (["group/a"], ["dangling_link", "dangling_link"]))
        self.assertIn("src/group/out is a link to ../nowhere", warnings[0].msg)
        self.assertIn("src/manifest/package.xml is a link", warnings[1].msg)

    def test_a_build_file_without_manifest_is_said(self):
        self.write("src/plain/setup.py", "raise SystemExit('executed')")
        self.assertEqual([warning.code for warning in find_packages(self.source)[1]], ["no_manifest"])


@NEEDS_CATKIN
class Plan(InDirectory):
    def plan(self, **environ):
        from colcon_deb.workspace.plan import make_plan
        return make_plan(self.settings(**environ))

    def names(self, **environ):
        plan = self.plan(**environ)
        self.assertEqual(plan.errors, [])
        return [package.name for package in plan.packages]

    def only_error(self):
        errors = self.plan().errors
        self.assertEqual(len(errors), 1, errors)
        return errors[0].msg

    def test_order_is_topological_then_by_name(self):
        self.package("z")
        self.package("m", body="<depend>z</depend>")
        self.package("a", body="<depend>m</depend>")
        self.package("b")
        self.assertEqual(self.names(), ["b", "z", "m", "a"])

    def test_fields(self):
        self.package("Some_Pkg", version="1.2.3", body="<depend>libfoo</depend><test_depend>t</test_depend>")
        package = self.plan().packages[0]
        self.assertEqual(package.deb, "ros-rolling-some-pkg")
        self.assertEqual(package.deb_version, "1.2.3-0bookworm")
        self.assertEqual(package.keys, Keys(build=["libfoo"], run=["libfoo"], test=["t"], relations=[]))

    def test_the_stamp_is_that_of_the_newest_source_that_a_package_is_built_from(self):
        for name, body, epoch in (("base", "", 86400), ("user", "<depend>base</depend>", 3600), ("apart", "", 7200)):
            path = self.package(name, version="1.2.3", body=body)
            os.utime(path, (epoch, epoch))
        for _run in range(2):
            versions = {package.name: package.deb_version for package in self.plan(BUILD_STAMP="1").packages}
            self.assertEqual(versions, {"base": "1.2.3-0bookworm.19700102.000000", "user": "1.2.3-0bookworm.19700102.000000",
                                        "apart": "1.2.3-0bookworm.19700101.020000"})

    def test_conditions_are_evaluated(self):
        self.package("a")
        self.package("b", body='<depend condition="$ROS_VERSION == 1">a</depend>'
                               '<depend condition="$ROS_DISTRO == rolling and $ROS_VERSION == 2">c</depend>')
        self.package("c")
        self.assertEqual({p.name: p.deps for p in self.plan().packages}, {"a": [], "b": ["c"], "c": []})

    def test_a_condition_that_does_not_parse_is_an_error(self):
        self.package("a", body='<depend condition="$ROS_VERSION">x</depend>')
        self.assertIn("src/a/package.xml:", self.only_error())

    def test_build_type_by_condition(self):
        self.write("src/a/package.xml", """<package format="3"><name>a</name><version>1.0.0</version><description>d</description>
            <maintainer email="a@b.org">m</maintainer><license>l</license><export>
            <build_type condition="$ROS_VERSION == 1">catkin</build_type>
            <build_type condition="$ROS_VERSION == 2">ament_python</build_type></export></package>""")
        self.assertEqual(self.plan().packages[0].build_type, "ament_python")
        self.assertEqual(self.plan(ROS_DISTRO="noetic").packages[0].build_type, "catkin")

    def test_group_members_become_dependencies(self):
        self.package("user", body="<group_depend>plugins</group_depend>")
        self.package("zplugin", body="<member_of_group>plugins</member_of_group>")
        self.assertEqual(self.names(), ["zplugin", "user"])
        self.assertEqual(self.plan().packages[1].group_members, ["zplugin"])

    def test_test_dependencies_order_only_when_tests_run(self):
        self.package("a", body="<test_depend>b</test_depend>")
        self.package("b")
        self.assertEqual(self.names(), ["a", "b"])
        self.assertEqual(self.names(RUN_TESTS="1"), ["b", "a"])

    def test_format_1(self):
        self.package("a", format=1, build_type="catkin", body="<run_depend>b</run_depend><build_depend>x</build_depend>")
        self.package("b")
        package = self.plan().packages[1]
        self.assertEqual((package.name, package.deps, package.keys.build), ("a", ["b"], ["x"]))

    def test_cycle_is_shown(self):
        self.package("a", body="<depend>b</depend>")
        self.package("b", body="<depend>c</depend>")
        self.package("c", body="<depend>a</depend>")
        self.package("d", body="<depend>a</depend>")
        self.assertIn("a -> b -> c -> a", self.only_error())

    def test_two_of_one_name(self):
        self.package("one/a", name="a")
        self.package("two/a", name="a")
        self.assertIn("src/one/a and src/two/a", self.only_error())

    def test_names_that_collide(self):
        self.package("a_b")
        self.package("a-b")
        self.assertIn("ros-rolling-a-b", self.only_error())

    def test_malformed_xml_has_line_and_column(self):
        self.write("src/a/package.xml", "<package>\n  <name>a</nme>\n</package>\n")
        error = self.plan().errors[0]
        self.assertEqual((error.file, error.line), ("src/a/package.xml", 2))
        self.assertTrue(error.msg.startswith("src/a/package.xml:2:"), error.msg)

    def test_wrong_content_has_its_line(self):
        path = self.package("a", body="  <bogus_tag>x</bogus_tag>")
        with open(path, encoding="utf-8") as stream:
            line = stream.read().split("<bogus_tag>")[0].count("\n") + 1
        self.assertTrue(self.only_error().startswith("src/a/package.xml:%d:" % line), self.only_error())

    def test_hostile_manifests(self):
        bomb = '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><package>&b;</package>'
        for number, text in enumerate(("", "\xff", bomb, "<package format='9'/>", "<package format='x'/>",
                                       "x" * (1024 * 1024 + 1), "<a>" * 100000)):
            self.write("src/p%d/package.xml" % number, text)
        self.assertEqual(len(self.plan().errors), 7)

    def test_version_must_be_three_numbers(self):
        self.package("a", version="1.2")
        self.assertIn("src/a/package.xml:", self.only_error())

    def test_names_are_not_paths(self):
        for name in ("..", "a/b", "a b", "-a", "../../etc", "ä"):
            self.package("p", name=name)
            self.assertIn("src/p/package.xml:3:", self.only_error())

    def test_unknown_build_type(self):
        self.package("a", build_type="cargo")
        self.assertIn("cargo", self.only_error())

    def test_empty_and_missing_workspace(self):
        self.assertIn("No package found", self.only_error())
        os.rmdir(self.source)
        self.assertIn("no src/", self.only_error())

    def test_program(self):
        self.package("a")
        self.write("src/a/setup.py", "open('%s/executed', 'w')" % self.directory)
        answer = subprocess.run([sys.executable, "-B", os.path.join(HELPERS, "package-scanner.py"), self.source],
                                stdout=subprocess.PIPE, env=dict(os.environ, ROS_DISTRO="rolling"), check=False)
        self.assertEqual(answer.returncode, 0)
        self.assertEqual([p["name"] for p in json.loads(answer.stdout)["packages"]], ["a"])
        self.assertFalse(os.path.exists(os.path.join(self.directory, "executed")))


class Settings(InDirectory):
    def test_defaults(self):
        settings = self.settings()
        self.assertEqual((settings.prefix, settings.package_prefix, settings.build_type), ("/opt/ros/rolling", "ros-rolling-",
                                                                                           "Release"))

    def test_agiros(self):
        self.assertEqual(self.settings(ROS_DISTRO="loong", INSTALL_PREFIX="/opt/agiros/loong").package_prefix, "agiros-loong-")

    def test_refused(self):
        from colcon_deb.base.settings import SettingsError
        for environ in ({"ROS_DISTRO": ""}, {"ROS_DISTRO": "a b"}, {"INSTALL_PREFIX": "opt"}, {"INSTALL_PREFIX": "/etc"},
                        {"INSTALL_PREFIX": "/opt/../etc"}, {"INSTALL_PREFIX": "/opt/a b"}, {"PARALLEL_JOBS": "0"},
                        {"PARALLEL_JOBS": "x"}, {"BUILD_TYPE": "a;b"}, {"PACKAGE_PREFIX": "A_"}):
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

    def test_settings_do_not_change(self):
        with self.assertRaises(dataclasses.FrozenInstanceError):
            self.settings().jobs = 3


if __name__ == "__main__":
    unittest.main()
