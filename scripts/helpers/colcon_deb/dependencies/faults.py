# SPDX-License-Identifier: Apache-2.0
"""Packages that cannot be built because of what they need: known before anything is built (faults.json).

Each fails with its reason when its turn comes, so that all other packages are built.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..base import files

_FILE = "faults.json"


def read(state: str) -> dict[str, str]:
    """package -> why it cannot be built."""
    faults: dict[str, str] = files.read_json(os.path.join(state, _FILE))
    return faults


def write(state: str, faults: Mapping[str, str]) -> None:
    files.write_json(os.path.join(state, _FILE), dict(faults))
