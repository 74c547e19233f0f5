# SPDX-License-Identifier: Apache-2.0
"""Files that both root and the build user touch."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Callable, Iterator

from .protocol import clean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_READ = 64 * 1024 * 1024
MAX_SHOWN = 2000
_BLOCK = 64 * 1024


@contextlib.contextmanager
def as_user(uid: int, gid: int) -> Iterator[None]:
    """Touch files with the rights of the build user, in directories that do not belong to root."""
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


def open_log(path: str) -> io.FileIO:
    """A new log for writing (binary, unbuffered). Replaces an older log and never follows a link."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_APPEND, 0o644)
    return os.fdopen(descriptor, "wb", buffering=0)


def tail(path: str, lines: int, size: int = 64 * 1024) -> list[str]:
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
    """Shows the lines of a log while it is written, each made safe to show."""

    def __init__(self, path: str, show: Callable[[str], None]) -> None:
        self._path, self._show, self._position, self._incomplete = path, show, 0, b""

    def follow(self) -> None:
        """Show what was written since the last call, without an incomplete last line."""
        try:
            with open(self._path, "rb") as stream:
                stream.seek(self._position)
                for block in iter(lambda: stream.read(_BLOCK), b""):
                    self._position += len(block)
                    *lines, self._incomplete = (self._incomplete + block).split(b"\n")
                    for line in lines:
                        self._show_one(line)
                    # Only the beginning of an endless line is kept and shown.
                    self._incomplete = self._incomplete[:_BLOCK]
        except OSError:
            return

    def finish(self) -> None:
        """Show all that is left."""
        self.follow()
        if self._incomplete:
            self._show_one(self._incomplete)
            self._incomplete = b""

    def _show_one(self, line: bytes) -> None:
        self._show(clean(line.rstrip(b"\r"), MAX_SHOWN))


def write_json(path: str, data: object) -> None:
    temporary = path + ".tmp"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(data, stream, indent=1, sort_keys=True)
    os.replace(temporary, path)


def read_bytes(path: str) -> bytes:
    """Content of a file that another user may have written: never a link, bounded. ValueError when it is too large."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(MAX_READ + 1)
    if len(data) > MAX_READ:
        raise ValueError("larger than %d bytes" % MAX_READ)
    return data


def read_json(path: str) -> Any:
    """Data of a file that another user may have written. ValueError when it is unusable."""
    try:
        return json.loads(read_bytes(path))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
