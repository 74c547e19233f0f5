# SPDX-License-Identifier: Apache-2.0
"""What colcon-deb does inside the container. The executables beside this package are thin.

A builder image may have the bytecode of these modules (image/prepare.sh). The modules themselves are mounted, read-only, and
may be of another version: each piece of bytecode has the hash of its source in it and is used for that source alone.
"""

import os
import sys

BYTECODE = "/usr/lib/colcon-deb/bytecode"


def _use_bytecode(top):
    """Only for the modules of this package: Python's own and those of a workspace have theirs elsewhere."""
    from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader

    class Loader(SourceFileLoader):
        def get_code(self, fullname):
            kept, sys.pycache_prefix = sys.pycache_prefix, BYTECODE
            try:
                return super().get_code(fullname)
            finally:
                sys.pycache_prefix = kept

        def set_data(self, path, data, **_options):
            """Writes none: what is there is the image's."""

    def find_in(directory):
        if directory != top and not directory.startswith(top + os.sep):
            raise ImportError("not a room of this package")
        return FileFinder(directory, (Loader, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, find_in)


if os.path.isdir(BYTECODE):
    _use_bytecode(__path__[0])
