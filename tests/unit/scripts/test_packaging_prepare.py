# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import shutil
import sys
import unittest

from support import InDirectory, have

from colcon_deb.packaging import control, user_files
from colcon_deb.workspace.epoch import Commits

HAVE_YAML = have("yaml")
if HAVE_YAML:
    from colcon_deb.packaging import bloom_adapter


@contextlib.contextmanager
def quiet():
    """bloom prints; a test does not. By descriptor, because empy does not bear another sys.stdout."""
    sys.stdout.flush()
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)


@unittest.skipUnless(HAVE_YAML and have("bloom"), "needs python3-bloom")
class Prepare(InDirectory):
    commits = Commits()

    def prepare(self, name, resolved, setup=(), **environ):
        from colcon_deb.packaging.prepare import Preparer
        from colcon_deb.workspace.plan import make_plan
        settings = self.settings(**environ)
        self.addCleanup(os.environ.pop, "ROSDISTRO_INDEX_URL", None)
        os.environ["ROSDISTRO_INDEX_URL"] = bloom_adapter.write_index(os.path.join(self.directory, "index"), settings)
        plan = make_plan(settings)
        self.assertEqual(plan.errors, [])
        self.warnings, self.texts = [], []
        with quiet():
            preparer = Preparer(settings, plan, resolved, setup, self.commits, self.warn)
            result = preparer.prepare(next(package for package in plan.packages if package.name == name))
        path = os.path.join(settings.prepared, name, "debian")
        if result.error:
            return result, {}
        return result, {name: file.data.decode() for name, file in user_files.read_tree(path).items()}

    def warn(self, code, text, _name=None):
        self.warnings.append(code)
        self.texts.append(text)

    def test_interface_packages_and_ros_workspace(self):
        self.package("msgs", body="<member_of_group>rosidl_interface_packages</member_of_group>")
        resolved = {"ros_workspace": ["ros-rolling-ros-workspace"], "rosidl_typesupport_fastrtps_c": ["fastrtps-c"]}
        result, tree = self.prepare("msgs", resolved)
        self.assertEqual((result.binaries, result.method), (["ros-rolling-msgs"], "fast"))
        source, binary = control.parse(tree["control"])
        self.assertIn("fastrtps-c, ros-rolling-ros-workspace", source["Build-Depends"])
        self.assertIn("ros-rolling-ros-workspace", binary["Depends"])
        self.assertNotIn("fastrtps", binary["Depends"])

    def test_arguments_of_colcon_come_before_those_of_the_override(self):
        self.package("aa")
        self.write("src/aa/colcon.pkg", "cmake-args: [-DA=colcon]\nhooks: [x]\n")
        self.write("debian_dirs/aa/override.yaml", "cmake_args: [-DA=override]\n")
        rules = self.prepare("aa", {})[1]["rules"]
        self.assertLess(rules.index("-DCMAKE_BUILD_TYPE"), rules.index("-DA=colcon"))
        self.assertLess(rules.index("-DA=colcon"), rules.index("-DA=override"))
        self.assertEqual(self.warnings, ["colcon_meta"])
        self.assertIn("src/aa/colcon.pkg: not used: hooks.", self.texts[0])

    def test_the_last_argument_wins(self):
        arguments = {"META_ARGUMENTS": "cmake-args:aa:-DA=meta cmake-args:other:-DA=other", "CMAKE_ARGUMENTS": "-DA=option -DB=1",
                     "AMENT_CMAKE_ARGUMENTS": "-DA=ament", "CATKIN_CMAKE_ARGUMENTS": "-DA=catkin"}
        self.package("aa")
        self.write("src/aa/colcon.pkg", "cmake-args: [-DA=colcon]\n")
        self.write("debian_dirs/aa/override.yaml", "cmake_args: [-DA=override]\n")
        rules = self.prepare("aa", {}, **arguments)[1]["rules"]
        places = [rules.index("-DA=" + origin) for origin in ("colcon", "meta", "override", "option", "ament")]
        self.assertEqual(sorted(places), places)
        self.assertIn("-DB=1", rules)
        self.assertNotIn("-DA=other", rules)
        self.assertNotIn("-DA=catkin", rules)

    def test_arguments_of_cmake_are_for_its_packages(self):
        self.package("py", build_type="ament_python")
        self.write("src/py/setup.py")
        self.assertNotIn("-DA=1", self.prepare("py", {}, CMAKE_ARGUMENTS="-DA=1")[1]["rules"])

    def test_an_ignored_package_has_the_name_that_rosdep_gives(self):
        self.package("msgs")
        self.package("user", body="<depend>msgs</depend>")
        for environ, name in (({}, "ros-rolling-msgs"), ({"PACKAGES_IGNORE": "msgs"}, "elsewhere-msgs")):
            source = control.parse(self.prepare("user", {"msgs": ["elsewhere-msgs"]}, **environ)[1]["control"])[0]
            self.assertIn(name, source["Build-Depends"])

    def test_ros_workspace_of_the_workspace(self):
        self.package("user")
        self.package("ament_package", build_type="cmake")
        self.package("ros_workspace", body="<depend>ament_package</depend>")
        found = {name: control.parse(self.prepare(name, {"ros_workspace": ["elsewhere"]})[1]["control"])
                 for name in ("user", "ament_package")}
        self.assertIn("ros-rolling-ros-workspace", found["user"][0]["Build-Depends"])
        self.assertIn("ros-rolling-ros-workspace", found["user"][1]["Depends"])
        self.assertNotIn("workspace", found["ament_package"][1]["Depends"])

    def test_the_set_up_package_is_needed_to_run_but_not_to_build(self):
        self.package("aa")
        source, binary = control.parse(self.prepare("aa", {}, ["ros-rolling-colcon-deb-setup"])[1]["control"])
        self.assertIn("ros-rolling-colcon-deb-setup", binary["Depends"])
        self.assertNotIn("setup", source["Build-Depends"])

    def test_group_members_conflicts_and_a_debian_directory_of_the_source(self):
        self.package("user", body="<group_depend>g</group_depend><replace>old_name</replace><conflict>member</conflict>")
        self.package("member", body="<member_of_group>g</member_of_group>")
        self.write("src/user/debian/control")
        source, binary = control.parse(self.prepare("user", {})[1]["control"])
        self.assertIn("ros-rolling-member", source["Build-Depends"])
        self.assertEqual([binary[field] for field in ("Replaces", "Breaks", "Conflicts")],
                         ["ros-rolling-old-name", "ros-rolling-old-name", "ros-rolling-member"])
        self.assertEqual(self.warnings, ["source_debian"])

    def test_the_warning_names_the_files_that_are_not_used(self):
        self.package("user")
        for name in ("udev", "postinst"):
            self.write("src/user/debian/" + name, name)
        self.prepare("user", {})
        self.assertIn("(postinst, udev)", self.texts[0])
        self.write("debian_dirs/user/debian/udev", "my udev")
        tree = self.prepare("user", {})[1]
        self.assertEqual(tree["udev"], "my udev")
        self.assertIn("(postinst)", self.texts[0])
        self.write("debian_dirs/user/debian/postinst", "postinst")
        self.assertEqual((self.prepare("user", {})[0].method, self.warnings), ("rules", []))

    def test_a_link_out_of_the_build_fails_only_its_package(self):
        self.package("aa")
        self.write("debian_dirs/aa/debian/udev")
        os.symlink("/etc/passwd", os.path.join(self.directory, "debian_dirs/aa/debian/install"))
        self.assertIn("debian/install is a link to /etc/passwd", self.prepare("aa", {})[0].error)

    def test_where_override_yaml_names_a_patch(self):
        self.package("aa")
        self.write("debian_dirs/aa/fix.patch")
        self.write("debian_dirs/aa/override.yaml", "depends: [less]\npatches:\n  - fix.patch\n")
        self.assertEqual(self.prepare("aa", {})[0].patches, ["fix.patch (debian_dirs/aa/override.yaml:3:5)"])

    def test_whole_override(self):
        self.package("aa")
        self.write("debian_dirs/aa/control", "Source: x\n\nPackage: one\n\nPackage: two\n")
        self.write("debian_dirs/aa/rules")
        result, tree = self.prepare("aa", {})
        self.assertEqual(result.binaries, ["one", "two"])
        self.assertEqual(tree["compat"], "13\n")
        self.assertTrue(tree["changelog"].startswith("x (1.0.0-0bookworm) "))

    def test_a_package_for_all_architectures_is_known(self):
        self.package("aa")
        result, tree = self.prepare("aa", {})
        self.assertFalse(result.for_all)
        # The user edits what was generated.
        self.write("debian_dirs/aa/debian/control", tree["control"].replace("Architecture: any", "Architecture: all"))
        self.assertTrue(self.prepare("aa", {})[0].for_all)
        for architectures, for_all in (("all", "all"), True), (("all", "any"), False):
            stanzas = "".join("\nPackage: p%d\nArchitecture: %s\n" % pair for pair in enumerate(architectures))
            self.write("debian_dirs/aa/control", "Source: x\n" + stanzas)
            self.write("debian_dirs/aa/rules")
            self.assertEqual(self.prepare("aa", {})[0].for_all, for_all)

    def test_the_date_is_that_of_the_commit_or_of_the_newest_source(self):
        self.package("aa")
        self.commits = Commits({"aa": 86400})
        result, tree = self.prepare("aa", {})
        self.assertEqual(result.epoch, 86400)
        self.assertIn("Fri, 02 Jan 1970", tree["changelog"])
        # An override that is newer counts.
        os.utime(self.write("debian_dirs/aa/override.yaml", "depends: [bc]\n"), (2 * 86400, 2 * 86400))
        self.assertEqual(self.prepare("aa", {})[0].epoch, 2 * 86400)
        self.commits = Commits()
        self.assertNotIn("1970", self.prepare("aa", {})[1]["changelog"])

    def test_how_it_is_built_depends_on_what_the_user_added(self):
        self.package("aa")
        self.assertEqual(self.prepare("aa", {})[0].method, "fast")
        self.write("debian_dirs/aa/debian/links", "opt/a opt/b\n")
        self.assertEqual(self.prepare("aa", {})[0].method, "rules")
        shutil.rmtree(os.path.join(self.directory, "debian_dirs"))
        self.write("debian_dirs/aa/override.yaml", "rules_append: |\n  override_dh_install:\n")
        self.assertEqual(self.prepare("aa", {})[0].method, "rules")

    def test_what_fails_is_said(self):
        self.package("aa", body='<license file="LICENSE">x</license>')
        self.assertIn("LICENSE", self.prepare("aa", {})[0].error)


if __name__ == "__main__":
    unittest.main()
