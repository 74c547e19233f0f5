# SPDX-License-Identifier: Apache-2.0
"""Everything below a directory, however deep: os.walk() and os.fwalk() end at Python's limit of recursion."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    # Told of a directory that cannot be walked; of None if directories were moved away during the walk.
    Unreadable = Callable[[Optional["Entry"], OSError], None]

_OPEN = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Entry:
    """directory: the open directory that has the entry, until the next entry is asked for."""

    directory: int
    name: str
    status: os.stat_result


class _Level:
    def __init__(self, descriptor: int, name: str) -> None:
        status = os.fstat(descriptor)
        self.name = name
        self.identity = status.st_dev, status.st_ino
        with os.scandir(descriptor) as found:
            self.names = [entry.name for entry in found]


def walk(top: str, unreadable: Unreadable | None = None) -> Iterator[Entry]:
    """A directory comes before what is in it. No link is followed. Raises OSError.

    unreadable: called for a directory that cannot be read or that changes meanwhile; the walk continues after it. Without
    it, such a directory raises OSError.

    Only one directory is open at a time, since a tree may be deeper than a process may have descriptors. The way back is
    "..", which must be the directory that the way down came from.
    """
    descriptor = os.open(top, _OPEN)
    try:
        levels = [_Level(descriptor, top)]
        while levels:
            if not levels[-1].names:
                levels.pop()
                if levels:
                    descriptor = _leave(descriptor, levels, unreadable)
                continue
            name = levels[-1].names.pop()
            with contextlib.suppress(FileNotFoundError):
                status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                entry = Entry(descriptor, name, status)
                yield entry
                if not stat.S_ISDIR(status.st_mode):
                    continue
                try:
                    entered, level = _enter(entry)
                except OSError as error:
                    if unreadable is None:
                        raise
                    unreadable(entry, error)
                    continue
                os.close(descriptor)
                descriptor = entered
                levels.append(level)
    finally:
        os.close(descriptor)


def walk_paths(top: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """As os.walk(top), but without its limit of recursion. A directory whose path is longer than the system allows is left
    out, as one that cannot be read."""
    waiting = [top]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(path) as found:
                entries = [(entry.name, _is_directory(entry)) for entry in found]
        except OSError:
            continue
        directories = [name for name, is_directory in entries if is_directory]
        yield path, directories, [name for name, is_directory in entries if not is_directory]
        below = [os.path.join(path, name) for name in reversed(directories)]
        waiting += [one for one in below if not os.path.islink(one)]


def _is_directory(entry: os.DirEntry[str]) -> bool:
    """Or a link to one."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _enter(entry: Entry) -> tuple[int, _Level]:
    """Open the directory of the entry."""
    entered = _open(entry.directory, entry.name, (entry.status.st_dev, entry.status.st_ino))
    try:
        level = _Level(entered, entry.name)
        # A directory that may be read but not searched has names, but no entries and no way back.
        os.stat("..", dir_fd=entered)
    except OSError:
        os.close(entered)
        raise
    return entered, level


def _leave(descriptor: int, levels: list[_Level], unreadable: Unreadable | None) -> int:
    """Open the last level in place of the directory below it.

    unreadable: if levels were moved away, it is called, and the walk continues in the last one that is still there.
    """
    try:
        parent = _open(descriptor, "..", levels[-1].identity)
    except OSError as error:
        if unreadable is None:
            raise
        depth = len(levels)
        parent = _descend(levels)
        if len(levels) < depth:
            unreadable(None, error)
    os.close(descriptor)
    return parent


def _descend(levels: list[_Level]) -> int:
    """From the top to the last level that can still be reached. Removes the others."""
    descriptor = os.open(levels[0].name, _OPEN)
    for depth, level in enumerate(levels[1:], 1):
        try:
            entered = _open(descriptor, level.name, level.identity)
        except OSError:
            del levels[depth:]
            break
        os.close(descriptor)
        descriptor = entered
    return descriptor


def _open(directory: int, name: str, identity: tuple[int, int]) -> int:
    """The directory with that name, which must have that identity."""
    entered = os.open(name, _OPEN, dir_fd=directory)
    status = os.fstat(entered)
    if (status.st_dev, status.st_ino) != identity:
        os.close(entered)
        raise OSError(errno.EBUSY, "changes while it is read", name)
    return entered
