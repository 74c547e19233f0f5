# SPDX-License-Identifier: Apache-2.0
"""What earlier runs built, in `.colcon-deb/state.json` of the output: by target (suite and architecture) and package.

The file is replaced after every package, so a run that ends early loses nothing that was finished. If it is
lost or damaged, the packages are built again. Its entry for a file in debs/ is valid while that file is unchanged.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..base import debname, files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FORMAT = 2
DIRECTORY = ".colcon-deb"
_FILE = "state.json"
_ARTIFACT_FIELDS = (("path", str), ("size", int), ("mtime_ns", int), ("sha256", str), ("kind", str))
_RECORD_FIELDS = (("sources", str), ("inputs", str), ("key", str), ("version", str), ("against", dict), ("seconds", (int, float)),
                  ("artifacts", list))
_ADDED_FIELDS = ("environment", "portable", "taken")


@dataclass(frozen=True)
class Artifact:
    """A finished package file in debs/."""

    path: str  # relative to the output
    size: int
    sha256: str
    kind: str  # deb or dbgsym
    mtime_ns: int

    @property
    def file(self) -> str:
        return os.path.basename(self.path)

    @classmethod
    def from_json(cls, data: object) -> Artifact | None:
        """None for anything but an artifact in debs/."""
        if not isinstance(data, dict) or not _has_fields(data, _ARTIFACT_FIELDS):
            return None
        artifact = cls(**{name: data[name] for name, _type in _ARTIFACT_FIELDS})
        return artifact if artifact.path == "debs/" + artifact.file and debname.package_of(artifact.file) else None


@dataclass(frozen=True)
class Record:
    """A package as it was built."""

    sources: str  # fingerprint of what is written for it
    inputs: str  # fingerprint of what it is made of
    key: str  # fingerprint of that and of what it was built against
    version: str  # of its Debian packages
    against: Mapping[str, str]  # workspace package that it was built against -> digest of its files
    seconds: float  # that it took
    artifacts: list[Artifact]
    # These are "" in records of older versions.
    environment: str = ""  # fingerprint of what all packages have in common
    portable: str = ""  # see portable.of_build(); "" also if it is unknown
    taken: str = ""  # who has built it, if that was another target: see Shared.described

    @property
    def debs(self) -> list[str]:
        """File names of the .deb packages."""
        return [artifact.file for artifact in self.artifacts]

    @property
    def versions(self) -> dict[str, str]:
        """Debian package -> version, of what dependents need."""
        return {debname.package_in(artifact.file): self.version for artifact in self.artifacts if artifact.kind == "deb"}

    @property
    def output(self) -> list[str]:
        """Digests of the files that are installed to build a dependent."""
        return [artifact.sha256 for artifact in self.artifacts if artifact.kind == "deb"]

    def to_json(self) -> dict[str, object]:
        return {**vars(self), "against": dict(self.against), "artifacts": [vars(artifact) for artifact in self.artifacts]}

    @classmethod
    def from_json(cls, data: object) -> Record | None:
        """None for anything but a record."""
        if not isinstance(data, dict) or not _has_fields(data, _RECORD_FIELDS):
            return None
        artifacts = [artifact for artifact in map(Artifact.from_json, data["artifacts"]) if artifact]
        if not artifacts or len(artifacts) < len(data["artifacts"]):
            return None
        fields: dict[str, Any] = {name: data[name] for name, _type in _RECORD_FIELDS}
        fields["artifacts"] = artifacts
        for name in _ADDED_FIELDS:
            text = data.get(name)
            fields[name] = text if isinstance(text, str) else ""
        return cls(**fields)


class Records:
    """The records of one target. Those of other targets are kept as they are."""

    def __init__(self, output: str, target: str) -> None:
        self._output, self._target = output, target
        self._path = os.path.join(output, DIRECTORY, _FILE)
        self._targets = self._read()
        entries = self._targets.get(target)
        found = ((name, Record.from_json(data)) for name, data in (entries if isinstance(entries, dict) else {}).items())
        self.packages: dict[str, Record] = {name: record for name, record in found if record}

    def intact(self, name: str) -> Record | None:
        """The record of a package whose files are unchanged since; None otherwise."""
        record = self.packages.get(name)
        return record if record and all(map(self._is_intact, record.artifacts)) else None

    def with_portable(self, portable: str) -> Record | None:
        """A record with that portable fingerprint, of any target, whose files are unchanged since."""
        for entries in self._targets.values():
            for data in entries.values() if isinstance(entries, dict) else ():
                # Most of them have another one.
                if not isinstance(data, dict) or data.get("portable") != portable:
                    continue
                record = Record.from_json(data)
                if record and all(map(self._is_intact, record.artifacts)):
                    return record
        return None

    def binaries(self, name: str) -> list[str]:
        """Names of the Debian packages that an earlier run made of the package."""
        record = self.packages.get(name)
        return [debname.package_in(deb) for deb in record.debs] if record else []

    def names_of_others(self) -> set[str]:
        """The packages of all other targets."""
        return {name for target, entries in self._targets.items() if target != self._target and isinstance(entries, dict)
                for name in entries}

    def put(self, name: str, record: Record) -> None:
        self.packages[name] = record
        self._write()

    def drop(self, names: Iterable[str]) -> None:
        """Forget packages: they have no files in debs/ any more."""
        if [self.packages.pop(name) for name in names if name in self.packages]:
            self._write()

    def _is_intact(self, artifact: Artifact) -> bool:
        try:
            status = os.stat(os.path.join(self._output, artifact.path), follow_symlinks=False)
        except OSError:
            return False
        return stat.S_ISREG(status.st_mode) \
            and (status.st_size, status.st_mtime_ns) == (artifact.size, artifact.mtime_ns)

    def _read(self) -> dict[str, Any]:
        try:
            data = files.read_json(self._path)
        except (OSError, ValueError):
            return {}
        targets = data.get("targets") if isinstance(data, dict) and data.get("format") == FORMAT else None
        return targets if isinstance(targets, dict) else {}

    def _write(self) -> None:
        self._targets[self._target] = {name: record.to_json() for name, record in self.packages.items()}
        files.make_directory(os.path.dirname(self._path))
        files.write_json(self._path, {"format": FORMAT, "targets": self._targets})


def _has_fields(data: Mapping[str, object], fields: Iterable[tuple[str, Any]]) -> bool:
    return all(isinstance(data.get(name), kind) for name, kind in fields)
