# SPDX-License-Identifier: Apache-2.0
"""Files that cross the line between root and the build user."""

import contextlib
import json
import os

from .protocol import clean

MAX_READ = 64 * 1024 * 1024
MAX_SHOWN = 1000
_BLOCK = 64 * 1024


@contextlib.contextmanager
def as_user(uid, gid):
    """Touch files with the rights of the build user, so that root's never reach into a directory that is not root's."""
    if os.geteuid() != 0 or (uid, gid) == (0, 0):
        yield
        return
    os.setegid(gid)
    try:
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(0)
    finally:
        os.setegid(0)


def open_log(path):
    """A new log for writing (binary, unbuffered); what stood there before is replaced, a link is never followed."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_APPEND, 0o644)
    return os.fdopen(descriptor, "wb", buffering=0)


def tail(path, lines, size=64 * 1024):
    """The last lines of a log, safe to show."""
    try:
        with open(path, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            data = stream.read(size)
    except OSError:
        return []
    return [clean(line.rstrip("\r"), MAX_SHOWN) for line in data.decode("utf-8", "replace").splitlines()[-lines:]]


class Follower:
    """Hands on the lines of a log as they come, each safe to show."""

    def __init__(self, path, show):
        """show: callback that takes a line."""
        self._path, self._show, self._position, self._begun = path, show, 0, b""

    def follow(self):
        """What came since the last time, but for a line that is not complete."""
        try:
            with open(self._path, "rb") as stream:
                stream.seek(self._position)
                for block in iter(lambda: stream.read(_BLOCK), b""):
                    self._position += len(block)
                    *lines, self._begun = (self._begun + block).split(b"\n")
                    for line in lines:
                        self._one(line)
                    # Of an endless line only the beginning is shown; no more of it is kept than that takes.
                    self._begun = self._begun[:_BLOCK]
        except OSError:
            return

    def finish(self):
        """Everything that is left."""
        self.follow()
        if self._begun:
            self._one(self._begun)
            self._begun = b""

    def _one(self, line):
        self._show(clean(line.rstrip(b"\r"), MAX_SHOWN))


def write_json(path, data):
    temporary = path + ".tmp"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(data, stream, indent=1, sort_keys=True)
    os.replace(temporary, path)


def read_bytes(path):
    """Content of a file that another user may have written: never a link, bounded. ValueError when it is too large."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(MAX_READ + 1)
    if len(data) > MAX_READ:
        raise ValueError("larger than %d bytes" % MAX_READ)
    return data


def read_json(path):
    """Data of a file that another user may have written. ValueError when it is unusable."""
    try:
        return json.loads(read_bytes(path))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
