# SPDX-License-Identifier: Apache-2.0
"""Why a package failed, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """text: for the user. file, line: of the error, with the paths of the workspace; "" and 0 if the log does not tell."""

    text: str
    file: str = ""
    line: int = 0

    @property
    def place(self) -> dict[str, object]:
        """As it stands in an event."""
        return {"file": self.file, "line": self.line} if self.file and self.line else {}
