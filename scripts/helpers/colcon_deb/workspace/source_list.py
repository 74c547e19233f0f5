# SPDX-License-Identifier: Apache-2.0
"""The list of all source files, which the host made before it started this container (its form: docs/incremental.md).

The host reads every changed file anyway, to know whether there is anything to build, so nothing is read twice. The list
is older than every copy of a source: a file that changes in between counts as changed in the next build.
"""

from __future__ import annotations

import bisect
import os
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from ..base import files
from .package import Package

HEADER = "colcon-deb-sources 1"
# In place of the digest of a file that the host could not read.
UNREADABLE = "?"
MAX_ENTRIES = 1_000_000
# Two paths of 4096 bytes, of which each may be written as three.
_MAX_LINE = 32 * 1024
_MAX_LINKS = 40
# Absolute links mean what they mean in the container.
_MOUNTED = "/workspace/src/"
# Files that take long to compile; headers and scripts cost next to nothing.
_UNITS = (".c", ".cc", ".cpp", ".cxx", ".msg", ".srv", ".action", ".idl")
_SECONDS_PER_UNIT = 1.0
_SECONDS_PER_PACKAGE = 4.0


class SourceListError(Exception):
    """The list is missing or has another form."""


@dataclass(frozen=True)
class SourceEntry:
    kind: str  # f for a file, l for a link
    mode: str
    digest: str
    target: str | None  # of a link
    size: int
    mtime_ns: int


class SourceList:
    def __init__(self, entries: Mapping[str, SourceEntry]) -> None:
        """entries: by path, relative to src/."""
        self._entries = entries
        self._paths = sorted(entries)

    @classmethod
    def read(cls, path: str) -> SourceList:
        entries = {}
        try:
            with files.open_file(path) as stream:
                # The rest of the line is for the host: when the list was made, and its digest.
                if stream.readline(_MAX_LINE).decode("ascii").split()[:2] != HEADER.split():
                    raise SourceListError("not a list of sources, or a list of another version")
                while line := stream.readline(_MAX_LINE):
                    if not line.endswith(b"\n"):
                        raise SourceListError("a line is cut off, or longer than %d bytes" % _MAX_LINE)
                    fields = line.decode("ascii").rstrip("\n").split(" ")
                    kind, mode, size, mtime, _ctime, _inode, digest, name, *more = fields
                    target = _decode(more[1]) if kind == "l" and len(more) == 2 else None
                    entries[_decode(name)] = SourceEntry(kind, mode, digest, target, int(size), int(mtime))
                    if len(entries) > MAX_ENTRIES:
                        raise SourceListError("more than %d files" % MAX_ENTRIES)
        except (OSError, ValueError) as error:
            raise SourceListError(str(error)) from error
        return cls(entries)

    def of_package(self, package: Package) -> list[str] | None:
        """What the package is made of, as parts of its fingerprint, in the order of the paths. None if that is unknown.

        A link that leaves the package is copied as what it points to (source_copy.py), so that counts too.
        """
        real = self._real_directory(package)
        parts = self._below(real, set()) if real is not None else None
        return parts or None

    def still_hold(self, package: Package, source: str) -> bool:
        """Whether no file of the package was touched since the list was made. source: the directory src/.

        A file that was changed and changed back also counts as touched: its copy may be of the time between.
        """
        real = self._real_directory(package)
        for path in self._paths_below(real) if real is not None else []:
            entry = self._entries[path]
            try:
                status = os.lstat(os.path.join(source, path))
            except OSError:
                return False
            if entry.kind == "f" and (status.st_size, status.st_mtime_ns) != (entry.size, entry.mtime_ns):
                return False
        return True

    def estimate(self, package: Package) -> float:
        """Seconds that the first build of the package may take."""
        units = sum(path.endswith(_UNITS) for path in self._paths_below(self._real_directory(package) or ""))
        return _SECONDS_PER_PACKAGE + _SECONDS_PER_UNIT * units

    def _below(self, directory: str, seen: set[str]) -> list[str]:
        if directory in seen:
            return []
        seen.add(directory)
        prefix = directory + "/" if directory else ""
        result: list[str] = []
        for path in self._paths_below(directory):
            entry = self._entries[path]
            result += [path[len(prefix):] if path != directory else "", entry.kind, entry.mode, entry.digest]
            real = self._real(path) if entry.target is not None else None
            if real is not None and not (real + "/").startswith(prefix):
                result += self._below(real, seen)
        return result

    def _real_directory(self, package: Package) -> str | None:
        return self._real("" if package.path == "." else package.path)

    def _real(self, path: str) -> str | None:
        """The path in src/ with all links resolved; None if it leads out of src/, or nowhere."""
        done: list[str] = []
        waiting, links = path.split("/")[::-1], 0
        while waiting:
            part = waiting.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not done:
                    return None
                done.pop()
                continue
            entry = self._entries.get("/".join(done + [part]))
            if entry is None or entry.target is None:
                done.append(part)
                continue
            links += 1
            if links > _MAX_LINKS:
                return None
            target = entry.target
            if target.startswith("/"):
                if not (target + "/").startswith(_MOUNTED):
                    return None
                done, target = [], target[len(_MOUNTED):]
            waiting += target.split("/")[::-1]
        return "/".join(done)

    def _paths_below(self, directory: str) -> list[str]:
        """The files below a directory, or the path itself if it is a file."""
        if directory in self._entries:
            return [directory]
        if not directory:
            return self._paths
        # "0" is the character after "/".
        begin, end = (bisect.bisect_left(self._paths, directory + after) for after in "/0")
        return self._paths[begin:end]


def _decode(text: str) -> str:
    return os.fsdecode(urllib.parse.unquote_to_bytes(text))
