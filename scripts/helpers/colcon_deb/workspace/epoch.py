# SPDX-License-Identifier: Apache-2.0
"""When sources last changed: the same sources give the same packages and versions on any day."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from .package import Package


def source_epoch(directory: str, given: str) -> int:
    """Seconds since 1970 of the newest file below the directory. given: SOURCE_DATE_EPOCH, which wins."""
    if given.isdigit():
        return int(given)
    newest = 0
    for path, directories, names in os.walk(directory):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            try:
                newest = max(newest, int(os.lstat(os.path.join(path, name)).st_mtime))
            except OSError:
                continue
    return min(newest, int(time.time()))


def stamps(packages: Iterable[Package], epoch_of: Callable[[Package], int]) -> dict[str, str]:
    """name -> YYYYMMDD.HHMMSS for packages in build order.

    A package is as new as the newest source that it is built from. So a rebuild after a changed dependency has a
    version that apt upgrades to, and an unchanged workspace keeps its versions.
    """
    newest: dict[str, int] = {}
    for package in packages:
        newest[package.name] = max([epoch_of(package)] + [newest[dep] for dep in package.deps])
    return {name: time.strftime("%Y%m%d.%H%M%S", time.gmtime(epoch)) for name, epoch in newest.items()}
