# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import socket
import unittest

from support import InDirectory

from colcon_deb.workspace import source_copy


class Source(InDirectory):
    def copy(self):
        target = os.path.join(self.directory, "copy")
        self.left_out = source_copy.copy_source(os.path.join(self.source, "a"), target, self.source)
        return target

    def test_links(self):
        self.write("src/common/data.txt", "shared")
        self.write("src/a/file.sh", "x", mode=0o555)
        self.write("src/a/.git/config")
        self.write("src/a/debian/control")
        self.write("src/a/nested/debian/kept")
        for name, target in (("inside", "file.sh"), ("outside", "../common/data.txt"), ("directory", "../common"),
                             ("dangling", "nowhere"), ("absolute", os.path.join(self.source, "common/data.txt"))):
            os.symlink(target, os.path.join(self.source, "a", name))
        copy = self.copy()
        self.assertEqual(sorted(os.listdir(copy)), ["absolute", "dangling", "directory", "file.sh", "inside", "nested", "outside"])
        self.assertEqual(os.readlink(os.path.join(copy, "inside")), "file.sh")
        self.assertEqual(os.readlink(os.path.join(copy, "dangling")), "nowhere")
        for name in ("outside", "absolute", "directory/data.txt"):
            self.assertFalse(os.path.islink(os.path.join(copy, name)))
            with open(os.path.join(copy, name), encoding="utf-8") as stream:
                self.assertEqual(stream.read(), "shared")
        self.assertEqual(os.stat(os.path.join(copy, "file.sh")).st_mode & 0o777, 0o755)

    def test_a_link_to_what_contains_it_is_named(self):
        for target in ("../..", "/", self.source + "/a", self.directory):
            with self.subTest(target):
                self.write("src/a/sub/file")
                os.symlink(target, os.path.join(self.source, "a", "sub", "up"))
                with self.assertRaises(source_copy.SourceError) as caught:
                    self.copy()
                self.assertIn("src/a/sub/up is a link to %s, a directory that contains it" % target, str(caught.exception))
                shutil.rmtree(os.path.join(self.source, "a"))
                shutil.rmtree(os.path.join(self.directory, "copy"))

    def test_a_link_in_a_linked_directory_does_not_lead_back(self):
        self.write("src/a/file")
        self.write("src/common/data.txt")
        os.symlink("../common", os.path.join(self.source, "a", "common"))
        os.symlink(".", os.path.join(self.source, "common", "again"))
        with self.assertRaises(source_copy.SourceError) as caught:
            self.copy()
        self.assertIn("src/common/again is a link to .,", str(caught.exception))

    def test_a_link_out_of_the_workspace_is_not_followed(self):
        self.write("elsewhere/secret/data")
        self.write("src/a/file")
        self.write("src/common/file")
        os.symlink("../../elsewhere", os.path.join(self.source, "a", "out"))
        os.symlink("/dev/zero", os.path.join(self.source, "a", "zero"))
        os.symlink("../common", os.path.join(self.source, "a", "common"))
        os.symlink("../../elsewhere/secret", os.path.join(self.source, "common", "out"))
        os.symlink("../a/file", os.path.join(self.source, "common", "back"))
        copy = self.copy()
        self.assertEqual(os.readlink(os.path.join(copy, "out")), os.path.join(self.directory, "elsewhere"))
        self.assertEqual(os.readlink(os.path.join(copy, "zero")), "/dev/zero")
        self.assertFalse(os.path.islink(os.path.join(copy, "common", "back")))
        self.assertEqual(os.readlink(os.path.join(copy, "common", "out")), os.path.join(self.directory, "elsewhere", "secret"))

    def test_special_files_are_left_out_and_named(self):
        self.write("src/a/file")
        os.mkfifo(os.path.join(self.source, "a", "pipe"))
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(os.path.join(self.source, "a", "socket"))
        self.assertEqual(os.listdir(self.copy()), ["file"])
        self.assertEqual(self.left_out, ["src/a/pipe is a named pipe", "src/a/socket is a socket"])

    def test_a_patch_that_does_not_apply(self):
        self.write("src/a/file", "one\n")
        self.write("prepared/debian/control")
        for text, why in (("--- a/file\n+++ b/file\n@@ -1 +1 @@\n-two\n+three\n", "patching file file; Hunk #1 FAILED at 1"),
                          ("--- a/gone\n+++ b/gone\n@@ -1 +1 @@\n-two\n+three\n", "can't find file to patch"),
                          ("no patch\n", "Only garbage was found")):
            self.write("prepared/patches/000.patch", text)
            shutil.rmtree(os.path.join(self.directory, "copy"), ignore_errors=True)
            with self.assertRaises(source_copy.SourceError) as caught:
                source_copy.add_packaging(os.path.join(self.directory, "prepared"), self.copy(),
                                          ["fix.patch (debian_dirs/a/override.yaml:3:4)"])
            self.assertIn("the patch fix.patch (debian_dirs/a/override.yaml:3:4) does not apply: ", str(caught.exception))
            self.assertIn(why, str(caught.exception))
            self.assertNotIn("\n", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
