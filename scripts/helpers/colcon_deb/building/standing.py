# SPDX-License-Identifier: Apache-2.0
"""Which packages stand at the end of a run, and which of them a robot may get.

A package is stale if it was built against other packages than the present ones: a run of a part of the workspace leaves
the dependents of what it rebuilt. Stale packages name the versions that they were built against, so apt still installs
them with those. New versions of what they need are held back: apt would not install both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from ..base.selection import closure
from ..incremental import fingerprint
from ..incremental.records import Record

BUILT, UNCHANGED, NOT_SELECTED, STALE, HELD = "built", "unchanged", "not selected", "stale", "held"
# States of packages that a robot may get.
PUBLISHED = (BUILT, UNCHANGED, NOT_SELECTED, STALE)


class Standing:
    def __init__(self, dependencies: Mapping[str, Collection[str]], allow_stale: bool,
                 is_offered: Callable[[str], bool]) -> None:
        """dependencies: name -> the workspace packages that it needs. allow_stale: hold nothing back. is_offered: whether
        the repository has a file of debs/ already."""
        self._dependencies, self._allow_stale, self._is_offered = dependencies, allow_stale, is_offered
        self._records: dict[str, Record] = {}  # dependencies come before their dependents
        self._states: dict[str, str] = {}

    def put(self, name: str, record: Record, state: str) -> None:
        """The package stands: state is BUILT, UNCHANGED or NOT_SELECTED."""
        self._records[name] = record
        self._states[name] = STALE if state == NOT_SELECTED and not self._fits(record) else state

    def record(self, name: str) -> Record:
        """Of a package that stands."""
        return self._records[name]

    def needs(self, name: str) -> set[str]:
        """Every workspace package that has to be installed to build this package."""
        return closure(self._dependencies[name], self._dependencies)

    def needed(self, name: str) -> dict[str, Record]:
        """What the package needs, as far as it stands."""
        return {need: self._records[need] for need in self.needs(name) if need in self._records}

    def outputs(self, name: str) -> dict[str, list[str]]:
        """Of what the package needs, as far as it stands: package -> digests of its files."""
        return {need: record.output for need, record in self.needed(name).items()}

    def against(self, name: str) -> dict[str, str]:
        """See Record.against, for a build of the package now."""
        return {need: fingerprint.digest(output) for need, output in sorted(self.outputs(name).items())}

    def versions(self, name: str) -> dict[str, str]:
        """Debian package -> version, of all that the package needs."""
        return {deb: version for need in sorted(self.needs(name)) if need in self._records
                for deb, version in self._records[need].versions.items()}

    def is_stale(self, name: str) -> bool:
        return self._states.get(name) == STALE

    def lacking(self, name: str) -> list[str]:
        """What the package needs, and that has no package."""
        return sorted(need for need in self.needs(name) if need not in self._records)

    def states(self) -> dict[str, str]:
        """name -> state, of all packages that stand."""
        return {**self._states, **dict.fromkeys(self._held(), HELD)}

    def stale(self) -> list[str]:
        return sorted(name for name, state in self._states.items() if state == STALE)

    def _held(self) -> set[str]:
        """New packages that stale ones need in another version, and new packages that were built against those."""
        held: set[str] = set()
        for name in [] if self._allow_stale else self.stale():
            held.update(need for need, digest in self._records[name].against.items()
                        if need in self._records and self._digest(need) != digest and self._is_new(need))
        for name, record in self._records.items():
            if not self.is_stale(name) and held.intersection(record.against) and self._is_new(name):
                held.add(name)
        return held

    def _is_new(self, name: str) -> bool:
        return not all(map(self._is_offered, self._records[name].debs))

    def _fits(self, record: Record) -> bool:
        return all(need in self._records and self._digest(need) == digest for need, digest in record.against.items())

    def _digest(self, name: str) -> str:
        return fingerprint.digest(self._records[name].output)
