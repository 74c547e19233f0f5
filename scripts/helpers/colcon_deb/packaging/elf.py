# SPDX-License-Identifier: Apache-2.0
"""Programs and libraries among files."""

from __future__ import annotations

import os
from collections.abc import Iterable

_MAGIC = b"\x7fELF"


def elf_files(paths: Iterable[str]) -> list[str]:
    """The paths of programs and libraries, without links."""
    found = []
    for path in paths:
        if os.path.isfile(path) and not os.path.islink(path):
            with open(path, "rb") as stream:
                if stream.read(len(_MAGIC)) == _MAGIC:
                    found.append(path)
    return found


def files_below(directory: str) -> list[str]:
    """Paths of everything below the directory that is not a directory."""
    return [os.path.join(path, name) for path, _directories, names in os.walk(directory) for name in names]
