# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import sys
import types
import unittest

from support import InDirectory, have, make_package

from colcon_deb.packaging import control, user_files

HAVE_YAML = have("yaml")
NEEDS_YAML = unittest.skipUnless(HAVE_YAML, "needs python3-yaml")
if HAVE_YAML:
    from colcon_deb.packaging import bloom_adapter, bloom_corrections
    from colcon_deb.packaging.overrides import Fields


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
        tree = bloom_corrections.adapt(user_files.read_tree(os.path.join(into, "debian")), settings, package, Fields())
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


if __name__ == "__main__":
    unittest.main()
