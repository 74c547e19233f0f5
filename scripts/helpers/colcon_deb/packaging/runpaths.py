# SPDX-License-Identifier: Apache-2.0
"""Where installed programs and libraries look for libraries (RPATH, RUNPATH): never in the directory of their build.

There is no such directory on a robot, and whoever could make one would choose the libraries of its programs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from .elf import Dynamic, dynamic_sections, elf_files, files_below

# cmake edits them whenever it installs a program; its script takes -D arguments.
_SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "change-runpath.cmake")


class RunpathError(Exception):
    """A RUNPATH that could not be changed; the text names the file and the path."""


@dataclass(frozen=True)
class Change:
    file: str  # below the staging directory, with / before it
    old: str
    new: str  # "" when nothing is left

    def __str__(self) -> str:
        what = "it is now %s" % self.new if self.new else "it was removed"
        return "The RUNPATH of %s led into the build directory (%s): %s" % (self.file, self.old, what)


def into(staging: str, build: str) -> list[tuple[str, str]]:
    """(file, entry) of the entries below the build directory, among the files of a package."""
    return [("/" + os.path.relpath(path, staging), entry) for path, dynamic in _dynamic(staging).items()
            for runpath in dynamic.runpaths for entry in runpath.split(":") if _is_below(entry, build)]


def mend(staging: str, build: str) -> list[Change]:
    """Replace the entries below the build directory by the installed places of their libraries. Raises RunpathError."""
    files = files_below(staging)
    places: dict[str, str] = {}
    for path in sorted(files):
        places.setdefault(os.path.basename(path), os.path.dirname(path))
    changes = []
    for path, dynamic in _dynamic(staging, files).items():
        for old in dynamic.runpaths:
            if any(_is_below(entry, build) for entry in old.split(":")):
                change = Change("/" + os.path.relpath(path, staging), old, _mended(path, old, dynamic, build, places))
                _edit(path, change)
                changes.append(change)
    left = into(staging, build) if changes else []
    if left:
        raise RunpathError("the RUNPATH of %s still leads into the build directory: %s" % left[0])
    return changes


def _dynamic(staging: str, files: list[str] | None = None) -> dict[str, Dynamic]:
    return dynamic_sections(sorted(elf_files(files_below(staging) if files is None else files)))


def _mended(path: str, old: str, dynamic: Dynamic, build: str, places: Mapping[str, str]) -> str:
    entries: list[str] = []
    for entry in old.split(":"):
        if not _is_below(entry, build):
            entries.append(entry)
            continue
        for library in dynamic.needed:
            if library in places and os.path.exists(os.path.join(entry, library)):
                relative = os.path.relpath(places[library], os.path.dirname(path))
                entries.append("$ORIGIN" if relative == "." else "$ORIGIN/" + relative)
    new = ":".join(dict.fromkeys(filter(None, entries)))
    if len(new) > len(old):
        # A longer text does not fit into the file.
        new = ":".join(entry for entry in dict.fromkeys(old.split(":")) if entry and not _is_below(entry, build))
    return new


def _edit(path: str, change: Change) -> None:
    cmake = shutil.which("cmake")
    if not cmake:
        raise RunpathError("the RUNPATH of %s leads into the build directory (%s), and there is no cmake to change it: "
                           "install cmake in the builder image" % (change.file, change.old))
    ended = subprocess.run([cmake, "-DFILE=" + path, "-DOLD=" + change.old, "-DNEW=" + change.new, "-P", _SCRIPT],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           errors="replace", check=False)
    if ended.returncode:
        raise RunpathError("the RUNPATH of %s leads into the build directory (%s), and cmake cannot change it: %s"
                           % (change.file, change.old, " ".join(ended.stdout.split())))


def _is_below(entry: str, directory: str) -> bool:
    return os.path.isabs(entry) and os.path.commonpath([os.path.normpath(entry), directory]) == directory
