# SPDX-License-Identifier: Apache-2.0
"""What the output keeps of single packages beside their .deb files, and removes when a package leaves the workspace."""

from __future__ import annotations

import contextlib
import os
import re

from ..base import files
from ..incremental.records import Records
from ..workspace.package import Plan

# A package's name has no dot, so logs of stages are none of a package.
_LOG = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_+-]*)\.(?:log|warnings)\Z")


def clear(output: str, plan: Plan, records: Records) -> None:
    """Remove the logs of packages that the workspace no longer has; nothing when only some of it is built.

    The output may have packages of another target, which the workspace had when they were built.
    """
    if not all(package.selected for package in plan.packages):
        return
    known = {package.name for package in plan.packages} | records.names_of_others()
    logs = os.path.join(output, "logs")
    for file in files.list_files(logs):
        match = _LOG.match(file)
        if match and match["name"] not in known:
            with contextlib.suppress(OSError):
                files.clear(os.path.join(logs, file))
