# SPDX-License-Identifier: Apache-2.0
"""When sources last changed: the same sources give the same packages and versions on any day."""

from __future__ import annotations

import contextlib
import os
import time
import urllib.parse
from collections.abc import Mapping

HEADER = "colcon-deb-commits 1"


def read_commits(path: str) -> dict[str, int]:
    """Directory of a package below src/ -> time of its last commit, as the host asked git. Empty without a usable file.

    Changes that are not committed count as well: then the time is that of the newest changed file.
    """
    commits = {}
    with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as stream:
        if stream.readline().rstrip("\n") == HEADER:
            for line in stream:
                moment, name = line.rstrip("\n").split(" ", 1)
                commits[os.fsdecode(urllib.parse.unquote_to_bytes(name))] = int(moment)
    return commits


def source_epoch(source: str, package: str, given: str, commits: Mapping[str, int]) -> int:
    """Seconds since 1970 of the newest change of a package.

    source: the directory src/. package: relative to it. given: SOURCE_DATE_EPOCH, which wins. Without a commit the newest
    file counts.
    """
    if given.isdigit():
        return int(given)
    # The host does not know a package by the link that leads to it.
    directory = os.path.realpath(os.path.join(source, package))
    real = os.path.relpath(directory, os.path.realpath(source))
    return min(commits.get(real) or _newest_file(directory), int(time.time()))


def _newest_file(directory: str) -> int:
    newest = 0
    for path, directories, names in os.walk(directory):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            with contextlib.suppress(OSError):
                newest = max(newest, int(os.lstat(os.path.join(path, name)).st_mtime))
    return newest
