# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

from support import InDirectory, have, plant_directory, plant_pipe

from colcon_deb.packaging import saved_edits

HAVE_YAML = have("yaml")
NEEDS_YAML = unittest.skipUnless(HAVE_YAML, "needs python3-yaml")
if HAVE_YAML:
    from colcon_deb.packaging import overrides
    from colcon_deb.packaging.overrides import Fields


@NEEDS_YAML
class Overrides(InDirectory):
    def find(self):
        return overrides.find(os.path.join(self.directory, "debian_dirs"), "a")

    def problem(self, text):
        self.write("debian_dirs/a/override.yaml", text)
        with self.assertRaises(overrides.OverrideError) as caught:
            self.find()
        return str(caught.exception)

    def test_what_is_no_file(self):
        self.write("debian_dirs/a/x")
        path = os.path.join(self.directory, "debian_dirs/a/override.yaml")
        for plant in (plant_pipe, plant_directory):
            plant(path, None)
            with self.assertRaisesRegex(overrides.OverrideError, "a/override.yaml: cannot be read: not a regular file.$"):
                self.find()
            subprocess.run(["rm", "-r", path], check=True)
        self.assertIn("larger than 262144 bytes", self.problem("#" * 300000))

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

    def test_a_marked_directory_does_not_hide_a_whole_one(self):
        for name in ("control", "rules", "debian/control", "debian/rules", "debian/" + saved_edits.MARKER):
            self.write("debian_dirs/a/" + name)
        self.assertEqual(os.path.basename(self.find().whole), "a")

    def test_fields(self):
        self.write("debian_dirs/a/fix.patch")
        self.write("debian_dirs/a/override.yaml", "depends: [libfoo]\npatches: [fix.patch]\nrules_exports: {A: 1}\n")
        self.assertEqual(self.find().fields.depends, ["libfoo"])

    def test_problems_name_file_and_line(self):
        self.assertIn("override.yaml:2:1: unknown key 'dpends'", self.problem("breaks: []\ndpends: [a]\n"))
        self.assertIn("override.yaml:2:1: cannot be read", self.problem("a: [\n"))
        self.assertIn("override.yaml:1:33: cannot be read: it is nested too deeply.", self.problem("[" * 100000))
        self.assertIn("override.yaml:1:1: cannot be read: merge keys (<<) are not supported here.", self.problem("<<: {a: b}\n"))
        self.assertIn("a mapping", self.problem("- a\n"))
        self.assertIn("override.yaml:3:5: depends: 'b, c' is not a relation", self.problem("depends:\n  - less\n  - b, c\n"))
        self.assertIn("override.yaml:1:1: depends: a list", self.problem("depends: a\n"))

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


if __name__ == "__main__":
    unittest.main()
