# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import shutil
import sys
import types
import unittest

from support import InDirectory, have, make_package

from colcon_deb.packaging import control, saved_edits
from colcon_deb.packaging.saved_edits import TreeFile

HAVE_YAML = have("yaml")
NEEDS_YAML = unittest.skipUnless(HAVE_YAML, "needs python3-yaml")
if HAVE_YAML:
    from colcon_deb.packaging import bloom_adapter, bloom_corrections, overrides
    from colcon_deb.packaging.overrides import Fields

RULES = """#!/usr/bin/make -f
export PKG_CONFIG_PATH=/opt/ros/rolling/lib/pkgconfig
export DEB_CXXFLAGS_MAINT_APPEND=-DNDEBUG
override_dh_auto_configure:
\tdh_auto_configure -- \\
\t\t-DCMAKE_INSTALL_PREFIX="/opt/ros/rolling" \\
\t\t$(BUILD_TESTING_ARG)
override_dh_auto_test:
\tdh_auto_test || true
"""
CONTROL = """Source: ros-rolling-a
Build-Depends: debhelper (>= 9.0.0), ament-cmake, libx-dev
Homepage:

Package: ros-rolling-a
Architecture: any
Depends: ${shlibs:Depends}, ${misc:Depends}, libx
Replaces: ros-rolling-old
Description: something
 long
"""


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


class Control(unittest.TestCase):
    def test_round_trip(self):
        stanzas = control.parse("# comment\nA: 1\nB:\n x,\n y\n\nC: 2\n")
        self.assertEqual(stanzas, [{"A": "1", "B": "\n x,\n y"}, {"C": "2"}])
        self.assertEqual(control.serialise(stanzas), "A: 1\nB:\n x,\n y\n\nC: 2\n")

    def test_broken(self):
        for text in (" continuation", "no colon here", "bad field : x"):
            with self.assertRaises(control.ControlError):
                control.parse(text)

    def test_names(self):
        self.assertEqual(control.alternative_names("aa (>= 1) | bb:any [amd64] | ${x}"), ["aa", "bb"])

    def test_relations(self):
        for good in ("a1", "liba-dev (>= 1.2~)", "aa | bb (<< 2)", "aa:any", "aa <!nocheck>", "aa [amd64 !arm64]"):
            self.assertTrue(control.is_relation(good), good)
        for bad in ("", "a", "Aa", "aa, bb", "aa (1)", "aa\nbb", "aa; rm", "aa |", "aa ${x}"):
            self.assertFalse(control.is_relation(bad), bad)

    def test_profiles(self):
        relations = ["a", "b <!nocheck>", "c <nocheck>", "d <!nocheck> <cross>"]
        self.assertEqual(control.for_profiles(relations, {"nocheck"}), ["a", "c"])
        self.assertEqual(control.for_profiles(relations, set()), ["a", "b", "d"])


@NEEDS_YAML
class Versions(unittest.TestCase):
    def relations(self, **versions):
        return bloom_adapter.version_relations("p", types.SimpleNamespace(**versions))

    def test_they_match_debian_versions(self):
        self.assertEqual(self.relations(version_eq="1.2.3"), ["p (>= 1.2.3)", "p (<< 1.2.4~)"])
        self.assertEqual(self.relations(version_lte="1.2.9"), ["p (<< 1.2.10~)"])
        self.assertEqual(self.relations(version_gt="1.2.3"), ["p (>= 1.2.4~)"])
        self.assertEqual(self.relations(version_gte="1.0.0", version_lt="2.0.0"), ["p (>= 1.0.0)", "p (<< 2.0.0~)"])
        self.assertEqual(self.relations(), ["p"])

    def test_no_version(self):
        with self.assertRaises(bloom_adapter.BloomError):
            self.relations(version_eq="1.2) evil")


@NEEDS_YAML
@unittest.skipUnless(have("bloom"), "needs python3-bloom")
class WithBloom(InDirectory):
    """What the installed bloom writes, for each build type that it knows."""

    CHANGELOG = """^^^^^^^^^
Changelog
^^^^^^^^^
2.0.0 (2030-01-01)
------------------
* Not released yet.

1.2.0 (2020-01-01)
------------------

1.1.0 (2019-01-01)
------------------
* First.
"""

    def generate(self, build_type, body="", changelog=None, deb_version="1.2.0-0bookworm"):
        from colcon_deb.workspace.manifest import read_manifest
        settings = self.settings()
        self.addCleanup(os.environ.pop, "ROSDISTRO_INDEX_URL", None)
        os.environ["ROSDISTRO_INDEX_URL"] = bloom_adapter.write_index(os.path.join(self.directory, "index"), settings)
        path = os.path.dirname(self.package("pkg_a", version="1.2.0", build_type=build_type, body=body))
        if changelog:
            self.write("src/pkg_a/CHANGELOG.rst", changelog)
        manifest = read_manifest(path, settings.conditions)[0]
        names = {"sib": ["ros-rolling-sib"], "none": [], "two": ["aa", "bb"]}
        package = make_package("pkg_a", deb="ros-rolling-pkg-a", build_type=build_type, deb_version=deb_version)
        into = os.path.join(self.directory, "work-" + build_type)
        os.makedirs(into)
        with quiet():
            bloom = bloom_adapter.Bloom(settings, lambda name: names[name])
            bloom.generate(manifest, package, into, 86400, ["extra-dev"], ["extra"])
        tree = bloom_corrections.adapt(saved_edits.read_tree(os.path.join(into, "debian")), settings, package, Fields())
        return {name: file.data.decode() for name, file in tree.items()}

    def test_every_build_type(self):
        from colcon_deb.workspace.plan import build_types
        for build_type in build_types():
            with self.subTest(build_type):
                tree = self.generate(build_type)
                self.assertFalse([name for name in tree if name.endswith(".em")])
                self.assertIn("/opt/ros/rolling", tree["rules"])
                self.assertTrue(tree["changelog"].startswith("ros-rolling-pkg-a (1.2.0-0bookworm) bookworm;"))
                self.assertIn("Fri, 02 Jan 1970 00:00:00 +0000", tree["changelog"])

    def test_relations(self):
        source, binary = control.parse(self.generate(
            "ament_cmake", '<depend version_eq="1.2.3">sib</depend><build_depend>two</build_depend><exec_depend>none</exec_depend>'
                           '<test_depend>two</test_depend><build_export_depend>two</build_export_depend>')["control"])
        self.assertEqual(source["Build-Depends"], "debhelper (>= 13~), aa, aa <!nocheck>, bb, bb <!nocheck>, extra-dev, "
                                                  "ros-rolling-sib (<< 1.2.4~), ros-rolling-sib (>= 1.2.3)")
        self.assertEqual(binary["Depends"], "${shlibs:Depends}, ${misc:Depends}, aa, bb, extra, ros-rolling-sib (<< 1.2.4~), "
                                            "ros-rolling-sib (>= 1.2.3), ${colcon-deb:Depends}")

    def test_changelog_newer_than_the_package_and_empty_entries(self):
        text = self.generate("ament_cmake", changelog=self.CHANGELOG)["changelog"]
        self.assertNotIn("2.0.0", text)
        self.assertIn("* No change noted.", text)
        self.assertNotIn("-0000", text)

    def test_the_stamp_is_in_the_first_entry_of_the_changelog_alone(self):
        text = self.generate("ament_cmake", changelog=self.CHANGELOG, deb_version="1.2.0-0bookworm.20200102.030405")["changelog"]
        self.assertTrue(text.startswith("ros-rolling-pkg-a (1.2.0-0bookworm.20200102.030405) bookworm;"), text)
        self.assertIn("\nros-rolling-pkg-a (1.1.0-0bookworm) ", text)


@unittest.skipUnless(HAVE_YAML and have("bloom"), "needs python3-bloom")
class Prepare(InDirectory):
    epochs = {}

    def prepare(self, name, resolved):
        from colcon_deb.packaging.prepare import Preparer
        from colcon_deb.workspace.plan import make_plan
        settings = self.settings()
        self.addCleanup(os.environ.pop, "ROSDISTRO_INDEX_URL", None)
        os.environ["ROSDISTRO_INDEX_URL"] = bloom_adapter.write_index(os.path.join(self.directory, "index"), settings)
        plan = make_plan(settings)
        self.assertEqual(plan.errors, [])
        self.warnings = []
        with quiet():
            preparer = Preparer(settings, plan, resolved, self.epochs, lambda code, text, name=None: self.warnings.append(code))
            result = preparer.prepare(next(package for package in plan.packages if package.name == name))
        path = os.path.join(settings.prepared, name, "debian")
        if result.error:
            return result, {}
        return result, {name: file.data.decode() for name, file in saved_edits.read_tree(path).items()}

    def test_interface_packages_and_ros_workspace(self):
        self.package("msgs", body="<member_of_group>rosidl_interface_packages</member_of_group>")
        resolved = {"ros_workspace": ["ros-rolling-ros-workspace"], "rosidl_typesupport_fastrtps_c": ["fastrtps-c"]}
        result, tree = self.prepare("msgs", resolved)
        self.assertEqual((result.binaries, result.method), (["ros-rolling-msgs"], "fast"))
        source, binary = control.parse(tree["control"])
        self.assertIn("fastrtps-c, ros-rolling-ros-workspace", source["Build-Depends"])
        self.assertIn("ros-rolling-ros-workspace", binary["Depends"])
        self.assertNotIn("fastrtps", binary["Depends"])

    def test_group_members_conflicts_and_a_debian_directory_of_the_source(self):
        self.package("user", body="<group_depend>g</group_depend><replace>old_name</replace><conflict>member</conflict>")
        self.package("member", body="<member_of_group>g</member_of_group>")
        self.write("src/user/debian/control")
        source, binary = control.parse(self.prepare("user", {})[1]["control"])
        self.assertIn("ros-rolling-member", source["Build-Depends"])
        self.assertEqual([binary[field] for field in ("Replaces", "Breaks", "Conflicts")],
                         ["ros-rolling-old-name", "ros-rolling-old-name", "ros-rolling-member"])
        self.assertEqual(self.warnings, ["source_debian"])

    def test_whole_override(self):
        self.package("aa")
        self.write("debian_dirs/aa/control", "Source: x\n\nPackage: one\n\nPackage: two\n")
        self.write("debian_dirs/aa/rules")
        result, tree = self.prepare("aa", {})
        self.assertEqual(result.binaries, ["one", "two"])
        self.assertEqual(tree["compat"], "13\n")
        self.assertTrue(tree["changelog"].startswith("x (1.0.0-0bookworm) "))

    def test_the_date_of_an_earlier_build_is_kept(self):
        self.package("aa")
        self.epochs = {"aa": 86400}
        result, tree = self.prepare("aa", {})
        self.assertEqual(result.epoch, 86400)
        self.assertIn("Fri, 02 Jan 1970", tree["changelog"])
        self.epochs = {}
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


@NEEDS_YAML
class Adapt(InDirectory):
    def adapt(self, fields=None, build_type="ament_cmake", **environ):
        tree = {"control": TreeFile(CONTROL.encode()), "rules": TreeFile(RULES.encode(), True), "compat": TreeFile(b"9\n")}
        package = make_package("a", build_type=build_type)
        tree = bloom_corrections.adapt(tree, self.settings(**environ), package, Fields(**fields or {}))
        return {name: file.data.decode() for name, file in tree.items()}

    def test_control(self):
        source, binary = control.parse(self.adapt()["control"])
        self.assertEqual(source["Build-Depends"], "debhelper (>= 13~), ament-cmake, libx-dev")
        self.assertNotIn("Homepage", source)
        self.assertTrue(binary["Depends"].endswith("${colcon-deb:Depends}"))
        self.assertEqual(binary["Breaks"], "ros-rolling-old")
        self.assertEqual((list(binary)[-1], binary["Description"]), ("Description", "something\n long"))

    def test_rules(self):
        rules = self.adapt()["rules"]
        self.assertIn('-DCMAKE_BUILD_TYPE="Release" \\\n', rules)
        self.assertIn("/opt/ros/rolling/share/pkgconfig", rules)
        self.assertIn("-DNDEBUG", rules)
        self.assertIn("dh_auto_test || true", rules)
        self.assertIn("dh_makeshlibs -X.cpython-", rules)
        self.assertEqual(self.adapt()["compat"], "13\n")

    def test_what_dh_tells_its_steps(self):
        def options(line):
            return bloom_corrections.dh_options({"rules": TreeFile(("%:\n\t" + line + "\n").encode(), True)})
        self.assertEqual(options("dh $@ -v --buildsystem=pybuild --with python3 --builddirectory=.obj-$(X)"),
                         ["-v", "--buildsystem=pybuild", "--builddirectory=.obj-$(X)"])
        self.assertIsNone(options("dh_something"))

    def test_the_fast_target_tests_only_when_asked_to(self):
        self.assertIn("fast-binary: override_dh_auto_configure override_dh_auto_build override_dh_auto_install\n",
                      self.adapt()["rules"])
        self.assertIn(" override_dh_auto_test override_dh_auto_install\n", self.adapt(RUN_TESTS="1")["rules"])

    def test_the_machine_is_not_asked_again_and_again(self):
        rules = self.adapt()["rules"]
        self.assertIn("DEB_HOST_MULTIARCH ?= $(shell dpkg-architecture -qDEB_HOST_MULTIARCH)\n", rules)
        self.assertEqual(rules.count("dpkg-architecture -qDEB_HOST_MULTIARCH"), 1)

    def test_build_type_and_tests(self):
        self.assertNotIn("CMAKE_BUILD_TYPE", self.adapt(BUILD_TYPE="None")["rules"])
        self.assertNotIn("-DNDEBUG", self.adapt(BUILD_TYPE="Debug")["rules"])
        self.assertIn("dh_auto_test\n", self.adapt(RUN_TESTS="1")["rules"])

    def test_fields(self):
        tree = self.adapt({"depends": ["libfoo (>= 2)"], "breaks": ["x"], "build_depends": ["y-dev"],
                           "remove_depends": ["libx"], "remove_build_depends": ["libx-dev"], "rules_exports": {"A": "b c"},
                           "rules_append": "x:\n\ttrue", "cmake_args": ["-DX=ON"], "shlibs_allow": ["libacados.so.1"]})
        source, binary = control.parse(tree["control"])
        self.assertEqual(source["Build-Depends"], "debhelper (>= 13~), ament-cmake, y-dev")
        self.assertIn("libfoo (>= 2)", binary["Depends"])
        self.assertNotIn("libx,", binary["Depends"])
        self.assertEqual(binary["Breaks"], "ros-rolling-old, x")
        self.assertTrue(tree["rules"].startswith("#!/usr/bin/make -f\nexport A=b c\n"))
        self.assertIn("-DX=ON \\\n", tree["rules"])
        self.assertTrue(tree["rules"].endswith("x:\n\ttrue\n"))
        self.assertEqual(tree["shlibs.local"], "libacados 1\n")

    def test_unknown_form_is_refused(self):
        with self.assertRaises(bloom_corrections.AdaptError):
            bloom_corrections.adapt({"control": TreeFile(CONTROL.encode()), "rules": TreeFile(b"#!/usr/bin/make -f\n", True)},
                                    self.settings(), make_package("a", build_type="cmake"), Fields())


@NEEDS_YAML
class Overrides(InDirectory):
    def find(self):
        return overrides.find(os.path.join(self.directory, "debian_dirs"), "a")

    def problem(self, text):
        self.write("debian_dirs/a/override.yaml", text)
        with self.assertRaises(overrides.OverrideError) as caught:
            self.find()
        return str(caught.exception)

    def test_none(self):
        self.assertEqual((self.find().whole, self.find().fields), (None, Fields()))

    def test_whole_directory_in_both_places(self):
        for place in ("", "debian/"):
            with self.subTest(place):
                for name in ("control", "rules"):
                    self.write("debian_dirs/a/%s%s" % (place, name))
                self.assertTrue(self.find().whole.rstrip("/").endswith(("a/" + place).rstrip("/")))

    def test_half_a_directory(self):
        self.write("debian_dirs/a/debian/control")
        with self.assertRaises(overrides.OverrideError):
            self.find()

    def test_generated_one_is_no_override(self):
        for name in ("control", "rules", saved_edits.MARKER):
            self.write("debian_dirs/a/debian/" + name)
        self.assertIsNone(self.find().whole)

    def test_fields(self):
        self.write("debian_dirs/a/fix.patch")
        self.write("debian_dirs/a/override.yaml", "depends: [libfoo]\npatches: [fix.patch]\nrules_exports: {A: 1}\n")
        self.assertEqual(self.find().fields.depends, ["libfoo"])

    def test_problems_name_file_and_line(self):
        self.assertIn("override.yaml:2:1: unknown key 'dpends'", self.problem("breaks: []\ndpends: [a]\n"))
        self.assertIn("override.yaml:2:1: not valid YAML", self.problem("a: [\n"))
        self.assertIn("a mapping", self.problem("- a\n"))

    def test_wrong_values(self):
        for text in ("depends: libfoo", "depends: ['a, b']", "depends: [1]", "patches: [/etc/passwd]", "patches: [../x]",
                     "patches: [missing.patch]", "rules_exports: [a]", "rules_exports: {'a b': c}", "rules_append: 1",
                     "shlibs_allow: [foo]", "cmake_args: ['-DA=$(shell x)']", "rules_exports: {A: \"b\\nc\"}"):
            with self.subTest(text):
                self.problem(text)

    def test_both_kinds(self):
        for name in ("control", "rules"):
            self.write("debian_dirs/a/debian/" + name)
        self.assertIn("Keep one", self.problem("depends: [a]"))

    def test_what_belongs_to_no_package_is_found(self):
        place = os.path.join(self.directory, "debian_dirs")
        self.assertEqual(overrides.unused(place, {"a"}), [])
        for path in ("rosdep.yaml", "README", "override.yaml", "control", "notes/text", "a/override.yaml", "typo/override.yaml",
                     "typo/rules", "by_hand/debian/rules", "by_hand2/control", "debian/control",
                     "left/debian/control", "left/debian/" + saved_edits.MARKER):
            self.write("debian_dirs/" + path)
        self.assertEqual(overrides.unused(place, {"a"}), ["by_hand/debian", "by_hand2/control", "control", "debian/control",
                                                          "override.yaml", "typo/override.yaml"])

    def test_library_names(self):
        self.assertEqual(overrides.shlibs_local(["libfoo.so.1.2", "libbar-3.so"]), "libfoo 1.2\nlibbar 3\n")


class Saved(InDirectory):
    GENERATED = {"control": TreeFile(b"one\n"), "rules": TreeFile(b"r\n", True)}

    def merge(self, generated=None, digest="x1"):
        return saved_edits.merge(self.place(), generated or self.GENERATED, digest)

    def place(self, name=""):
        return os.path.join(self.directory, "debian_dirs", "a", "debian", name).rstrip("/")

    def content(self, name):
        with open(self.place(name), "rb") as stream:
            return stream.read()

    def test_saved_and_marked(self):
        self.assertEqual(self.merge(), (self.GENERATED, []))
        self.assertEqual(self.content("control"), b"one\n")
        self.assertTrue(os.access(self.place("rules"), os.X_OK))
        self.assertTrue(os.path.exists(self.place(saved_edits.MARKER)))

    def test_unedited_never_shadows(self):
        self.merge()
        tree, stale = self.merge({"control": TreeFile(b"two\n")}, "x2")
        self.assertEqual((tree, stale), ({"control": TreeFile(b"two\n")}, []))
        self.assertFalse(os.path.exists(self.place("rules")))

    def test_an_edit_wins_and_stays(self):
        self.merge()
        self.write("debian_dirs/a/debian/control", "mine\n")
        for _run in range(2):
            tree, stale = self.merge()
            self.assertEqual((tree["control"].data, stale), (b"mine\n", []))
        tree, stale = self.merge({"control": TreeFile(b"two\n")}, "x2")
        self.assertEqual((tree["control"].data, stale), (b"mine\n", ["control"]))
        self.assertEqual(self.merge({"control": TreeFile(b"two\n")}, "x2")[1], ["control"])
        self.write("debian_dirs/a/debian/control", "mine again\n")
        self.assertEqual(self.merge({"control": TreeFile(b"two\n")}, "x2")[1], [])

    def test_an_added_file_stays_and_a_deleted_one_returns(self):
        self.merge()
        self.write("debian_dirs/a/debian/postinst", "#!/bin/sh\n")
        os.unlink(self.place("rules"))
        tree, _stale = self.merge()
        self.assertEqual(sorted(tree), ["control", "postinst", "rules"])

    def test_an_edit_undone_is_no_edit(self):
        self.merge()
        self.write("debian_dirs/a/debian/control", "mine\n")
        self.merge()
        self.write("debian_dirs/a/debian/control", "one\n")
        self.assertEqual(saved_edits.edited_files(self.place()), {})

    def test_unchanged_is_not_written(self):
        self.merge()
        before = os.stat(self.place()).st_ino
        self.merge()
        self.assertEqual(os.stat(self.place()).st_ino, before)

    def test_a_broken_marker_keeps_what_is_there(self):
        self.merge()
        self.write("debian_dirs/a/debian/" + saved_edits.MARKER, "{broken")
        self.write("debian_dirs/a/debian/control", "mine\n")
        self.assertEqual(self.merge()[0]["control"].data, b"mine\n")


if __name__ == "__main__":
    unittest.main()
