# SPDX-License-Identifier: Apache-2.0
"""What the output keeps of single packages beside their .deb files, and removes when a package leaves the workspace."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Collection, Iterable

from ..base import files
from ..incremental.records import Records
from ..workspace.package import Plan
from . import test_results

_NAME = r"(?P<name>[A-Za-z0-9][A-Za-z0-9_+-]*)"
# A package's name has no dot, so logs of stages are none of a package.
_LOG = re.compile(_NAME + r"\.(?:log|warnings)\Z")
_RESULTS = re.compile(_NAME + r"\Z")


def clear(output: str, plan: Plan, records: Records) -> None:
    """Remove logs and test results of packages that the workspace no longer has; nothing if only some of it is built.

    The output may have packages of another target, which the workspace had when they were built.
    """
    if not all(package.selected for package in plan.packages):
        return
    known = {package.name for package in plan.packages} | records.names_of_others()
    logs, results = os.path.join(output, "logs"), os.path.join(output, test_results.DIRECTORY)
    _clear(logs, files.list_files(logs), _LOG, known)
    _clear(results, files.list_directories(results), _RESULTS, known)


def _clear(directory: str, names: Iterable[str], pattern: re.Pattern[str], known: Collection[str]) -> None:
    for name in names:
        match = pattern.match(name)
        if match and match["name"] not in known:
            with contextlib.suppress(OSError):
                files.clear(os.path.join(directory, name))
