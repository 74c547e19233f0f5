# SPDX-License-Identifier: Apache-2.0
"""When sources last changed: the same sources give the same packages and versions on any day."""

from __future__ import annotations

import contextlib
import os
import time
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..base import files, tree

HEADER = "colcon-deb-commits 1"


@dataclass(frozen=True)
class Commits:
    """Times of last commits, as the host asked git. Changes that are not committed count as well: then the time is that of
    the newest changed file."""

    sources: Mapping[str, int] = field(default_factory=dict)  # by directory of a package, below src/
    overrides: Mapping[str, int] = field(default_factory=dict)  # by name of a package

    @classmethod
    def read(cls, directory: str) -> Commits:
        """From the files that the host has written there."""
        return cls(*(_read(os.path.join(directory, name)) for name in ("commits", "override-commits")))


def _read(path: str) -> dict[str, int]:
    """Empty without a usable file."""
    commits = {}
    with contextlib.suppress(OSError, ValueError):
        header, *lines = files.read_bytes(path).decode("ascii").splitlines()
        if header == HEADER:
            for line in lines:
                moment, name = line.split(" ", 1)
                commits[os.fsdecode(urllib.parse.unquote_to_bytes(name))] = int(moment)
    return commits


def source_epoch(source: str, package: str, commits: Commits) -> int:
    """Seconds since 1970 of the newest change of a package. Without a commit the newest file counts.

    source: the directory src/. package: relative to it.
    """
    # The host does not know a package by the link that leads to it.
    directory = os.path.realpath(os.path.join(source, package))
    real = os.path.relpath(directory, os.path.realpath(source))
    return min(commits.sources.get(real) or _newest_file(directory), int(time.time()))


def override_epoch(name: str, files: Iterable[str], commits: Commits) -> int:
    """The same of an override. files: the user's files in it; 0 without any."""
    times = []
    for path in files:
        with contextlib.suppress(OSError):
            times.append(int(os.stat(path).st_mtime))
    return min(commits.overrides.get(name) or max(times), int(time.time())) if times else 0


def _newest_file(directory: str) -> int:
    newest = 0
    for path, directories, names in tree.walk_paths(directory):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            with contextlib.suppress(OSError):
                newest = max(newest, int(os.lstat(os.path.join(path, name)).st_mtime))
    return newest
