# SPDX-License-Identifier: Apache-2.0
import fcntl
import os
import stat
import subprocess
import threading
import time
import unittest
from unittest import mock

from support import PLANTS, InDirectory, plant_deep_directory, plant_pipe

from colcon_deb.base import files


class Files(InDirectory):
    def setUp(self):
        super().setUp()
        self.precious = self.write("precious", "precious")
        self.place = os.path.join(self.directory, "place")
        os.mkdir(self.place)
        self.path = os.path.join(self.place, "name")

    def tearDown(self):
        with open(self.precious, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "precious")

    def each_plant(self, path=None):
        """With each kind of entry at the path, twice in a row."""
        for plant in PLANTS:
            for round in range(2):
                with self.subTest(plant.__name__, round=round):
                    subprocess.run(["rm", "-rf", path or self.path], check=True)
                    plant(path or self.path, self.precious)
                    yield

    def content(self):
        self.assertTrue(stat.S_ISREG(os.lstat(self.path).st_mode))
        with open(self.path, encoding="utf-8") as stream:
            return stream.read()

    def test_whatever_has_the_name_is_removed(self):
        for _ in self.each_plant():
            files.clear(self.path)
            self.assertEqual(os.listdir(self.place), [])
        plant_deep_directory(self.path, self.precious)
        files.clear(self.path)
        files.clear(self.path)
        self.assertEqual(os.listdir(self.place), [])

    @unittest.skipUnless(os.getuid() == 0, "only root can be another user")
    def test_what_another_user_owns_is_named(self):
        self.write("place/name/sub/file")
        os.chmod(self.directory, 0o755)
        os.chown(self.place, 1234, 1234)
        with files.as_user(1234, 1234), self.assertRaisesRegex(OSError, "cannot be removed .*name/sub"):
            files.clear(self.path)

    @unittest.skipUnless(os.getuid() == 0, "only root can be another user")
    def test_a_user_removes_a_deep_tree_with_a_closed_part(self):
        os.chmod(self.directory, 0o755)
        os.chown(self.place, 1234, 1234)
        with files.as_user(1234, 1234):
            plant_deep_directory(self.path, self.precious)
            files.clear(self.path)
        self.assertEqual(os.listdir(self.place), [])

    def test_a_file_is_made_anew(self):
        for _ in self.each_plant():
            with files.create(self.path) as stream:
                stream.write(b"new")
            self.assertEqual(self.content(), "new")
        for _ in self.each_plant():
            with files.create_log(self.path) as log:
                log.write(b"new")
            self.assertEqual(self.content(), "new")

    def test_a_file_is_replaced(self):
        for path in (self.path, files.temporary_of(self.path)):
            for _ in self.each_plant(path):
                files.write_json(self.path, {})
                self.assertEqual((self.content(), os.listdir(self.place)), ("{}", ["name"]))
                files.replace_by_copy(self.path, self.precious)
                self.assertEqual((self.content(), os.listdir(self.place)), ("precious", ["name"]))

    def test_a_write_that_fails_leaves_the_old_file(self):
        files.replace(self.path, b"old")
        with self.assertRaises(OSError):
            files.replace_by_copy(self.path, "/dev/null")
        with self.assertRaises(TypeError):
            files.replace(self.path, None)
        self.assertEqual((self.content(), os.listdir(self.place)), ("old", ["name"]))

    def test_a_directory_takes_the_place(self):
        for _ in self.each_plant():
            files.make_empty_directory(self.path)
            self.assertEqual(os.listdir(self.path), [])
            source = os.path.join(self.place, "source")
            os.mkdir(source)
            self.write("place/source/inside")
            files.move(source, self.path)
            self.assertEqual(os.listdir(self.path), ["inside"])

    def test_a_directory_is_made_but_nothing_removed_for_it(self):
        for _ in self.each_plant():
            if stat.S_ISDIR(os.lstat(self.path).st_mode):
                files.make_directory(self.path)
                continue
            for wanted in (self.path, self.path + "/below"):
                with self.assertRaisesRegex(files.InTheWay, "name is a .*; colcon-deb makes a directory there: remove it$"):
                    files.make_directory(wanted, below=self.place)
        deep = os.path.join(self.place, "a", "b", "c")
        files.make_directory(deep)
        files.make_directory(deep)
        self.assertTrue(os.path.isdir(deep))

    def test_the_user_sees_the_path_of_the_workspace(self):
        self.assertEqual(files.shown("/workspace/output/debs"), "output/debs")

    def test_a_link_of_the_user_to_a_directory(self):
        os.symlink(self.source, self.path)
        files.make_directory(self.path, follow=True)
        with self.assertRaisesRegex(files.InTheWay, "name is a link to /.*/src; "):
            files.make_directory(self.path)

    def test_only_regular_files_are_read(self):
        for _ in self.each_plant():
            with self.assertRaises(OSError):
                files.read_bytes(self.path)
            self.assertEqual(files.list_files(self.place), [])
            self.assertFalse(files.is_file(self.path))
        os.unlink(self.path)
        os.symlink(self.precious, self.path)
        self.assertEqual(files.read_bytes(self.path, follow=True), b"precious")
        os.unlink(self.path)
        plant_pipe(self.path, None)
        with self.assertRaises(OSError):
            files.read_bytes(self.path, follow=True)
        self.assertEqual((files.list_files(self.directory), files.list_files(self.path)), (["precious"], []))

    def test_json_of_another_user(self):
        for name, text in (("deep", "[" * 400000), ("broken", "{")):
            with self.assertRaises(ValueError):
                files.read_json(self.write(name, text))
        with self.assertRaisesRegex(ValueError, "larger than 3 bytes"):
            files.read_bytes(self.precious, most=3)

    def test_temporary_names(self):
        for _ in self.each_plant(self.path + ".json.tmp"):
            self.write("place/notes.tmp")
            files.clear_temporaries(self.place, ".json")
            self.assertEqual(os.listdir(self.place), ["notes.tmp"])
        files.clear_temporaries(self.place + "/missing", ".json")

    def test_one_holds_a_lock_at_a_time(self):
        for lock in (self.path, self.place + "/"):
            waited = []
            with files.locked(lock), files.locked_at_once(lock) as held:
                self.assertFalse(held)
            with files.locked_at_once(lock) as held:
                self.assertTrue(held)
            with mock.patch.object(files, "_LOCK_PATIENCE", 0.1), files.locked_at_once(lock):
                # The other thread waits until this block ends.
                other = threading.Thread(target=self.take, args=(lock, waited))
                other.start()
                time.sleep(0.4)
                self.assertEqual(waited, ["waits"])
            other.join()
            self.assertEqual(waited, ["waits", "held"])

    def test_those_who_look_at_a_lock_do_not_see_each_other(self):
        self.assertFalse(files.is_locked(self.path))
        with files.locked(self.path):
            self.assertTrue(files.is_locked(self.path))
        with open(self.path, "rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)
            self.assertFalse(files.is_locked(self.path))
        for _ in self.each_plant():
            self.assertFalse(files.is_locked(self.path))

    def take(self, lock, said):
        with files.locked(lock, lambda: said.append("waits")):
            said.append("held")

    def test_what_is_no_file_makes_way_for_a_lock(self):
        for _ in self.each_plant():
            with files.locked(self.path):
                self.assertTrue(stat.S_ISREG(os.lstat(self.path).st_mode))

    def test_a_lock_on_a_file_that_was_removed_is_no_lock(self):
        with files.locked(self.path):
            os.unlink(self.path)
            with files.locked_at_once(self.path) as held:
                self.assertTrue(held)

    def test_a_deep_tree_is_copied(self):
        plant_deep_directory(self.path, self.precious)
        files.copy_tree(self.path, os.path.join(self.directory, "copy"))
        self.assertEqual(sorted(os.listdir(os.path.join(self.directory, "copy"))), sorted(os.listdir(self.path)))

    def test_a_tree_is_copied(self):
        for _ in self.each_plant():
            target = os.path.join(self.directory, "copy")
            files.copy_tree(self.path, target)
            self.assertEqual(stat.S_IFMT(os.lstat(target).st_mode), stat.S_IFMT(os.lstat(self.path).st_mode))
            files.clear(target)


if __name__ == "__main__":
    unittest.main()
