# SPDX-License-Identifier: Apache-2.0
import contextlib
import os
import shutil
import subprocess
import unittest
import unittest.mock

from support import PLANTS, InDirectory

from colcon_deb.packaging import saved_edits
from colcon_deb.packaging.user_files import TreeFile, UserFileError


class Saved(InDirectory):
    GENERATED = {"control": TreeFile(b"one\n"), "rules": TreeFile(b"r\n", True)}

    def merge(self, generated=None, digest="x1"):
        return saved_edits.merge(self.place(), self.GENERATED if generated is None else generated, digest, self.allowed())

    def allowed(self):
        return os.path.join(self.directory, "debian_dirs"), self.source

    def place(self, name=""):
        return os.path.join(self.directory, "debian_dirs", "a", "debian", name).rstrip("/")

    def content(self, name):
        with open(self.place(name), "rb") as stream:
            return stream.read()

    def test_a_deep_tree_is_refused_and_stays(self):
        self.merge()
        subprocess.run(["mkdir", "-p", self.place("d/" * 1100)], check=True)
        with self.assertRaisesRegex(UserFileError, "is more than 64 directories deep. Move it away."):
            self.merge()
        subprocess.run(["test", "-d", self.place("d/" * 1100)], check=True)

    def test_entries_of_another_kind_at_its_own_names_go(self):
        precious = self.write("precious", "precious")
        for plant in PLANTS:
            for path in (self.place(saved_edits.MARKER), os.path.dirname(self.place()) + "/" + saved_edits.MARKER + ".tmp"):
                for digest in ("x1", "x2"):
                    os.makedirs(self.place(), exist_ok=True)
                    subprocess.run(["rm", "-rf", path], check=True)
                    plant(path, precious)
                    self.merge(digest=digest)
                    self.assertEqual((self.content("control"), sorted(os.listdir(self.directory + "/debian_dirs/a"))),
                                     (b"one\n", ["debian"]))
        self.assertEqual(os.stat(precious).st_size, len("precious"))

    def test_saved_and_marked(self):
        self.assertEqual(self.merge(), (self.GENERATED, {}, []))
        self.assertEqual(self.content("control"), b"one\n")
        self.assertTrue(os.access(self.place("rules"), os.X_OK))
        self.assertTrue(os.path.exists(self.place(saved_edits.MARKER)))

    def test_unedited_never_shadows(self):
        self.merge()
        tree, _edits, stale = self.merge({"control": TreeFile(b"two\n")}, "x2")
        self.assertEqual((tree, stale), ({"control": TreeFile(b"two\n")}, []))
        self.assertFalse(os.path.exists(self.place("rules")))

    def test_an_edit_wins_and_stays(self):
        self.merge()
        self.write("debian_dirs/a/debian/control", "mine\n")
        for _run in range(2):
            tree, _edits, stale = self.merge()
            self.assertEqual((tree["control"].data, stale), (b"mine\n", []))
        tree, _edits, stale = self.merge({"control": TreeFile(b"two\n")}, "x2")
        self.assertEqual((tree["control"].data, stale), (b"mine\n", ["control"]))
        self.assertEqual(self.merge({"control": TreeFile(b"two\n")}, "x2")[2], ["control"])
        self.write("debian_dirs/a/debian/control", "mine again\n")
        self.assertEqual(self.merge({"control": TreeFile(b"two\n")}, "x2")[2], [])

    def test_an_added_file_stays_and_a_deleted_one_returns(self):
        self.merge()
        self.write("debian_dirs/a/debian/postinst", "#!/bin/sh\n")
        os.unlink(self.place("rules"))
        tree, _edits, _stale = self.merge()
        self.assertEqual(sorted(tree), ["control", "postinst", "rules"])

    def test_an_edit_undone_is_no_edit(self):
        self.merge()
        self.write("debian_dirs/a/debian/control", "mine\n")
        self.merge()
        self.write("debian_dirs/a/debian/control", "one\n")
        self.assertEqual(saved_edits.edited_files(self.place(), self.allowed()), {})

    def test_a_file_that_another_build_is_saving_is_no_edit(self):
        """Between the reading of marker and files another target saves what it has generated."""
        self.merge()
        read, calls = saved_edits.Marker.read, []

        def read_late(directory):
            marker = read(directory)
            if not calls:
                calls.append(directory)
                self.merge({"control": TreeFile(b"of another target\n")})
            return marker

        with unittest.mock.patch.object(saved_edits.Marker, "read", read_late):
            self.assertEqual(saved_edits.edited_files(self.place(), self.allowed()), {})
        self.assertEqual(len(calls), 1)

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

    def test_files_beside_no_marker_are_the_users(self):
        self.write("debian_dirs/a/debian/udev", "rule\n")
        self.write("debian_dirs/a/debian/source/options", "compression = none\n")
        self.write("debian_dirs/a/debian/compat", "13\n")
        with_compat = {**self.GENERATED, "compat": TreeFile(b"13\n"), "source/format": TreeFile(b"3.0\n")}
        for _run in range(2):
            tree, edits, stale = self.merge(with_compat)
            self.assertEqual(sorted(tree), ["compat", "control", "rules", "source/format", "source/options", "udev"])
            self.assertEqual((sorted(edits), stale), (["compat", "source/options", "udev"], []))
        # What is generated comes and goes; what the user brought stays, also if it was equal for a while.
        self.assertEqual(self.merge({}, "x2")[2], [])
        self.assertEqual(self.files(), [saved_edits.MARKER, "compat", "source/options", "udev"])
        os.unlink(self.place(saved_edits.MARKER))
        self.merge({"udev": TreeFile(b"generated\n")})
        self.assertEqual(self.content("udev"), b"rule\n")

    def test_a_link_counts_as_what_it_points_to_and_stays_a_link(self):
        self.write("src/a/debian/udev", "rule\n")
        self.write("debian_dirs/common/copyright", "mine\n")
        os.makedirs(self.place("source"))
        links = {"udev": "../../../src/a/debian/udev", "copyright": "../../common/copyright", "more": "../../common"}
        for name, target in links.items():
            os.symlink(target, self.place(name))
        generated = {**self.GENERATED, "copyright": TreeFile(b"generated\n"), "more/below": TreeFile(b"generated\n")}
        for _run in range(2):
            tree = self.merge(generated)[0]
            self.assertEqual({name: tree[name].data for name in ("udev", "copyright", "more/copyright", "more/below")},
                             {"udev": b"rule\n", "copyright": b"mine\n", "more/copyright": b"mine\n",
                              "more/below": b"generated\n"})
        self.assertEqual({name: os.readlink(self.place(name)) for name in links}, links)
        self.assertEqual(os.listdir(os.path.join(self.directory, "debian_dirs", "common")), ["copyright"])

    def test_a_link_in_place_of_a_generated_file_is_the_users(self):
        self.merge()
        self.write("debian_dirs/common/control", "one\n")
        os.unlink(self.place("control"))
        os.symlink("../../common/control", self.place("control"))
        for generated in (b"one\n", b"two\n"):
            self.assertEqual(self.merge({"control": TreeFile(generated)})[0]["control"].data, b"one\n")
            self.assertTrue(os.path.islink(self.place("control")))

    def test_the_whole_directory_may_be_a_link(self):
        self.write("src/a/debian/udev", "rule\n")
        os.makedirs(os.path.dirname(self.place()))
        os.symlink("../../src/a/debian", self.place())
        self.assertEqual(sorted(self.merge()[0]), ["control", "rules", "udev"])
        self.assertEqual(os.listdir(os.path.join(self.source, "a", "debian")), ["udev"])

    def test_what_cannot_be_packaged_is_refused_and_stays(self):
        self.write("outside/secret", "x")
        cases = {"udev": lambda path: os.symlink("../../../outside/secret", path),
                 "gone": lambda path: os.symlink("nowhere", path),
                 "pipe": os.mkfifo,
                 "control": os.mkdir,
                 "source": lambda path: self.write(os.path.relpath(path, self.directory), "a file")}
        for name, make in cases.items():
            os.makedirs(self.place())
            make(self.place(name))
            with self.subTest(name), self.assertRaises(UserFileError) as caught:
                self.merge({**self.GENERATED, "source/format": TreeFile(b"3.0\n")})
            self.assertIn("debian_dirs/a/debian/" + name, str(caught.exception))
            self.assertEqual(os.listdir(self.place()), [name])
            shutil.rmtree(self.place())

    def test_a_loop_of_links_ends(self):
        os.makedirs(self.place())
        os.symlink(".", self.place("self"))
        self.write("debian_dirs/a/debian/udev")
        self.assertIn("udev", self.merge()[0])

    def test_directories_beside_it_are_the_users(self):
        for name in ("debian.new", "debian.old"):
            self.write("debian_dirs/a/%s/file" % name)
        self.merge()
        self.merge({"control": TreeFile(b"two\n")})
        self.assertEqual(sorted(os.listdir(os.path.dirname(self.place()))), ["debian", "debian.new", "debian.old"])

    def test_an_interrupted_swap_of_an_earlier_version_is_finished(self):
        self.merge()
        self.write("debian_dirs/a/debian/udev", "rule\n")
        os.rename(self.place(), self.place() + ".old")
        self.merge()
        self.assertEqual(self.content("udev"), b"rule\n")
        self.assertEqual(os.listdir(os.path.dirname(self.place())), ["debian"])

    def test_a_run_that_ends_at_any_point_leaves_no_file_in_the_wrong_hands(self):
        generated = {"control": TreeFile(b"two\n"), "new": TreeFile(b"new\n")}
        for steps in range(6):
            self.merge()
            self.write("debian_dirs/a/debian/udev", "rule\n")
            with unittest.mock.patch.object(saved_edits.os, "rename", side_effect=self.failing_after(steps)), \
                    contextlib.suppress(InterruptedError):
                self.merge(generated, "x2")
            tree, edits, _stale = self.merge({"control": TreeFile(b"three\n")}, "x3")
            self.assertEqual((sorted(edits), tree["control"].data), (["udev"], b"three\n"), steps)
            self.assertEqual(self.files(), [saved_edits.MARKER, "control", "udev"])
            shutil.rmtree(self.place())

    @staticmethod
    def failing_after(steps):
        rename, calls = os.rename, []

        def fail_later(*arguments):
            calls.append(arguments)
            if len(calls) > steps:
                raise InterruptedError
            rename(*arguments)
        return fail_later

    def files(self):
        return sorted(os.path.relpath(os.path.join(path, name), self.place())
                      for path, _directories, names in os.walk(self.place()) for name in names)


if __name__ == "__main__":
    unittest.main()
