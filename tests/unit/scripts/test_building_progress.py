# SPDX-License-Identifier: Apache-2.0
import os
import threading
import unittest
from unittest import mock

from support import InDirectory, make_package

from colcon_deb.building import progress
from colcon_deb.building.host_paths import HostPaths


class FakeEmitter:
    def __init__(self):
        self.events = []

    def progress(self, type_, name, **fields):
        assert name == "a"
        self.events.append((type_[len("package_"):], fields))

    def take(self):
        events, self.events = self.events, []
        return events


def phases(*names):
    return [("phase", {"phase": name}) for name in names]


class ProgressCase(InDirectory):
    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.directory, "log")
        self.emitter = FakeEmitter()
        self.progress = self.make()

    def make(self, **environ):
        settings = self.settings(**environ)
        return progress.Progress(settings, "a", self.path, HostPaths(settings, make_package("a")), self.emitter)

    def log(self, text):
        with open(self.path, "ab") as stream:
            stream.write(text if isinstance(text, bytes) else text.encode())

    def followed(self, text):
        """The events after that was written."""
        self.log(text)
        self.progress.follow()
        return self.emitter.take()


class Events(ProgressCase):
    def test_phases_come_from_the_builder_and_from_the_log(self):
        self.progress.enter("configure")
        self.log("dh_auto_configure\ndh_auto_build\n")
        self.progress.enter("check")
        self.assertEqual(self.emitter.take(), phases("configure", "compile", "check"))

    def test_tests_that_do_not_run_are_no_phase(self):
        for run_tests, expected in (("0", ["configure", "compile", "install"]), ("1", ["configure", "compile", "test", "install"])):
            self.progress = self.make(RUN_TESTS=run_tests)
            self.progress.enter("configure")
            self.log("dh_auto_build\n   dh_auto_test\n   dh_auto_install\n")
            self.progress.end()
            self.assertEqual(self.emitter.take(), phases(*expected))

    def test_what_dpkg_prints_while_it_installs_is_no_phase(self):
        self.progress.enter("needs")
        self.log("dpkg-deb (subprocess): x\n")
        self.progress.enter("copy")
        self.assertEqual(self.emitter.take(), phases("needs", "copy"))

    def test_only_what_is_new_is_reported(self):
        self.progress.enter("configure")
        self.emitter.take()
        self.assertEqual(self.followed("one\n\n"), [("progress", {"output": "one"})])
        self.assertEqual(self.followed(""), [])
        self.assertEqual(self.followed("one\n"), [])
        self.assertEqual(self.followed("[ 40%] no compilation\n"), [("progress", {"output": "[ 40%] no compilation"})])
        self.assertEqual(self.followed("dh_auto_build\n[ 40%] x\nc++\n"),
                         phases("compile") + [("progress", {"percent": 40, "output": "c++"})])
        self.assertEqual(self.followed("[ 40%] x\nc++\n"), [])
        self.assertEqual(self.followed("[ 50%] x\nc++\n"), [("progress", {"percent": 50})])

    def test_a_percentage_belongs_to_its_phase(self):
        self.progress.enter("configure")
        self.log("dh_auto_build\n[ 40%] x\n   dh_auto_install\ny\n")
        self.progress.follow()
        self.assertEqual(self.emitter.take(), phases("configure", "compile", "install") + [("progress", {"output": "y"})])

    def test_a_line_is_whole_and_safe_to_show(self):
        self.assertEqual(self.followed("half"), [])
        self.assertEqual(self.followed(" a line\n"), [("progress", {"output": "half a line"})])
        self.assertEqual(self.followed("10%\r\x1b[31m20%\x1b[0m\r\n"), [("progress", {"output": "20%"})])
        self.assertEqual(self.followed(b"\xff\xe2\x82\x07\n"), [("progress", {"output": "��"})])
        shown = self.followed(self.directory + "/build_root/a/source/x.cpp:1\n")
        self.assertEqual(shown, [("progress", {"output": "src/a/x.cpp:1"})])
        [(_type, fields)] = self.followed("x" * 5000 + "\n")
        self.assertEqual(fields["output"], "x" * 299 + "…")

    def test_nothing_comes_after_the_end(self):
        self.progress.end()
        self.assertEqual(self.followed("late\n"), [])

    def test_verbose_shows_every_line_too(self):
        self.progress = self.make(VERBOSE="1")
        self.progress.enter("configure")
        self.assertEqual(self.followed("dh_auto_build\n[ 40%] x\n"), phases("configure") + [
            ("output", {"msg": "dh_auto_build"}), ("output", {"msg": "[ 40%] x"})] + phases("compile")
            + [("progress", {"percent": 40, "output": "[ 40%] x"})])
        self.log("last")
        self.progress.end()
        self.assertEqual(self.emitter.take(), [("output", {"msg": "last"})])


class Bounds(ProgressCase):
    def read(self):
        """How many bytes one look reads."""
        with mock.patch.object(progress.files, "open_file", side_effect=self.count):
            self.bytes_read = 0
            self.progress.follow()
        return self.bytes_read

    def count(self, path):
        stream = open(path, "rb", buffering=0)
        counted = mock.MagicMock(wraps=stream)
        counted.__enter__.return_value = counted
        counted.__exit__.side_effect = lambda *_arguments: stream.close()

        def read(size):
            data = stream.read(size)
            self.bytes_read += len(data)
            return data
        counted.read.side_effect = read
        return counted

    def test_of_a_log_that_grows_fast_only_the_end_is_read(self):
        self.progress.enter("configure")
        self.log(b"dh_auto_build\n" + b"x" * 99 * 1024 + b"\n")
        self.progress.follow()
        self.log(b"%099d\n" % 7 * 200000 + b"   dh_auto_install\nlast\n")
        self.assertEqual(self.read(), 4 * 1024 * 1024)
        self.assertEqual(self.emitter.take()[-2:], phases("install") + [("progress", {"output": "last"})])
        self.assertEqual(self.read(), 0)

    def test_an_endless_line_is_read_once(self):
        self.log("y" * 100000)
        self.assertEqual(self.read(), 100000)
        self.assertEqual(self.read(), 0)
        self.assertEqual(self.followed("\nnext\n"), [("progress", {"output": "next"})])

    def test_a_build_may_replace_its_log_by_a_pipe(self):
        os.mkfifo(self.path)
        self.progress.enter("configure")
        self.progress.follow()
        self.progress.end()
        self.assertEqual(self.emitter.take(), phases("configure"))


class Waiting(ProgressCase):
    def test_to_wait_for_a_lock_is_a_phase(self):
        lock = threading.RLock()
        self.progress.enter("publish")
        with self.progress.holding(lock), self.progress.holding(lock):
            self.assertEqual(self.emitter.take(), phases("publish"))
        held, free = threading.Event(), threading.Event()

        def hold():
            with lock:
                held.set()
                free.wait(10)
        other = threading.Thread(target=hold)
        other.start()
        held.wait(10)
        self.emitter.progress = lambda type_, name, phase: self.emitter.events.append(phase) or free.set()
        with self.progress.holding(lock):
            self.assertEqual(self.emitter.take(), ["wait", "publish"])
        other.join()


class Watching(ProgressCase):
    def test_a_log_is_followed_until_it_ends(self):
        watcher, reported = progress.Watcher(), threading.Event()
        self.emitter.progress = lambda *_positional, **_fields: reported.set()
        for _again in range(2):
            reported.clear()
            with watcher.following(self.make()):
                self.log("a line\n")
                self.assertTrue(reported.wait(10))

    def test_an_error_ends_nothing(self):
        watcher, looked = progress.Watcher(), threading.Semaphore(0)
        broken = mock.Mock()
        broken.follow.side_effect = lambda: looked.release() or 1 / 0
        with watcher.following(broken):
            for _twice in range(2):
                self.assertTrue(looked.acquire(timeout=10))
        broken.end.assert_called_once_with()


if __name__ == "__main__":
    unittest.main()
