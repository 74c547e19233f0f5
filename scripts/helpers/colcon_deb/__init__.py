# SPDX-License-Identifier: Apache-2.0
"""The code of colcon-deb inside the container. The executables beside this package only start it.

A builder image may hold the bytecode of these modules (image/prepare.sh). The modules themselves are mounted, and may
be of another version: each file of bytecode names the hash of its source and is used for that source alone.

Modules import typing for mypy only, which takes TYPE_CHECKING as true: at run time it would cost every process time.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

BYTECODE = "/usr/lib/colcon-deb/bytecode"


def _use_bytecode(top: str) -> None:
    """For the modules of this package only: Python and the workspace keep their bytecode elsewhere."""
    from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

    class Loader(SourceFileLoader):
        def get_code(self, fullname: str) -> CodeType | None:
            kept, sys.pycache_prefix = sys.pycache_prefix, BYTECODE
            try:
                return super().get_code(fullname)
            finally:
                sys.pycache_prefix = kept

        def set_data(self, path: str, data: Any, **_options: Any) -> None:
            """Writes nothing: the bytecode belongs to the image."""

    def find_in(directory: str) -> FileFinder:
        if directory != top and not directory.startswith(top + os.sep):
            raise ImportError("not a room of this package")
        return FileFinder(directory, (Loader, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, find_in)


if os.path.isdir(BYTECODE):
    _use_bytecode(__path__[0])
