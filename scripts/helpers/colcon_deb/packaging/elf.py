# SPDX-License-Identifier: Apache-2.0
"""Which files are programs or libraries."""

import os

_MAGIC = b"\x7fELF"


def elf_files(paths):
    """Those that are; links do not count."""
    found = []
    for path in paths:
        if os.path.isfile(path) and not os.path.islink(path):
            with open(path, "rb") as stream:
                if stream.read(len(_MAGIC)) == _MAGIC:
                    found.append(path)
    return found


def files_below(directory):
    """Paths of everything that is no directory."""
    return [os.path.join(path, name) for path, _directories, names in os.walk(directory) for name in names]
