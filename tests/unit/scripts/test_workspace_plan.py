# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import sys
import unittest

from support import HELPERS, InDirectory, have

from colcon_deb.workspace.package import Keys

NEEDS_CATKIN = unittest.skipUnless(have("catkin_pkg"), "needs python3-catkin-pkg")


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

    def test_everything_comes_after_ros_workspace_but_what_it_needs(self):
        for name, body in (("a", ""), ("ament_package", ""), ("ros_workspace", "<depend>ament_package</depend>")):
            self.package(name, body=body)
        deps = {"a": ["ros_workspace"], "ament_package": [], "ros_workspace": ["ament_package"]}
        self.assertEqual({package.name: package.deps for package in self.plan().packages}, deps)
        self.assertEqual([package.name for package in self.plan().packages], ["ament_package", "ros_workspace", "a"])

    def test_the_name_of_the_set_up_package_is_taken(self):
        self.package("Colcon_deb_setup")
        self.assertIn("src/Colcon_deb_setup/package.xml: the package name Colcon_deb_setup is reserved", self.only_error())

    def test_fields(self):
        self.package("Some_Pkg", version="1.2.3", body="<depend>libfoo</depend><test_depend>t</test_depend>")
        package = self.plan().packages[0]
        self.assertEqual(package.deb, "ros-rolling-some-pkg")
        self.assertEqual(package.deb_version, "1.2.3-0bookworm")
        self.assertEqual(package.keys, Keys(build=["libfoo"], run=["libfoo"], test=["t"], relations=[]))

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

    def test_a_template_is_left_out(self):
        self.package("a")
        self.write("src/b/template/package.xml", "<package>\n<name>:{name}</name><version>:{version}</version></package>")
        self.write("src/c/package.xml", "<package>\n  <name>x</name")
        plan = self.plan(PACKAGES_SELECT="a")
        self.assertEqual(([package.name for package in plan.packages], plan.errors), (["a"], []))
        for warning, place in zip(plan.warnings, ("src/b/template/package.xml:1:1: ", "src/c/package.xml:2:")):
            self.assertTrue(warning.msg.startswith(place) and "left out" in warning.msg, warning)
        self.assertEqual(plan.unreadable, ["b/template", "c"])

    def test_a_broken_package_is_an_error_only_where_it_is_needed(self):
        self.package("apart")
        self.package("user", body="<depend>broken</depend>")
        self.write("src/x/package.xml", "<package>\n  <name>broken</name>\n</pack>")
        for selection in ({}, {"PACKAGES_SELECT": "user"}, {"PACKAGES_SELECT": "broken"}, {"PACKAGES_UP_TO": "user"},
                          {"PACKAGES_ABOVE": "broken"}):
            errors = self.plan(**selection).errors
            self.assertEqual([error.msg for error in errors],
                             ["src/x/package.xml:3:3: is not well-formed XML: mismatched tag"], selection)
        plan = self.plan(PACKAGES_SELECT="apart")
        self.assertEqual((plan.errors, [warning.code for warning in plan.warnings]), ([], ["unreadable_package"]))
        self.assertIn("src/x/package.xml:3:3: ", plan.warnings[0].msg)

    def test_ignored_packages_stand_and_are_none_of_the_workspace(self):
        self.package("below/msgs")
        self.package("user", body="<depend>msgs</depend>")
        self.package("above", body="<depend>user</depend>")
        for wishes in ({"PACKAGES_IGNORE": "msgs"}, {"PACKAGES_IGNORE_REGEX": "ms"}, {"BASE_PATHS": "user above"}):
            with self.subTest(wishes):
                plan = self.plan(**wishes)
                self.assertEqual(([], []), (plan.errors, plan.warnings))
                found = {package.name: package for package in plan.packages}
                self.assertEqual((True, False), (found["msgs"].ignored, found["msgs"].selected))
                self.assertEqual(([], ["msgs"]), (found["user"].deps, found["user"].keys.build))
                self.assertEqual({"user", "above"}, {package.name for package in plan.present})
        # What is ignored is not even what --packages-above reaches.
        plan = self.plan(PACKAGES_ABOVE="msgs", PACKAGES_IGNORE="user")
        self.assertEqual(["msgs"], [package.name for package in plan.packages if package.selected])

    def test_nothing_comes_after_a_ros_workspace_that_is_ignored(self):
        self.package("a")
        self.package("ros_workspace")
        self.assertEqual([["ros_workspace"], []], [next(package.deps for package in self.plan(**wishes).packages if package.name == "a")
                                                   for wishes in ({}, {"PACKAGES_IGNORE": "ros_workspace"})])

    def test_an_ignored_package_may_be_broken_or_there_twice(self):
        self.package("one")
        self.package("a/twice", name="twice")
        self.package("b/twice", name="twice")
        self.write("src/x/package.xml", "<package>\n  <name>broken</name>\n</pack>")
        self.assertTrue(self.plan().errors)
        plan = self.plan(PACKAGES_IGNORE="broken", BASE_PATHS="one b")
        self.assertEqual([], plan.errors)
        self.assertEqual({"one": "one", "twice": "b/twice"}, {package.name: package.path for package in plan.present})

    def test_an_option_without_effect_is_a_warning(self):
        self.package("one")
        self.assertEqual(["unmatched_option"], [warning.code for warning in self.plan(PACKAGES_SKIP="two").warnings])
        self.assertIn("is not a regular expression", self.plan(PACKAGES_SKIP_REGEX="(").errors[0].msg)

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

    def test_what_cannot_be_packaged_is_an_error_only_where_it_is_needed(self):
        self.package("apart")
        self.package("crate", build_type="cargo")
        self.package("user", body="<depend>crate</depend>")
        for selection in ({}, {"PACKAGES_SELECT": "user"}, {"PACKAGES_SELECT": "crate"}, {"PACKAGES_UP_TO": "user"}):
            [error] = self.plan(**selection).errors
            self.assertIn("cargo", error.msg, selection)
        plan = self.plan(PACKAGES_SELECT="apart")
        self.assertEqual((plan.errors, [warning.code for warning in plan.warnings]), ([], ["unreadable_package"]))
        self.assertIn("src/crate/package.xml: the installed bloom cannot package", plan.warnings[0].msg)

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


if __name__ == "__main__":
    unittest.main()
