# SPDX-License-Identifier: Apache-2.0
"""What is done to the staged files of a package (debian/NAME) around the steps of debhelper that read programs.

Both ways of packing call this in the source directory: fast-package.py, and dh by targets that bloom_corrections adds.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..base import files
from . import foreign_files, private_libraries, runpaths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Not below debian/NAME, so not in the package.
_FOREIGN = "debian/.colcon-deb-foreign"
_STAND_INS = "debian/.colcon-deb-libraries"
_WARNINGS = "debian/.colcon-deb-warnings"


def before_binaries(name: str) -> None:
    """Before the first step that reads programs and libraries. Raises runpaths.RunpathError or OSError."""
    staging = _staging(name)
    foreign_files.set_aside(staging, _FOREIGN)
    texts = [str(change) for change in runpaths.mend(staging, build_directory())]
    for text in texts:
        print("colcon-deb: " + text, flush=True)
    if texts:
        files.write_json(_WARNINGS, texts)


def after_binaries(name: str) -> None:
    """After the last of these steps. Raises OSError."""
    foreign_files.put_back(_staging(name), _FOREIGN)


def library_directories(name: str, allowed: Iterable[str]) -> list[str]:
    """For dh_shlibdeps -l: see private_libraries.directories()."""
    return private_libraries.directories(_staging(name), allowed, _STAND_INS)


def warnings_of(source: str) -> list[str]:
    """What before_binaries() changed in a package that was built in that directory."""
    try:
        texts: Any = files.read_json(os.path.join(source, _WARNINGS))
    except (OSError, ValueError):
        return []
    return [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []


def build_directory(source: str = ".") -> str:
    """Where all of a package's build happens: the directory of its source directory."""
    return os.path.dirname(os.path.realpath(source))


def _staging(name: str) -> str:
    return os.path.join("debian", name)
