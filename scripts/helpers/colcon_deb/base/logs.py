# SPDX-License-Identifier: Apache-2.0
"""Logs: written by the commands of a build, shown while they grow, and read for the reason of a failure."""

from __future__ import annotations

import os
from collections.abc import Callable

from . import files
from .protocol import clean

MAX_SHOWN = 2000
_BLOCK = 64 * 1024


def tail(path: str, lines: int, size: int = _BLOCK) -> list[str]:
    """The last lines of a log, safe to show."""
    try:
        with files.open_file(path) as stream:
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
            with files.open_file(self._path) as stream:
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
