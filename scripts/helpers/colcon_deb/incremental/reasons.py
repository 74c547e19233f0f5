# SPDX-License-Identifier: Apache-2.0
"""Why a package is built, in a few words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .records import Record

_NAMED = 2  # changed packages


@dataclass(frozen=True)
class Present:
    """A package as it is now. The fields are those of Record; None if the fingerprint is unknown."""

    environment: str | None
    sources: str | None
    inputs: str | None
    against: Mapping[str, str]


def why(record: Record | None, intact: bool, present: Present, force: bool) -> str:
    """record: of the last build. intact: whether its files are unchanged. What a package is made of comes before what it
    is built against: the first may be the cause of the second."""
    if record is None:
        return "new"
    if not intact:
        return "its packages are gone from debs"
    return _of_its_own(record, present) or _of_others(record.against, present.against) \
        or ("forced" if force else "its last package cannot be used")


def _of_its_own(record: Record, present: Present) -> str:
    if not record.sources or not present.sources:
        return "its source cannot be compared"
    if not record.inputs:
        return "its source changed during the last build"
    if record.sources != present.sources:
        return _in_sources(record, present)
    return "system packages changed" if present.inputs and record.inputs != present.inputs else ""


def _in_sources(record: Record, present: Present) -> str:
    """The fingerprint of the sources has that of the environment in it."""
    if not record.environment or not present.environment:
        return "source or settings changed"
    return "source changed" if record.environment == present.environment else "settings or image changed"


def _of_others(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return "%s changed" % _listed(changed) if changed else ""


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    if more > 0:
        return "%s and %d more" % (", ".join(names[:_NAMED]), more)
    return " and ".join(names)
