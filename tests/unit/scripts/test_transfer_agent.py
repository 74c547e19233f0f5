# SPDX-License-Identifier: Apache-2.0
"""The copies of the host's directories on an engine (scripts/transfer/agent.py)."""
import hashlib
import os
import pathlib
import stat
import subprocess
import sys
import time
import unittest
import zlib

import support

PROGRAM = pathlib.Path(support.SCRIPTS) / "transfer" / "agent.py"
sys.path.insert(0, str(PROGRAM.parent))

import agent  # noqa: E402

MTIME = 1_600_000_000_123_456_789


def digest(data):
    return hashlib.sha256(data).hexdigest()


class AgentCase(support.InDirectory):
    """A directory in the place of /transfer, with the root `sources`."""

    def setUp(self):
        super().setUp()
        self.top = pathlib.Path(self.directory)
        for name in ("sources", "state"):
            (self.top / name).mkdir()
        self.former, agent.TOP = agent.TOP, str(self.top)
        self.addCleanup(setattr, agent, "TOP", self.former)
        self.sources = self.top / "sources"
        self.root = self.open_root()

    def open_root(self):
        return agent.Root("sources", os.getuid(), os.getgid())

    def put(self, path, data=b"data", mode=0o644, promised=None):
        self.root.put(mode, MTIME, len(data), promised or digest(data), path, iter([data[:2], data[2:]]))

    def paths(self):
        return [entry.path for entry in self.root.list()]


class TestRoot(AgentCase):
    def test_a_file_has_its_mode_and_time(self):
        self.put("a/b/c", b"content", 0o755)
        status = (self.sources / "a" / "b" / "c").stat()
        self.assertEqual((0o755, MTIME), (stat.S_IMODE(status.st_mode), status.st_mtime_ns))
        entry, = self.root.list()
        self.assertEqual(("f", 0o755, 7, MTIME, digest(b"content"), "a/b/c"),
                         (entry.kind, entry.mode, entry.size, entry.mtime, entry.digest, entry.path))

    def test_a_file_that_is_not_what_was_promised_gets_no_name(self):
        self.put("a", b"former")
        with self.assertRaises(OSError):
            self.put("a", b"wrong", promised=digest(b"right"))
        self.assertEqual(b"former", (self.sources / "a").read_bytes())
        self.assertEqual([], list((self.sources / agent.STAGING).iterdir()))

    def test_no_path_leads_out(self):
        outside = self.top / "outside"
        outside.mkdir()
        for path in ("../x", "a/../../x", "/x", "a//x", ".", "..", "a/.."):
            with self.subTest(path=path), self.assertRaises(OSError):
                self.put(path)
        os.symlink(outside, self.sources / "link")
        self.put("link/x")
        self.assertEqual([], list(outside.iterdir()))
        self.assertFalse((self.sources / "link").is_symlink())

    def test_reading_follows_no_link(self):
        self.write("secret", "secret")
        os.symlink(self.top, self.sources / "link")
        os.symlink(self.top / "secret", self.sources / "file")
        os.mkfifo(self.sources / "pipe")
        for path in ("link/secret", "file", "pipe", "../secret"):
            with self.subTest(path=path), self.assertRaises(OSError):
                with self.root.open(path):
                    pass
        self.assertEqual(["file", "link"], self.paths())

    def test_removal_of_links_leaves_their_targets(self):
        outside = self.top / "outside"
        outside.mkdir()
        (outside / "kept").touch()
        (self.sources / "d").mkdir()
        os.symlink(outside, self.sources / "d" / "link")
        self.root.remove("d/link")
        self.root.remove("d/link")
        self.assertTrue((outside / "kept").exists())
        self.assertFalse((self.sources / "d").exists())

    def test_a_file_that_moves_is_not_sent_again(self):
        self.put("old", b"large")
        self.root.keep("old", 0)
        self.root.remove("old")
        self.root.place(0, 0o644, MTIME, digest(b"large"), "new/name")
        self.assertEqual(b"large", (self.sources / "new" / "name").read_bytes())
        self.assertEqual(["new/name"], self.paths())

    def test_other_names_keep_their_attributes(self):
        self.put("one", b"same")
        self.root.keep("one", 0)
        self.root.place(0, 0o644, MTIME, digest(b"same"), "two")
        self.assertTrue(os.path.samefile(self.sources / "one", self.sources / "two"))
        self.root.set_attributes(0o755, MTIME + 1, digest(b"same"), "two")
        self.assertEqual(0o644, stat.S_IMODE((self.sources / "one").stat().st_mode))
        status = (self.sources / "two").stat()
        self.assertEqual((0o755, MTIME + 1), (stat.S_IMODE(status.st_mode), status.st_mtime_ns))

    def test_another_kind_has_the_name(self):
        self.put("x/deep/file")
        self.put("x")
        self.assertEqual(["x"], self.paths())
        self.put("x/again")
        self.root.make_link(MTIME, "x", "nowhere")
        self.assertEqual(MTIME, (self.sources / "x").lstat().st_mtime_ns)
        self.root.make_directory("x")
        entry, = self.root.list()
        self.assertEqual(("d", "x", "-"), (entry.kind, entry.path, entry.digest))

    def test_names_of_any_bytes(self):
        for name in (b"sp ace", b"per%cent", b"new\nline", b"\xff\xfe", "ü".encode()):
            path = os.fsdecode(name)
            self.assertEqual(path, agent.decode(agent.encode(path)))
            self.put(path)
        self.assertEqual(sorted(os.listdir(os.fsencode(self.sources))),
                         sorted([os.fsencode(path) for path in self.paths()] + [agent.STAGING.encode()]))

    def test_what_is_known_is_not_read_again(self):
        self.put("a", b"first")
        self.root.save()
        root = self.open_root()
        root.open = None
        entry, = root.list()
        self.assertEqual(digest(b"first"), entry.digest)

    def test_a_file_with_its_former_size_and_time_is_read_again(self):
        self.put("a", b"first")
        self.root.save()
        with open(self.sources / "a", "r+b") as stream:
            stream.write(b"other")
        os.utime(self.sources / "a", ns=(MTIME, MTIME))
        entry, = self.open_root().list()
        self.assertEqual(digest(b"other"), entry.digest)

    def test_a_directory_that_is_too_deep(self):
        subprocess.run(["sh", "-c", "cd %s && for i in $(seq 1500); do mkdir d && cd d || exit 1; done" % self.sources],
                       check=True)
        entry, = self.root.list()
        self.assertEqual(("d", "?"), (entry.kind, entry.digest))
        self.assertEqual(agent.MAX_DEPTH, entry.path.count("/"))
        self.root.remove("d")
        self.assertEqual([], self.paths())

    def test_a_file_that_keeps_changing(self):
        self.root.put(0o644, MTIME, 3, agent.ANY, "log", iter([b"abc"]))
        entry, = self.root.list()
        self.assertEqual(digest(b"abc"), entry.digest)

    def test_files_that_a_build_may_write_have_one_name(self):
        (self.top / "output").mkdir()
        root = agent.Root("output", os.getuid(), os.getgid())
        for name in ("one.txt", "one.deb"):
            root.put(0o644, MTIME, 4, digest(b"data"), name, iter([b"data"]))
            root.keep(name, 0)
            root.place(0, 0o644, MTIME, digest(b"data"), name.replace("one", "two"))
        output = self.top / "output"
        self.assertFalse(os.path.samefile(output / "one.txt", output / "two.txt"))
        self.assertTrue(os.path.samefile(output / "one.deb", output / "two.deb"))

    def test_the_mark_is_in_the_volume(self):
        self.root.mark(b"text")
        self.assertEqual(b"text", self.open_root().read_mark())
        self.assertEqual([], self.paths())
        self.root.mark(None)
        self.assertIsNone(self.root.read_mark())

    def test_what_is_known_may_be_damaged(self):
        self.put("a")
        self.root.list()
        (self.top / "state" / "known.sources").write_text("x\ny\n")
        entry, = self.open_root().list()
        self.assertEqual(digest(b"data"), entry.digest)


class TestConversation(AgentCase):
    def start(self, coding="plain"):
        text = PROGRAM.read_text().replace('"/transfer"', repr(str(self.top)))
        command = [sys.executable, "-B", "-c", text, str(os.getuid()), str(os.getgid()), coding, "sources"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()

    def tell(self, process, data):
        process.stdin.write(data)
        process.stdin.flush()

    def test_commands(self):
        process = self.start()
        self.assertEqual(b"ready\n", process.stdout.readline())
        self.tell(process, b"put sources 644 5 4 %s x%%20y\ndatalist sources 777 -\n" % digest(b"data").encode())
        word, length = process.stdout.readline().split()
        text = process.stdout.read(int(length))
        self.assertEqual(b"list", word)
        header, line = text.splitlines()
        self.assertEqual(b"colcon-deb-sources 1 0 -", header)
        self.assertTrue(line.endswith(b" %s x%%20y" % digest(b"data").encode()))
        self.tell(process, b"list sources 777 %s\n" % digest(b"f 0644 5 %s x%%20y\n" % digest(b"data").encode()).encode())
        self.assertEqual(b"same\n", process.stdout.readline())
        self.tell(process, b"put sources 644 5 4 %s z\nnope" % (b"0" * 64) + b"keep sources 0 gone\nsettle sources\n")
        length = int(process.stdout.readline().split()[1])
        failures = process.stdout.read(length).splitlines()
        self.assertEqual([b"116", b"2"], [failure.split()[0] for failure in failures])
        self.assertEqual([b"z", b"gone"], [failure.split()[2] for failure in failures])
        self.tell(process, b"get sources x%20y\nget sources gone\nmarked sources\nmark sources\nmarked sources\nunmark sources\nmarked sources\n")
        self.assertEqual([b"file 4\n", b"data"], [process.stdout.readline(), process.stdout.read(4)])
        self.assertTrue(process.stdout.readline().startswith(b"gone "))
        self.assertEqual(b"none\n", process.stdout.readline())
        length = int(process.stdout.readline().split()[1])
        self.assertIn(b" x%20y\n", process.stdout.read(length))
        self.assertEqual(b"none\n", process.stdout.readline())
        process.stdin.close()
        self.assertEqual(0, process.wait(10))

    def test_compressed(self):
        process = self.start("deflate")
        deflater, inflater = zlib.compressobj(), zlib.decompressobj()
        answer = inflater.decompress(os.read(process.stdout.fileno(), 100))
        self.assertEqual(b"ready\n", answer)
        self.tell(process, deflater.compress(b"marked sources\n") + deflater.flush(zlib.Z_SYNC_FLUSH))
        self.assertEqual(b"none\n", inflater.decompress(os.read(process.stdout.fileno(), 100)))

    def test_one_at_a_time(self):
        first = self.start()
        self.assertEqual(b"ready\n", first.stdout.readline())
        second, third = self.start(), self.start()
        self.assertEqual(b"busy\n", second.stdout.readline())
        self.assertEqual(b"busy\n", third.stdout.readline())
        # One whose host goes does not wait any more.
        third.stdin.close()
        self.assertEqual(0, third.wait(5))
        first.stdin.close()
        self.assertEqual(b"ready\n", second.stdout.readline())

    def test_a_cut_file_is_no_file(self):
        process = self.start()
        process.stdout.readline()
        self.tell(process, b"put sources 644 5 1000 %s x\nhalf" % digest(b"half").encode())
        time.sleep(0.2)
        process.stdin.close()
        process.wait(10)
        self.assertEqual([], self.paths())


if __name__ == "__main__":
    unittest.main()
