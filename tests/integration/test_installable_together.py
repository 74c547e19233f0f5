# SPDX-License-Identifier: Apache-2.0
"""Packages contain what they install, and can be installed together."""
import shutil
import unittest

from support import (IMAGE, PREFIX, STRANGER, ProgramCase, add_package, copy_case, events_of, give_to, is_root,
                     workspace_debs, write)

# Root may write anywhere, so nothing stops these while they run.
WRITES_ELSEWHERE = """
    file(WRITE /etc/stray.conf "x")
    file(WRITE $ENV{HOME}/.leak "x")
    file(WRITE $ENV{TMPDIR}/leak "x")
"""
READS_ELSEWHERE = """
    foreach(path /etc/stray.conf $ENV{HOME}/.leak $ENV{TMPDIR}/leak %s/share/davit/CMakeLists.txt)
      if(EXISTS ${path})
        message(FATAL_ERROR "${path} leaked")
      endif()
    endforeach()
""" % PREFIX


class TogetherCase(ProgramCase):
    def build(self, *arguments, code=1, **options):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *arguments, **options)
        self.assert_ended(outcome, code)
        return outcome

    def ended(self):
        """Package -> why it failed, None if it was built."""
        return {event["name"]: event.get("error") for event in events_of(self.output, "package_complete")}


class TestPrefixWrite(TogetherCase):
    """The case prefix_write, beside packages that write to other places."""

    def prepare(self):
        copy_case("prefix_write", self.workspace)
        add_package(self.workspace, "elsewhere", cmake=WRITES_ELSEWHERE)
        # Needs nothing of them, and is built after them.
        add_package(self.workspace, "reader", cmake=READS_ELSEWHERE)

    def test_as_root(self):
        if not is_root():
            self.skipTest("not root")
        self.prepare()
        self.build("--jobs", "1")
        ended = self.ended()
        self.assertIn("wrote %s/share/davit/CMakeLists.txt" % PREFIX, ended["davit_vendor"])
        self.assertIn("ExternalProject", ended["davit_vendor"])
        self.assertIn("wrote /etc/stray.conf", ended["elsewhere"])
        self.assertIsNone(ended["reader"], "a package found what another one left")
        self.assertNotIn("davit_user", ended)

    def test_as_a_user_without_rights(self):
        self.prepare()
        give_to(self.workspace, STRANGER)
        self.build(user=STRANGER)
        self.assertIn("%s/share/davit" % PREFIX, self.ended()["davit_vendor"])
        self.assertIsNone(self.ended()["reader"])


class TestSameFile(TogetherCase):
    """The case same_file: at once, a part at a time, and as alternatives."""

    def test_same_file(self):
        copy_case("same_file", self.workspace)
        add_package(self.workspace, "of_debian", cmake="install(FILES package.xml DESTINATION /usr/share/doc/cmake RENAME copyright)")
        self.build("--jobs", "1")
        ended = self.ended()
        self.check_refused("sonar_near", "sonar_far", ended)
        self.assertIn("/usr/share/doc/cmake/copyright", ended["of_debian"])
        self.assertIn("cmake-data, which is installed" if "cmake-data" in ended["of_debian"] else "cmake, which", ended["of_debian"])
        # Only what was built is published; a robot can install all of it.
        self.assertEqual(["ros-rolling-sonar-far"], [path.name.split("_")[0] for path in workspace_debs(self.output)])
        shutil.rmtree(self.workspace / "src" / "of_debian")
        self.check_a_part()
        self.check_alternatives()

    def check_refused(self, name, other, ended):
        for part in (PREFIX + "/include/utils.hpp", "ros-rolling-" + name.replace("_", "-"),
                     "ros-rolling-" + other.replace("_", "-"), "debian_dirs/%s/override.yaml" % name):
            self.assertIn(part, ended[name])

    def check_a_part(self):
        self.build("--packages-select", "sonar_near")
        self.check_refused("sonar_near", "sonar_far", self.ended())

    def check_alternatives(self):
        write(self.workspace / "debian_dirs" / "sonar_near" / "override.yaml", "conflicts: [ros-rolling-sonar-far]\n")
        self.build("--packages-select", "sonar_near", code=0)
        self.assertEqual(2, len(workspace_debs(self.output)))


if __name__ == "__main__":
    unittest.main()
