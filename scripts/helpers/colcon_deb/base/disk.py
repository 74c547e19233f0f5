# SPDX-License-Identifier: Apache-2.0
"""Full disks: a tool that ran into one seldom says so."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Mapping

from . import files
from .settings import Settings

_SPACE_NEEDED = 64 * 1024
_INODES_NEEDED = 16
_FULL = (errno.ENOSPC, errno.EDQUOT)


def places(settings: Settings) -> dict[str, str]:
    """The directories that a build writes to: path -> name for the user."""
    return {settings.repository: "the output directory", settings.debian_dirs: "debian_dirs",
            settings.build_root: "the engine (%s in the container)" % settings.build_root}


def explain(error: OSError, directories: Mapping[str, str]) -> str:
    """Why something could not be written, without a full stop."""
    where = files.shown(str(error.filename)) + ": " if error.filename else ""
    return full(directories, error) or "%s%s" % (where, error.strerror or error)


def full(directories: Mapping[str, str], error: OSError | None = None) -> str | None:
    """A sentence about the disk that is full; None if none is.

    error: what failed. If it says that a disk is full, that is the one with the least space, or a quota.
    """
    for directory in directories:
        inodes = _free_inodes(directory)
        if inodes is not None and inodes < _INODES_NEEDED:
            return "no inodes left on the disk of %s: %d are free" % (directories[directory], inodes)
    free: dict[str, int] = {}
    for directory in directories:
        with contextlib.suppress(OSError):
            usage = shutil.disk_usage(directory)
            # Some network file systems report zeros.
            if usage.total:
                free[directory] = usage.free
    least = min(free, key=lambda directory: free[directory], default=None)
    if least is None:
        return None
    if free[least] >= _SPACE_NEEDED and (error is None or error.errno not in _FULL):
        return None
    # What has failed is removed by now, and there may be a quota.
    amount = "no" if free[least] < _SPACE_NEEDED else "not enough"
    return "%s space left on the disk of %s: %d KiB are free" % (amount, directories[least], free[least] // 1024)


def _free_inodes(directory: str) -> int | None:
    """How many files can still be made there. None if the file system has no such limit, as Btrfs."""
    with contextlib.suppress(OSError):
        status = os.statvfs(directory)
        return status.f_favail if status.f_files else None
    return None
