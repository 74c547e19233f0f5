# SPDX-License-Identifier: Apache-2.0
"""The newest version that each package was ever given, in `.colcon-deb/versions.json` of the output, by target.

A version that was given out is never given to another content, also when its file is gone: robots may have it.
"""

from __future__ import annotations

import os
import threading

from ..base import files
from .records import DIRECTORY

FORMAT = 1
_FILE = "versions.json"


class GivenVersions:
    """Those of one target. Shared by the threads that build packages. Only the time in a version's stamp is kept."""

    def __init__(self, output: str, target: str) -> None:
        self._path = os.path.join(output, DIRECTORY, _FILE)
        self._lock = threading.Lock()
        self._targets = self._read()
        self._newest = self._targets.setdefault(target, {})

    def newest(self, package: str) -> int:
        """Seconds since 1970; 0 if the package was given no version yet."""
        with self._lock:
            return self._newest.get(package, 0)

    def give(self, package: str, moment: int) -> None:
        """Write it down before anybody gets the package."""
        with self._lock:
            if moment > self._newest.get(package, 0):
                self._newest[package] = moment
                files.make_directory(os.path.dirname(self._path))
                files.write_json(self._path, {"format": FORMAT, "targets": self._targets})

    def _read(self) -> dict[str, dict[str, int]]:
        try:
            data = files.read_json(self._path)
        except (OSError, ValueError):
            return {}
        targets = data.get("targets") if isinstance(data, dict) and data.get("format") == FORMAT else None
        return {target: {name: moment for name, moment in newest.items() if isinstance(moment, int)}
                for target, newest in (targets.items() if isinstance(targets, dict) else ()) if isinstance(newest, dict)}
