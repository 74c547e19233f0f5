# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import re
import shutil
import subprocess
import sys
import types
import unittest

from support import MANIFEST, InDirectory, have, make_package

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
        return bloom_adapter.version_relations("pp", types.SimpleNamespace(**versions))

    def test_they_match_debian_versions(self):
        self.assertEqual(self.relations(version_eq="1.2.3"), ["pp (>= 1.2.3)", "pp (<< 1.2.4~)"])
        self.assertEqual(self.relations(version_lte="1.2.9"), ["pp (<< 1.2.10~)"])
        self.assertEqual(self.relations(version_gt="1.2.3"), ["pp (>= 1.2.4~)"])
        self.assertEqual(self.relations(version_gte="1.0.0", version_lt="2.0.0"), ["pp (>= 1.0.0)", "pp (<< 2.0.0~)"])
        self.assertEqual(self.relations(), ["pp"])

    def test_no_name(self):
        with self.assertRaisesRegex(bloom_adapter.BloomError, "two words"):
            bloom_adapter.version_relations("two words", types.SimpleNamespace())

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

    def generate(self, build_type, body="", changelog=None, deb_version="1.2.0-0bookworm", manifest=None):
        from colcon_deb.workspace.manifest import read_manifest
        settings = self.settings()
        self.addCleanup(os.environ.pop, "ROSDISTRO_INDEX_URL", None)
        os.environ["ROSDISTRO_INDEX_URL"] = bloom_adapter.write_index(os.path.join(self.directory, "index"), settings)
        path = os.path.dirname(self.package("pkg_a", version="1.2.0", build_type=build_type, body=body))
        if changelog:
            self.write("src/pkg_a/CHANGELOG.rst", changelog)
        if manifest:
            self.write("src/pkg_a/package.xml", manifest)
        manifest = read_manifest(path, settings.conditions)[0]
        names = {"sib": ["ros-rolling-sib"], "none": [], "two": ["aa", "bb"]}
        package = make_package("pkg_a", deb="ros-rolling-pkg-a", build_type=build_type, deb_version=deb_version)
        into = os.path.join(self.directory, "work-" + build_type)
        shutil.rmtree(into, ignore_errors=True)
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

    @unittest.skipUnless(shutil.which("dpkg-gencontrol"), "needs dpkg-dev")
    def test_any_text_of_a_manifest_becomes_fields_that_dpkg_reads(self):
        texts = ["plain", "", " \n Long\n\n   Name\t", "a\u2028b\u0085c\u00a0d", "x" * 100000, "\u00fc \u0634 \U0001f916",
                 "&lt;a&gt; &amp; <b>x</b>\n.\n -- evil &lt;e@example.org&gt;  x", ". Foo", "Doe, Jr.", "# no comment",
                 "@(1/0) ${shlibs:Depends} $(x) %s {0}", "a: b\nPackage: evil", "&#127;&#155;31m"]
        for text in texts:
            with self.subTest(text[:40]):
                inner = re.sub("<.*?>", "", text)
                manifest = MANIFEST % {"format": 3, "name": "pkg_a", "version": "1.2.0", "build_type": "ament_cmake", "body": (
                    '<url type="website">%s</url><url type="bugtracker">%s</url><url type="repository">%s</url><author>%s'
                    '</author>' % (inner, inner, inner, inner))}
                manifest = manifest.replace("A package of the tests.", text or "-").replace(">Tests<", ">%s<" % inner)
                manifest = manifest.replace("Apache-2.0", inner or "-").replace("tests@example.org", "t.e-s+t%1@example.org&#10;")
                tree = self.generate("ament_cmake", manifest=manifest)
                fields = self.assert_readable(tree)
                self.assertEqual(fields["Maintainer"].count("${shlibs:Depends}"), text.count("${shlibs:Depends}"))

    def assert_readable(self, tree):
        debian = os.path.join(self.directory, "built", "debian")
        shutil.rmtree(debian, ignore_errors=True)
        os.makedirs(os.path.join(debian, "pkg", "DEBIAN"))
        for name, data in tree.items():
            if "/" not in name:
                with open(os.path.join(debian, name), "w", encoding="utf-8") as stream:
                    stream.write(data)
        ended = subprocess.run(["dpkg-gencontrol", "-Vshlibs:Depends=", "-Vmisc:Depends=", "-Vcolcon-deb:Depends=",
                                "-pros-rolling-pkg-a", "-Pdebian/pkg"], cwd=os.path.dirname(debian), capture_output=True,
                               text=True, check=False)
        self.assertEqual((0, ""), (ended.returncode, ended.stderr))
        with open(os.path.join(debian, "pkg", "DEBIAN", "control"), encoding="utf-8") as stream:
            fields = control.parse(stream.read())
        self.assertEqual(1, len(fields))
        self.assertRegex(fields[0]["Maintainer"], r"\A\S+(?: \S+)* <t\.e-s\+t%1@example\.org>\Z")
        self.assertTrue(fields[0]["Description"].strip())
        self.assertRegex(tree["changelog"], r"\n -- \S+(?: \S+)* <t\.e-s\+t%1@example\.org>  \S")
        self.assertNotRegex(tree["control"] + tree["copyright"] + tree["changelog"],
                            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
        return fields[0]

    def test_a_license_file_that_is_no_text_is_named(self):
        self.write("src/pkg_a/LICENSE", "")
        with open(os.path.join(self.directory, "src/pkg_a/LICENSE"), "wb") as stream:
            stream.write(b"\xa9 somebody")
        manifest = MANIFEST % {"format": 3, "name": "pkg_a", "version": "1.2.0", "build_type": "ament_cmake", "body": ""}
        with self.assertRaisesRegex(bloom_adapter.BloomError, "'LICENSE', which cannot be read as UTF-8"):
            self.generate("ament_cmake", manifest=manifest.replace("<license>", '<license file="LICENSE">'))


if __name__ == "__main__":
    unittest.main()
