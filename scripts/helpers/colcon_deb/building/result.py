# SPDX-License-Identifier: Apache-2.0
"""What the orchestrator leaves for the steps after it (result.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FORMER = "former"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass
class Counts:
    """How many packages ended how."""

    built: int = 0
    cached: int = 0
    failed: int = 0
    interrupted: int = 0  # stopped while they were being built
    skipped: int = 0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Counts:
        """Of a file that the build user may have written. Raises ValueError, TypeError or AttributeError."""
        return cls(*(int(data.get(name, 0)) for name in ("built", "cached", "failed", "interrupted", "skipped")))


@dataclass(frozen=True)
class Result:
    """files: name in debs/ -> state: one of standing.py, or FORMER for a package that this run could not build again.
    binaries: names of the Debian packages that belong to the workspace. reasons: package -> why this run made none.
    """

    counts: Counts
    files: dict[str, str]
    binaries: list[str]
    reasons: dict[str, str]

    def to_json(self) -> dict[str, object]:
        return {**vars(self), "counts": vars(self.counts)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Result:
        return cls(Counts.from_json(data["counts"]), data["files"], data["binaries"], data["reasons"])
