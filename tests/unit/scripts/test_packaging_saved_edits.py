# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.packaging import saved_edits
from colcon_deb.packaging.saved_edits import TreeFile


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
