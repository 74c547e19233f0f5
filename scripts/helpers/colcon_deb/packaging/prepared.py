# SPDX-License-Identifier: Apache-2.0
"""What the preparer tells the orchestrator about a package (prepared.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Prepared:
    """A package with neither error nor method does not have to be built."""

    error: str | None = None  # why it has no debian/ directory
    method: str | None = None  # how to build it: see building/builder.py
    binaries: list[str] = field(default_factory=list)  # names of the Debian packages that come out
    epoch: int = 0  # date of the source
    version: str = ""  # of debian/changelog
    loose: list[str] = field(default_factory=list)  # dependencies that need no exact version
    dh_options: list[str] | None = None  # see bloom_corrections.dh_options()
    sources: str | None = None  # fingerprint of what is written for it; None if that is unknown
    patches: list[str] = field(default_factory=list)  # where override.yaml names each patch
    inputs: str | None = None  # fingerprint of what it is made of; None if that is unknown
    estimate: float = 1  # seconds that its first build may take
    environment: str | None = None  # fingerprint of what all packages have in common
    portable: str | None = None  # fingerprint of what it is made of, equal for all targets; None if that is unknown
    for_all: bool = False  # all its Debian packages are for all architectures

    @property
    def may_be_built(self) -> bool:
        return self.error is not None or self.method is not None

    def to_json(self) -> dict[str, object]:
        return {name: value for name, value in vars(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Prepared:
        return cls(**data)
