# SPDX-License-Identifier: Apache-2.0
"""Which installed packages own files, as dpkg knows it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable

_AT_A_TIME = 500
_SPECIAL = re.compile(r"([\\*?\[\]])")


def owners(paths: Iterable[str]) -> dict[str, str]:
    """path -> the package that owns it; paths that no package owns are left out."""
    asked: dict[str, str] = {}
    for path in sorted(paths):
        for spelling in _spellings(path):
            asked[spelling] = path
    result: dict[str, str] = {}
    spellings = sorted(asked)
    for start in range(0, len(spellings), _AT_A_TIME):
        for path, package in _ask(spellings[start:start + _AT_A_TIME]).items():
            if path in asked:
                result[asked[path]] = package
    return result


def _spellings(path: str) -> list[str]:
    """With /usr merged, dpkg may know a file by either name."""
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    names = [path, real]
    names += [name[len("/usr"):] for name in names if name.startswith(("/usr/lib", "/usr/bin/", "/usr/sbin/"))]
    return list(dict.fromkeys(names))


def _ask(paths: list[str]) -> dict[str, str]:
    """dpkg takes paths for patterns, and fails if one of them is unknown."""
    text = subprocess.run(["dpkg-query", "-S", "--", *(_SPECIAL.sub(r"\\\1", path) for path in paths)],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="surrogateescape", check=False, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout
    result = {}
    for line in text.splitlines():
        packages, colon, path = line.partition(": ")
        if colon and not packages.startswith("diversion "):
            result[path] = packages.split(",")[0].split(":")[0]
    return result
