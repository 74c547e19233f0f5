# SPDX-License-Identifier: Apache-2.0
"""Native programs are given a loader and libraries of their own, because the emulated system has none for them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable

LOADER = "ld-linux-x86-64.so.2"
_RESOLVED = re.compile(r"(?m)^\s*(?:(\S+) => )?(/\S+) \(0x")
_TYPE_AT, _EXEC = 16, 2  # elf(5): the place of e_type, and its value ET_EXEC


def is_elf(path: str) -> bool:
    with open(path, "rb") as stream:
        return stream.read(4) == b"\x7fELF"


def is_fixed(path: str) -> bool:
    """Whether a program is not position-independent. patchelf damages large ones."""
    with open(path, "rb") as stream:
        return int.from_bytes(stream.read(_TYPE_AT + 2)[_TYPE_AT:], "little") == _EXEC


def libraries_of(paths: Iterable[str]) -> dict[str, str]:
    """Name -> file of every library that the files need, and the loader."""
    found: dict[str, str] = {}
    for path in paths:
        answer = subprocess.run(["ldd", path], capture_output=True, text=True, check=False)
        found.update((os.path.basename(name or file), file) for name, file in _RESOLVED.findall(answer.stdout))
    return found


def copy_libraries(libraries: dict[str, str], target: str, place: str) -> None:
    """place: where the directory target will be."""
    for name, file in sorted(libraries.items()):
        copy = os.path.join(target, name)
        shutil.copy2(file, copy)
        # The loader and the C library find nothing by their own paths.
        if name not in (LOADER, "libc.so.6"):
            _patch("--force-rpath", "--set-rpath", place, copy)


def patch_program(path: str, place: str, needed: str) -> None:
    """Let a program find its loader and its libraries in that place, and load one more library first."""
    _patch("--set-interpreter", os.path.join(place, LOADER), "--force-rpath", "--set-rpath", place, path)
    _patch("--add-needed", needed, path)


def patch_library(path: str, place: str) -> None:
    _patch("--force-rpath", "--set-rpath", place, path)


def _patch(*arguments: str) -> None:
    subprocess.run(["patchelf", *arguments], check=True)
