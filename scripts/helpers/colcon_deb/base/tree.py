# SPDX-License-Identifier: Apache-2.0
"""Everything below a directory, however deep: os.walk() and os.fwalk() end at Python's limit of recursion."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Entry:
    """directory: the open directory that has the entry, until the next entry is asked for."""

    directory: int
    name: str
    status: os.stat_result


class _Level:
    def __init__(self, descriptor: int) -> None:
        status = os.fstat(descriptor)
        self.identity = status.st_dev, status.st_ino
        with os.scandir(descriptor) as found:
            self.names = [entry.name for entry in found]


def walk(top: str) -> Iterator[Entry]:
    """A directory comes before what is in it. No link is followed. Raises OSError.

    Only one directory is open at a time, since a tree may be deeper than a process may have descriptors. The way back is
    "..", which must be the directory that the way down came from.
    """
    descriptor = os.open(top, _OPEN)
    try:
        levels = [_Level(descriptor)]
        while levels:
            if not levels[-1].names:
                levels.pop()
                if levels:
                    descriptor = _enter(descriptor, "..", levels[-1].identity)
                continue
            name = levels[-1].names.pop()
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                yield Entry(descriptor, name, status)
                if stat.S_ISDIR(status.st_mode):
                    descriptor = _enter(descriptor, name, (status.st_dev, status.st_ino))
                    levels.append(_Level(descriptor))
    finally:
        os.close(descriptor)


def _enter(descriptor: int, name: str, identity: tuple[int, int]) -> int:
    """The directory with that name, which must have that identity, in place of the open one."""
    entered = os.open(name, _OPEN, dir_fd=descriptor)
    status = os.fstat(entered)
    if (status.st_dev, status.st_ino) != identity:
        os.close(entered)
        raise OSError(errno.EBUSY, "changes while it is read", name)
    os.close(descriptor)
    return entered
