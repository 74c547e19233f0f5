# SPDX-License-Identifier: Apache-2.0
"""Where a package.xml names a dependency."""

from __future__ import annotations

import functools
import os
import re

from ..base import files
from ..workspace.discovery import MANIFEST, manifest_path

_MAX_SIZE = 1024 * 1024


def place_of(source: str, package: str, key: str) -> str:
    """src/PACKAGE/package.xml:LINE of the first element with that text. package: its path in the directory source."""
    text = _read(os.path.join(source, package, MANIFEST))
    match = re.search(r">\s*%s\s*</" % re.escape(key), text)
    path = manifest_path(package)
    return "%s:%d" % (path, text.count("\n", 0, match.start()) + 1) if match else path


@functools.lru_cache(maxsize=1)
def _read(path: str) -> str:
    """Without the file the place has no line."""
    try:
        return files.read_bytes(path, follow=True, most=_MAX_SIZE).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""
