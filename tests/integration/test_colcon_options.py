# SPDX-License-Identifier: Apache-2.0
"""What users of colcon know: packages chosen by more options, and arguments for CMake, on the line and in colcon.meta."""
import json
import re
import unittest

from support import IMAGE, PREFIX, ProgramCase, add_package, deb_files, read_events, workspace_debs, write

# Installs its package.xml under the name of the argument's value.
OPTION = """
    if(EXTRA)
      install(FILES package.xml DESTINATION share/extra-${PROJECT_NAME} RENAME ${EXTRA})
    endif()
    """


class ColconCase(ProgramCase):
    def list_names(self, *options, code=0, env=None):
        outcome = self.run_program("list", "-n", self.workspace, "--image", IMAGE, *options, env={"COLCON_HOME": "/nonexistent", **(env or {})})
        self.assert_ended(outcome, code)
        return outcome.stdout.split() if code == 0 else outcome

    def build(self, *options, code=0):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--view", "plain", *options,
                                   env={"COLCON_HOME": "/nonexistent"})
        self.assert_ended(outcome, code)
        return outcome

    def states(self):
        summary = json.loads((self.output / "summary.json").read_text())
        return {package["name"]: package["state"] for package in summary["packages"]}

    def extra(self, name):
        """What the argument EXTRA was when the package was built; None without it."""
        deb = next(path for path in workspace_debs(self.output) if path.name.startswith("ros-rolling-%s_" % name))
        found = re.findall(r"%s/share/extra-%s/(\w+)" % (PREFIX, name), "\n".join(deb_files(deb)))
        return found[0] if found else None


class Selection(ColconCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "msgs", directory="base/msgs")
        add_package(self.workspace, "nav_core", ["msgs"], directory="nav/core")
        add_package(self.workspace, "nav_app", ["nav_core"], directory="nav/app")
        add_package(self.workspace, "tool")

    def test_packages_are_chosen_as_by_colcon(self):
        for options, names in (
                (["--packages-skip", "tool", "nav_app"], ["msgs", "nav_core"]),
                (["--packages-skip-regex", "nav_.*", "to"], ["msgs"]),
                (["--packages-select-regex", "nav_", "--packages-skip", "nav_app"], ["nav_core"]),
                (["--packages-select", "tool", "--packages-select-regex", ".*app$"], ["nav_app", "tool"]),
                (["--packages-up-to", "nav_app", "--packages-skip", "msgs"], ["nav_app", "nav_core"]),
                (["--base-paths", "src/nav/app", "src/tool", "--packages-ignore", "nav_app"], ["tool"])):
            with self.subTest(options):
                self.assertEqual(names, sorted(self.list_names(*options)))

    def test_mistakes_are_told_before_a_container_starts(self):
        for options, text in ((["--packages-skip-regex", "("], "--packages-skip-regex"), (["--packages-ignore", "a/b"], "is not the name of a package"),
                              (["--base-paths", "elsewhere"], "--base-paths: .*elsewhere is not in "),
                              (["--base-paths", "src/none"], "there is no directory")):
            with self.subTest(options):
                self.assert_says(self.list_names(*options, code=2), text)

    def test_what_matches_nothing_is_a_warning_where_it_leaves_out(self):
        outcome = self.run_program("list", self.workspace, "--image", IMAGE, "--packages-skip", "typo")
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "--packages-skip: there is no package typo in the workspace")
        self.assert_says(self.list_names("--packages-select", "typo", code=1), "there is no package typo")

    def test_what_former_builds_made_of_ignored_packages_stands(self):
        self.build("--packages-up-to", "nav_core", "--packages-select", "msgs", "nav_core")
        before = {path.name for path in workspace_debs(self.output)}
        self.build("--packages-ignore", "msgs", "nav_core", "nav_app")
        self.assertEqual({"tool": "built"}, self.states())
        after = {path.name for path in workspace_debs(self.output)}
        self.assertTrue(before < after, after)
        self.assertEqual(3, len([path for path in (self.output / "apt").rglob("*.deb") if "setup" not in path.name]))


class Arguments(ColconCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "one", cmake=OPTION)
        add_package(self.workspace, "two", cmake=OPTION)

    def test_they_reach_cmake_and_a_change_rebuilds(self):
        self.build("--cmake-args", "-DEXTRA=red", "-DUNUSED=1", "--packages-select", "one", "two")
        self.assertEqual(("red", "red"), (self.extra("one"), self.extra("two")))
        self.build("--cmake-args", "-DEXTRA=red", "-DUNUSED=1")
        self.assertEqual({"one": "cached", "two": "cached"}, self.states())
        # The host knows of it, too, without a container.
        self.assert_says(self.build("--cmake-args", "-DEXTRA=red", "-DUNUSED=1"), "up to date")
        self.build("--cmake-args", "-DEXTRA=blue")
        self.assertEqual({"one": "built", "two": "built"}, self.states())
        self.assertEqual("blue", self.extra("one"))
        # For another build type.
        self.build("--cmake-args", "-DEXTRA=blue", "--catkin-cmake-args", "-DEXTRA=no")
        self.assertEqual({"one": "cached", "two": "cached"}, self.states())

    def test_colcon_meta_is_for_one_package(self):
        write(self.workspace / "colcon.meta", "names:\n  one: {cmake-args: [-DEXTRA=meta], dependencies: [x]}\n")
        self.build()
        self.assertEqual(("meta", None), (self.extra("one"), self.extra("two")))
        warning = next(event["msg"] for event in read_events(self.output) if event.get("code") == "colcon_meta")
        self.assertRegex(warning, "not for: dependencies of one")
        write(self.workspace / "colcon.meta", "names:\n  one: {cmake-args: [-DEXTRA=again]}\n")
        self.build()
        self.assertEqual({"one": "built", "two": "cached"}, self.states())
        self.build("--cmake-args", "-DEXTRA=line")
        self.assertEqual(("line", "line"), (self.extra("one"), self.extra("two")))

    def test_the_configuration_has_them(self):
        write(self.workspace / "colcon-deb.yaml", "cmake_args: [-DEXTRA=file]\n")
        self.build("--packages-select", "one")
        self.assertEqual("file", self.extra("one"))

    def test_what_a_makefile_would_change_is_refused(self):
        self.assert_says(self.build("--cmake-args", "-DA=$(x)", code=2), "is not an argument of CMake")


class Failed(ColconCase):
    def test_only_what_failed_is_built_again(self):
        add_package(self.workspace, "good")
        add_package(self.workspace, "bad", cmake="if(NOT FIXED)\n  message(FATAL_ERROR broken)\nendif()")
        self.assert_says(self.build("--packages-select-build-failed", code=2), "names no package that failed")
        self.build(code=1)
        self.build("--packages-select-build-failed", "--cmake-args", "-DFIXED=1")
        self.assertEqual({"bad": "built"}, self.states())
        self.assert_says(self.build("--packages-select-build-failed", code=2), "names no package that failed")


if __name__ == "__main__":
    unittest.main()
