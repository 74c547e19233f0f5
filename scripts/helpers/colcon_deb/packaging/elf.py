# SPDX-License-Identifier: Apache-2.0
"""Programs and libraries among files: those of this machine, those of another one, and what they need."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

from ..base import tree

_MAGIC, _ARCHIVE = b"\x7fELF", b"!<arch>\n"
_HEADER = 20  # bytes up to the machine
_MEMBER = 60  # bytes of the header of an archive's member
# So many paths fit on a command line.
_AT_ONCE = 500
_LINE = re.compile(r"File: (?P<file>.*)|.*\((?:RPATH|RUNPATH)\) +Library (?:rpath|runpath): \[(?P<path>.*)\]"
                   r"|.*\(NEEDED\) +Shared library: \[(?P<needed>.*)\]")


@dataclass(frozen=True)
class Dynamic:
    """What the loader reads in a file."""

    needed: list[str] = field(default_factory=list)  # names of libraries
    runpaths: list[str] = field(default_factory=list)  # RPATH or RUNPATH as it stands there; seldom more than one


def elf_files(paths: Iterable[str]) -> list[str]:
    """The paths of this machine's programs and libraries, without links."""
    return [path for path, machine in _machines(paths) if machine == _this_machine()]


def foreign_files(paths: Iterable[str]) -> list[str]:
    """The paths of programs and libraries of other machines, archives of them (.a) too, without links."""
    return [path for path, machine in _machines(paths) if machine not in (None, _this_machine())]


def files_below(directory: str) -> list[str]:
    """Paths of everything below the directory that is not a directory."""
    return [os.path.join(path, name) for path, _directories, names in tree.walk_paths(directory) for name in names]


def dynamic_sections(paths: Sequence[str]) -> dict[str, Dynamic]:
    """path -> what the loader reads there."""
    found = {path: Dynamic() for path in paths}
    for start in range(0, len(paths), _AT_ONCE):
        some = paths[start:start + _AT_ONCE]
        text = subprocess.run(["readelf", "-d", "-W", "--", *some], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, errors="surrogateescape", check=False,
                              env=dict(os.environ, LC_ALL="C.UTF-8")).stdout
        current = found[some[0]]  # readelf does not name a single file
        for match in filter(None, map(_LINE.match, text.split("\n"))):
            if match["file"] is not None:
                current = found.get(match["file"], Dynamic())
            elif match["needed"] is not None:
                current.needed.append(match["needed"])
            else:
                current.runpaths.append(match["path"])
    return found


def machine_of(stream: IO[bytes]) -> bytes | None:
    """Class, byte order and machine of an ELF file or of the first one in an archive; None for any other file."""
    header = stream.read(_HEADER)
    if header.startswith(_ARCHIVE):
        stream.seek(len(_ARCHIVE))
        while member := stream.read(_MEMBER):
            digits = member[48:58].strip()
            size = int(digits) if digits.isdigit() else 0
            begin = stream.tell()
            header = stream.read(_HEADER)
            if header.startswith(_MAGIC):
                break
            stream.seek(begin + size + size % 2)
    return header[4:6] + header[18:20] if header.startswith(_MAGIC) and len(header) == _HEADER else None


def _machines(paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    for path in paths:
        if os.path.isfile(path) and not os.path.islink(path):
            yield path, _machine_of(path)


def _machine_of(path: str) -> bytes | None:
    with open(path, "rb") as stream:
        return machine_of(stream)


# This program is one of the machine's own. In an accelerated image (docs/arm64.md) most others, such as Python and dpkg, are
# native programs of another one.
OF_THE_MACHINE = "uname"


@functools.lru_cache(maxsize=None)
def _this_machine() -> bytes | None:
    return _machine_of(os.path.realpath(shutil.which(OF_THE_MACHINE) or sys.executable))
