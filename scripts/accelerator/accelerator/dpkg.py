# SPDX-License-Identifier: Apache-2.0
"""A native dpkg is given the emulated system's architecture, a text in the program, as its own."""

from __future__ import annotations

import os
import pathlib

from .programs import Refused

_NATIVE = b"amd64"


def use_architecture(path: str, architecture: str) -> None:
    """Raises Refused if the text is missing, or if the other one needs more room."""
    file, other = pathlib.Path(path), architecture.encode()
    content = file.read_bytes()
    if b"\0%s\0" % _NATIVE not in content or len(other) != len(_NATIVE):
        raise Refused("%s does not name its architecture as is expected" % os.path.basename(path))
    file.write_bytes(content.replace(_NATIVE, other))
