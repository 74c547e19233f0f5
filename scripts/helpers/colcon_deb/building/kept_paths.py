# SPDX-License-Identifier: Apache-2.0
"""Which paths Debian packages have, and which they had in former versions, for later runs.

Two files for each package in .colcon-deb/paths/<target>:

    <binary>         digest and version of its .deb, and a line for each path in it
    <binary>_former  for each path that it does not have any more: the last version that had it, and the path
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..base import debname, files
from ..incremental.records import DIRECTORY

# A former list is that long at most. The newest entries stay.
MOST_FORMER = 20000
_VERSION = re.compile(r"[A-Za-z0-9.+~:-]+\Z")


@dataclass(frozen=True)
class Listed:
    """What a .deb has."""

    version: str  # with its epoch
    paths: list[str]


@dataclass(frozen=True)
class Had:
    """A package that had a path when the run began, or before."""

    binary: str
    version: str  # the last one with the path
    current: bool  # its newest package has the path


class KeptPaths:
    def __init__(self, output: str, target: str) -> None:
        self._state = os.path.join(output, DIRECTORY)
        self._directory = os.path.join(self._state, "paths", target)

    def exists(self) -> bool:
        """Whether anything was ever built for the target."""
        return files.is_directory(self._directory)

    def read(self, binary: str, digest: str) -> Listed | None:
        """What the .deb with that digest has; None if that is not known."""
        known, listed = self._current(binary)
        return listed if known == digest else None

    def write(self, binary: str, digest: str, listed: Listed) -> None:
        """The package has these paths from now on."""
        _digest, before = self._current(binary)
        former = self._former(binary)
        if before and before.version != listed.version:
            for path in before.paths:
                former.pop(path, None)  # so that it comes last
                former[path] = before.version
        for path in listed.paths:
            former.pop(path, None)
        files.make_own_directory(self._directory, self._state)
        # First what is lost otherwise.
        self._replace(_former_name(binary), ["%s %s" % (version, path) for path, version in former.items()][-MOST_FORMER:])
        self._replace(binary, ["%s %s" % (digest, listed.version), *listed.paths])

    def had(self) -> dict[str, list[Had]]:
        """path -> who has or had it."""
        result: dict[str, list[Had]] = {}
        for binary in sorted(filter(debname.is_name, {name.partition("_")[0] for name in self._names()})):
            _digest, listed = self._current(binary)
            current = dict.fromkeys(listed.paths, listed.version) if listed else {}
            for path, version in {**self._former(binary), **current}.items():
                result.setdefault(path, []).append(Had(binary, version, path in current))
        return result

    def _names(self) -> list[str]:
        return files.list_files(self._directory)

    def _current(self, binary: str) -> tuple[str, Listed | None]:
        """(digest of the .deb, what it has)."""
        lines = self._lines(binary)
        digest, _space, version = lines[0].partition(" ") if lines else ("", "", "")
        return (digest, Listed(version, lines[1:])) if _VERSION.match(version) else ("", None)

    def _former(self, binary: str) -> dict[str, str]:
        """path -> the last version that had it."""
        entries = (line.partition(" ") for line in self._lines(_former_name(binary))[-MOST_FORMER:])
        return {path: version for version, _space, path in entries if _VERSION.match(version) and path.startswith("/")}

    def _lines(self, name: str) -> list[str]:
        try:
            text = os.fsdecode(files.read_bytes(os.path.join(self._directory, name)))
        except (OSError, ValueError):
            return []
        return text.split("\n") if text else []

    def _replace(self, name: str, lines: Sequence[str]) -> None:
        path = os.path.join(self._directory, name)
        if not lines and not os.path.lexists(path):
            return
        files.replace(path, os.fsencode("\n".join(lines)), temporary=path + "~")  # no name of a package


def _former_name(binary: str) -> str:
    return binary + "_former"  # no name of a package
