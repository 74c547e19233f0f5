# SPDX-License-Identifier: Apache-2.0
"""A native dpkg gets the emulated system's architecture, a text in the program, in place of its own."""

from __future__ import annotations

import pathlib

_NATIVE = b"amd64"


def can_be_patched(path: str, architecture: str) -> bool:
    """Whether the program has the text, and room for the other one."""
    return b"\0%s\0" % _NATIVE in pathlib.Path(path).read_bytes() and len(architecture) == len(_NATIVE)


def use_architecture(path: str, architecture: str) -> None:
    """Everywhere: the answer to --version names it, too."""
    file = pathlib.Path(path)
    file.write_bytes(file.read_bytes().replace(_NATIVE, architecture.encode()))
