# SPDX-License-Identifier: Apache-2.0
"""Keeps copies of the host's directories in volumes, on an engine that cannot see the host's files.

It runs as root in a container of its own. The host passes this text to `python3 -c` and holds the other end of standard
input and output. The agent ends when its input ends, so that none outlives the host. docs/engines.md has the conversation.

Arguments: UID GID (the owner of the copies), plain or deflate (how both streams are coded), and the names of the roots. Each
root is a volume at /transfer/NAME. `state` is a volume, too: it holds the lock and what is known of the roots.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import select
import stat
import subprocess
import sys
import time
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

TOP = "/transfer"
STATE = "state"
STAGING = ".colcon-deb.staging"
# The list that a run began with. It is in the volume itself, so that it goes with the volume.
BEGUN = ".colcon-deb.begun"
OWN = (STAGING, BEGUN)
BLOCK = 256 * 1024
# In place of the digest of a file that keeps changing.
ANY = "-"
MAX_LINE = 64 * 1024
MAX_ENTRIES = 1_000_000
MAX_DEPTH = 100
# File systems have clocks of up to two seconds: a file that is newer may change again without a sign. Only agents write to
# the other roots, and one at a time.
RACY = 2_000_000_000
WRITTEN_BY_BUILDS = ("output", "overrides")
# Bytes that file lists leave as they are (src/colcon-deb/incremental/file-list.c).
PLAIN = "".join(chr(byte) for byte in range(0x21, 0x7F) if chr(byte) != "%")


class Entry(NamedTuple):
    """A line of a file list: docs/incremental.md."""

    kind: str
    mode: int
    size: int
    mtime: int
    ctime: int
    inode: int
    digest: str
    path: str
    target: str | None

    def print(self) -> str:
        name = encode(self.path) + (" -> " + encode(self.target) if self.target is not None else "")
        return "%s %04o %d %d %d %d %s %s\n" % (self.kind, self.mode, self.size, self.mtime, self.ctime, self.inode,
                                                self.digest, name)

    def print_compared(self, mask: int) -> str:
        """What must be the same on the host (src/colcon-deb/transfer/file-plan.c)."""
        name = encode(self.path) + (" -> " + encode(self.target) if self.target is not None else "")
        return "%s %04o %d %s %s\n" % (self.kind, self.mode & mask, self.mtime, self.digest, name)

    def same_file(self, other: Entry) -> bool:
        return self[:6] == other[:6]


def print_list(entries: list[Entry]) -> bytes:
    return ("colcon-deb-sources 1 0 -\n" + "".join(entry.print() for entry in entries)).encode("ascii")


def encode(text: str) -> str:
    return urllib.parse.quote(os.fsencode(text), safe=PLAIN)


def decode(text: str) -> str:
    return os.fsdecode(urllib.parse.unquote_to_bytes(text))


class Ended(Exception):
    """The host has gone."""


class Streams:
    """Standard input and output, perhaps compressed."""

    def __init__(self, deflate: bool) -> None:
        self._inflater = zlib.decompressobj() if deflate else None
        self._deflater = zlib.compressobj(1) if deflate else None
        self._buffer = b""
        self._position = 0

    def _fill(self) -> None:
        data = os.read(0, BLOCK)
        if not data:
            raise Ended()
        rest = self._buffer[self._position:]
        self._buffer = rest + (self._inflater.decompress(data) if self._inflater else data)
        self._position = 0

    def read(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if self._position == len(self._buffer):
                self._fill()
            part = self._buffer[self._position:self._position + size]
            self._position += len(part)
            size -= len(part)
            if part:
                yield part

    def read_line(self) -> list[str]:
        while (end := self._buffer.find(b"\n", self._position)) < 0:
            if len(self._buffer) - self._position > MAX_LINE:
                raise ValueError("a line is too long")
            self._fill()
        line = self._buffer[self._position:end]
        self._position = end + 1
        return line.decode("ascii").split(" ")

    def write(self, data: bytes, flush: bool = False) -> None:
        if self._deflater:
            data = self._deflater.compress(data) + (self._deflater.flush(zlib.Z_SYNC_FLUSH) if flush else b"")
        while data:
            data = data[os.write(1, data):]

    def say(self, *words: object, data: bytes = b"") -> None:
        self.write(" ".join(map(str, words)).encode("ascii") + b"\n" + data, flush=True)


class Root:
    """A volume with the copy of a directory. Paths are relative to it, and no link is followed on the way."""

    def __init__(self, name: str, uid: int, gid: int) -> None:
        self.name = name
        self._owner = (uid, gid)
        self._fd = os.open(os.path.join(TOP, name), os.O_RDONLY | os.O_DIRECTORY)
        self._known_path = os.path.join(TOP, STATE, "known." + name)
        self._known = self._read_known()
        self._written: dict[str, str] = {}
        os.fchown(self._fd, uid, gid)
        self._clear(self._fd, STAGING)
        os.mkdir(STAGING, 0o700, dir_fd=self._fd)
        self._staging = os.open(STAGING, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=self._fd)

    # What there is.

    def list(self) -> list[Entry]:
        taken = time.time_ns()
        entries = sorted(self._walk(self._fd, "", 0), key=lambda entry: os.fsencode(entry.path))
        result = [entry._replace(digest=self._digest(entry)) if entry.kind == "f" else entry for entry in entries]
        self._known = (taken, {entry.path: entry for entry in result if entry.kind == "f"})
        self._written = {}
        self.save()
        return result

    def save(self) -> None:
        """Keep what is known for the next agent. A file that was just written counts as known, too."""
        taken, known = self._known
        for path, digest in self._written.items():
            with contextlib.suppress(OSError), self._parent(path) as (parent, name):
                known[path] = _describe(path, os.lstat(name, dir_fd=parent))._replace(digest=digest)
        self._written = {}
        text = "%d\n" % taken + "".join(known[path].print() for path in sorted(known))
        with open(self._known_path + ".new", "w", encoding="ascii") as stream:
            stream.write(text)
        os.replace(self._known_path + ".new", self._known_path)

    def mark(self, text: bytes | None) -> None:
        """Keep a text in the volume; none for None."""
        self._clear(self._fd, BEGUN)
        if text is not None:
            with self._create("begun") as file:
                _write(file, text)
            os.rename("begun", BEGUN, src_dir_fd=self._staging, dst_dir_fd=self._fd)

    def read_mark(self) -> bytes | None:
        text = b""
        try:
            with self.open(BEGUN) as file:
                while data := os.read(file, BLOCK):
                    text += data
        except OSError:
            return None
        return text

    def _read_known(self) -> tuple[int, dict[str, Entry]]:
        known = {}
        try:
            with open(self._known_path, encoding="ascii") as stream:
                taken = int(stream.readline())
                for line in stream:
                    kind, mode, size, mtime, ctime, inode, digest, path = line.rstrip("\n").split(" ")
                    known[decode(path)] = Entry(kind, int(mode, 8), int(size), int(mtime), int(ctime), int(inode), digest,
                                                decode(path), None)
        except (OSError, ValueError):
            return 0, {}
        return taken, known

    def _digest(self, entry: Entry) -> str:
        taken, known = self._known
        former = known.get(entry.path)
        racy = self.name in WRITTEN_BY_BUILDS and max(entry.mtime, entry.ctime) >= taken - RACY
        if former and former.same_file(entry) and not racy:
            return former.digest
        if entry.path in self._written:
            return self._written[entry.path]
        digest = hashlib.sha256()
        try:
            with self.open(entry.path) as file:
                while data := os.read(file, BLOCK):
                    digest.update(data)
        except OSError:
            return "?"
        return digest.hexdigest()

    def _walk(self, directory: int, path: str, depth: int) -> Iterator[Entry]:
        count = 0
        for name in os.listdir(directory):
            if depth == 0 and name in OWN:
                continue
            count += 1
            if count > MAX_ENTRIES:
                raise ValueError("%s has too many entries" % path)
            below = path + "/" + name if path else name
            with contextlib.suppress(FileNotFoundError):
                yield from self._look(directory, name, below, depth)

    def _look(self, directory: int, name: str, path: str, depth: int) -> Iterator[Entry]:
        status = os.lstat(name, dir_fd=directory)
        if stat.S_ISLNK(status.st_mode):
            target = os.readlink(name, dir_fd=directory)
            digest = hashlib.sha256(os.fsencode(target)).hexdigest()
            yield Entry("l", 0, 0, status.st_mtime_ns, 0, 0, digest, path, target)
        elif stat.S_ISREG(status.st_mode):
            yield _describe(path, status)
        elif stat.S_ISDIR(status.st_mode) and depth >= MAX_DEPTH:
            yield Entry("d", 0, 0, 0, 0, 0, "?", path, None)
        elif stat.S_ISDIR(status.st_mode):
            child = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
            try:
                below = list(self._walk(child, path, depth + 1))
            finally:
                os.close(child)
            yield from below or [Entry("d", 0, 0, 0, 0, 0, "-", path, None)]

    @contextlib.contextmanager
    def open(self, path: str) -> Iterator[int]:
        """A regular file, for reading. A named pipe would have to be waited for."""
        with self._parent(path) as (parent, name):
            file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=parent)
        try:
            if not stat.S_ISREG(os.fstat(file).st_mode):
                raise OSError(errno.EINVAL, "not a regular file")
            yield file
        finally:
            os.close(file)

    # How it is changed.

    def keep(self, path: str, number: int) -> None:
        """Set aside a file that the host also has at another place."""
        with self._parent(path) as (parent, name):
            os.link(name, str(number), src_dir_fd=parent, dst_dir_fd=self._staging, follow_symlinks=False)

    def place(self, number: int, mode: int, mtime: int, digest: str, path: str) -> None:
        """Put a file that was set aside in its place. Other names of the file keep their mode and time."""
        kept = str(number)
        status = os.lstat(kept, dir_fd=self._staging)
        # A build may write to a file, so it has one name, unless it is a package.
        shared = self.name not in WRITTEN_BY_BUILDS or path.endswith(".deb")
        if not shared or (stat.S_IMODE(status.st_mode), status.st_mtime_ns) != (mode, mtime):
            copy = kept + ".copy"
            with self._create(copy) as file:
                source = os.open(kept, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self._staging)
                try:
                    while data := os.read(source, BLOCK):
                        _write(file, data)
                finally:
                    os.close(source)
                self._finish(file, mode, mtime)
            os.replace(copy, kept, src_dir_fd=self._staging, dst_dir_fd=self._staging)
        self._move_in(kept, path, digest)

    def put(self, mode: int, mtime: int, size: int, digest: str, path: str, content: Iterator[bytes]) -> None:
        """Write a file whose content follows. Nothing has the name before it is whole and what the host has promised."""
        failure: OSError | None = None
        actual = hashlib.sha256()
        with self._create("part") as file:
            for data in content:
                actual.update(data)
                try:
                    if failure is None:
                        _write(file, data)
                except OSError as error:
                    # The rest has to be read, since commands follow.
                    failure = error
            if failure is None:
                self._finish(file, mode, mtime)
        if digest == ANY:
            digest = actual.hexdigest()
        if failure is None and actual.hexdigest() != digest:
            failure = OSError(errno.ESTALE, "the file has changed while it was sent")
        if failure is not None:
            os.unlink("part", dir_fd=self._staging)
            raise failure
        self._move_in("part", path, digest)

    def set_attributes(self, mode: int, mtime: int, digest: str, path: str) -> None:
        self.keep(path, 0)
        self.place(0, mode, mtime, digest, path)

    def make_link(self, mtime: int, path: str, target: str) -> None:
        os.symlink(target, "link", dir_fd=self._staging)
        os.utime("link", ns=(mtime, mtime), dir_fd=self._staging, follow_symlinks=False)
        os.chown("link", *self._owner, dir_fd=self._staging, follow_symlinks=False)
        self._move_in("link", path, None)

    def make_directory(self, path: str) -> None:
        with self._parent(path + "/.", create=True):
            pass

    def remove(self, path: str) -> None:
        """Remove an entry, and the directories that are empty after that."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            with self._parent(path) as (parent, name):
                self._clear(parent, name)
        while "/" in path:
            path = os.path.dirname(path)
            try:
                with self._parent(path) as (parent, name):
                    os.rmdir(name, dir_fd=parent)
            except OSError:
                break

    @contextlib.contextmanager
    def _create(self, name: str) -> Iterator[int]:
        """A new file among those that are set aside."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._staging)
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=self._staging)
        try:
            yield file
        finally:
            os.close(file)

    def _finish(self, file: int, mode: int, mtime: int) -> None:
        os.fchown(file, *self._owner)
        os.fchmod(file, mode)
        os.utime(file, ns=(mtime, mtime))

    def _move_in(self, staged: str, path: str, digest: str | None) -> None:
        with self._parent(path, create=True) as (parent, name):
            try:
                os.replace(staged, name, src_dir_fd=self._staging, dst_dir_fd=parent)
                # Two names of one file: rename() does nothing.
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(staged, dir_fd=self._staging)
            except (IsADirectoryError, NotADirectoryError):
                self._clear(parent, name)
                os.replace(staged, name, src_dir_fd=self._staging, dst_dir_fd=parent)
        if digest is not None:
            self._written[path] = digest

    @contextlib.contextmanager
    def _parent(self, path: str, create: bool = False) -> Iterator[tuple[int, str]]:
        """The open directory of a path, and the last name in the path."""
        *parts, name = path.split("/")
        if any(part in ("", "..") for part in [*parts, name]) or "." in parts:
            raise OSError(errno.EINVAL, "not a path below the root")
        directory = os.dup(self._fd)
        try:
            for part in parts:
                child = self._enter(directory, part, create)
                os.close(directory)
                directory = child
            yield directory, name
        finally:
            os.close(directory)

    def _enter(self, directory: int, name: str, create: bool) -> int:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
        try:
            return os.open(name, flags, dir_fd=directory)
        except FileNotFoundError:
            if not create:
                raise
        except NotADirectoryError:
            if not create:
                raise
            os.unlink(name, dir_fd=directory)
        except OSError as error:
            # A link.
            if not create or error.errno != errno.ELOOP:
                raise
            os.unlink(name, dir_fd=directory)
        os.mkdir(name, 0o755, dir_fd=directory)
        os.chown(name, *self._owner, dir_fd=directory, follow_symlinks=False)
        return os.open(name, flags, dir_fd=directory)

    def _clear(self, directory: int, name: str) -> None:
        try:
            os.unlink(name, dir_fd=directory)
        except FileNotFoundError:
            return
        except (IsADirectoryError, PermissionError):
            # rm can remove what is deeper than Python recurses.
            subprocess.run(["rm", "-rf", "--", "./" + name], cwd="/proc/self/fd/%d" % directory, check=False)


def _describe(path: str, status: os.stat_result) -> Entry:
    return Entry("f", stat.S_IMODE(status.st_mode), status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino,
                 "", path, None)


def _write(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data):]


class Agent:
    def __init__(self, streams: Streams, roots: dict[str, Root]) -> None:
        self._streams = streams
        self._roots = roots
        self._failures: list[str] = []

    def serve(self) -> None:
        """Carry out commands until the host has gone."""
        try:
            while True:
                word, *arguments = self._streams.read_line()
                getattr(self, "do_" + word)(*arguments)
        except Ended:
            for root in self._roots.values():
                root.save()

    def do_list(self, root: str, mask: str, digest: str) -> None:
        """Answers `same` if the list has that digest already."""
        entries = self._roots[root].list()
        compared = hashlib.sha256()
        for entry in entries:
            compared.update(entry.print_compared(int(mask, 8)).encode("ascii"))
        if compared.hexdigest() == digest:
            self._streams.say("same")
            return
        text = print_list(entries)
        self._streams.say("list", len(text), data=text)

    def do_get(self, root: str, path: str) -> None:
        """Answers with a file as it is now."""
        try:
            with self._roots[root].open(decode(path)) as file:
                size = os.fstat(file).st_size
                self._streams.write(b"file %d\n" % size)
                while size > 0:
                    # A file that has become shorter is filled up.
                    data = os.read(file, min(BLOCK, size)) or bytes(min(BLOCK, size))
                    self._streams.write(data)
                    size -= len(data)
                self._streams.write(b"", flush=True)
        except OSError as error:
            self._streams.say("gone", encode(error.strerror or "error"))

    def do_keep(self, root: str, number: str, path: str) -> None:
        self._attempt(path, lambda: self._roots[root].keep(decode(path), int(number)))

    def do_place(self, root: str, number: str, mode: str, mtime: str, digest: str, path: str) -> None:
        self._attempt(path, lambda: self._roots[root].place(int(number), int(mode, 8), int(mtime), digest, decode(path)))

    def do_put(self, root: str, mode: str, mtime: str, size: str, digest: str, path: str) -> None:
        content = self._streams.read(int(size))
        self._attempt(path, lambda: self._roots[root].put(int(mode, 8), int(mtime), int(size), digest, decode(path), content))
        for _rest in content:
            pass

    def do_attributes(self, root: str, mode: str, mtime: str, digest: str, path: str) -> None:
        self._attempt(path, lambda: self._roots[root].set_attributes(int(mode, 8), int(mtime), digest, decode(path)))

    def do_link(self, root: str, mtime: str, path: str, target: str) -> None:
        self._attempt(path, lambda: self._roots[root].make_link(int(mtime), decode(path), decode(target)))

    def do_directory(self, root: str, path: str) -> None:
        self._attempt(path, lambda: self._roots[root].make_directory(decode(path)))

    def do_remove(self, root: str, path: str) -> None:
        self._attempt(path, lambda: self._roots[root].remove(decode(path)))

    def do_settle(self, root: str) -> None:
        """Answers with what has failed since the last time."""
        self._roots[root].save()
        text = "".join(self._failures).encode("ascii")
        self._failures = []
        self._streams.say("settled", len(text), data=text)

    def do_mark(self, root: str) -> None:
        """Keep the list, until the run has ended."""
        self._roots[root].mark(print_list(self._roots[root].list()))

    def do_unmark(self, root: str) -> None:
        self._roots[root].mark(None)

    def do_marked(self, root: str) -> None:
        """Answers with the list that was kept."""
        text = self._roots[root].read_mark()
        if text is None:
            self._streams.say("none")
        else:
            self._streams.say("list", len(text), data=text)

    def _attempt(self, path: str, change: Callable[[], None]) -> None:
        try:
            change()
        except OSError as error:
            self._failures.append("%d %s %s\n" % (error.errno or 0, encode(error.strerror or str(error)), path))


def lock(streams: Streams) -> int:
    """One agent at a time changes the volumes. Returns the open lock."""
    file = os.open(os.path.join(TOP, STATE, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
    told = False
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if not told:
                streams.say("busy")
            told = True
        # The host is silent until it is its turn: input can only be its end.
        if select.select([0], [], [], 0.2)[0]:
            raise Ended()


def main() -> None:
    uid, gid, coding, *names = sys.argv[1:]
    streams = Streams(coding == "deflate")
    with contextlib.suppress(Ended):
        held = lock(streams)
        roots = {name: Root(name, int(uid), int(gid)) for name in names}
        streams.say("ready")
        Agent(streams, roots).serve()
        os.close(held)


if __name__ == "__main__":
    main()
