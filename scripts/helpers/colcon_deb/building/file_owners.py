# SPDX-License-Identifier: Apache-2.0
"""No two packages ship one path: dpkg would refuse to install the second one.

The paths of each current package are kept in .colcon-deb/paths, so that a package that is not built again need not be
unpacked.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..base import debname, files
from ..incremental.records import DIRECTORY, Artifact, Record
from ..packaging import control, installed_files


class SharedFile(Exception):
    """Two packages have one path; the text is for the user."""


@dataclass(frozen=True)
class _Claim:
    """Who has a path."""

    package: str | None  # in the workspace; None for one that is installed
    binary: str  # the Debian package
    debs: tuple[str, ...] = ()  # all files of the package in debs/
    excluded: frozenset[str] | None = None  # what it conflicts with or replaces; None: to be read from debs


@dataclass(frozen=True)
class _Shared:
    path: str
    claim: _Claim
    other: _Claim


class FileOwners:
    """Shared by the threads that build packages."""

    def __init__(self, output: str, target: str) -> None:
        self._output = output
        self._kept = os.path.join(output, DIRECTORY, "paths", target)
        self._lock = threading.Lock()
        self._claims: dict[str, list[_Claim]] = {}  # path -> who has it: several only if they exclude each other
        self._packages: dict[str, Mapping[str, _Claim]] = {}  # package -> its paths

    def settle_unchanged(self, records: Mapping[str, Record | None]) -> None:
        """Before anything is built: the packages that will stay as they are."""
        for package, record in records.items():
            if record:
                self.settle(package, record.artifacts)

    def settle(self, package: str, artifacts: Iterable[Artifact]) -> bool:
        """A package of an earlier run turns out to stay as it is. Returns whether its paths are free.

        If they are not, it has to be built, to fail with the reason.
        """
        paths = {os.path.join(self._output, artifact.path): self._kept_paths(artifact) for artifact in artifacts}
        with self._lock:
            return not self._claim(package, _claims(package, paths, None))

    def check(self, package: str, debs: Iterable[str]) -> None:
        """A package was built: its .deb files. Raises SharedFile."""
        paths = {deb: _paths_in(deb) for deb in debs}
        # The files move before another package is compared with this one.
        claims = _claims(package, paths, _excluded_by(paths))
        with self._lock:
            shared = self._claim(package, claims)
        shared = shared or _shared_with_installed(claims)
        if shared:
            self.release(package)
            raise SharedFile(_described(shared))

    def release(self, package: str) -> None:
        """The package is not made after all."""
        with self._lock:
            self._release(package)

    def keep(self, package: str, artifacts: Iterable[Artifact]) -> None:
        """Keep the paths of a package that was checked, for later runs."""
        with self._lock:
            claims = self._packages.get(package, {})
        for artifact in artifacts:
            binary = debname.package_in(artifact.file)
            self._write(artifact, [path for path, claim in claims.items() if claim.binary == binary])

    def _claim(self, package: str, claims: Mapping[str, _Claim]) -> list[_Shared]:
        """Give the paths to the package, or return which of them others have."""
        self._release(package)
        shared = _unforeseen([_Shared(path, claims[path], other) for path in sorted(claims.keys() & self._claims.keys())
                              for other in self._claims[path]])
        if not shared:
            self._packages[package] = claims
            for path, claim in claims.items():
                self._claims.setdefault(path, []).append(claim)
        return shared

    def _release(self, package: str) -> None:
        for path, claim in self._packages.pop(package, {}).items():
            self._claims[path].remove(claim)
            if not self._claims[path]:
                del self._claims[path]

    def _kept_paths(self, artifact: Artifact) -> list[str]:
        with contextlib.suppress(OSError, ValueError):
            digest, *paths = os.fsdecode(files.read_bytes(self._kept_file(artifact))).split("\n")
            if digest == artifact.sha256:
                return paths
        paths = _paths_in(os.path.join(self._output, artifact.path))
        self._write(artifact, paths)
        return paths

    def _write(self, artifact: Artifact, paths: Sequence[str]) -> None:
        os.makedirs(self._kept, exist_ok=True)
        path = self._kept_file(artifact)
        with open(path + ".tmp", "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write("\n".join([artifact.sha256, *paths]))
        os.replace(path + ".tmp", path)

    def _kept_file(self, artifact: Artifact) -> str:
        return os.path.join(self._kept, debname.package_in(artifact.file))


def _paths_in(deb: str) -> list[str]:
    """The files and links in a package, from the root."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as unpacking:
        text = subprocess.run(["tar", "--quoting-style=escape", "-t"], stdin=unpacking.stdout, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout
    return [name.lstrip(".") for name in os.fsdecode(text).split("\n") if name and not name.endswith("/")]


def _claims(package: str, paths: Mapping[str, list[str]], excluded: frozenset[str] | None) -> dict[str, _Claim]:
    """paths: .deb -> the paths in it."""
    return {path: _Claim(package, debname.package_in(os.path.basename(deb)), tuple(paths), excluded)
            for deb, listed in paths.items() for path in listed}


def _shared_with_installed(claims: Mapping[str, _Claim]) -> list[_Shared]:
    """The paths that a package of the image has."""
    there = [path for path in claims if os.path.lexists(path) and (os.path.islink(path) or not os.path.isdir(path))]
    ours = {claim.binary for claim in claims.values()}
    return _unforeseen([_Shared(path, claims[path], _Claim(None, owner))
                        for path, owner in sorted(installed_files.owners(there).items()) if owner not in ours])


def _unforeseen(shared: Sequence[_Shared]) -> list[_Shared]:
    """Without packages that conflict with each other, or of which one replaces files of the other."""
    foreseen = {pair: _name_each_other(*pair) for pair in {(one.claim, one.other) for one in shared}}
    return [one for one in shared if not foreseen[one.claim, one.other]]


def _name_each_other(claim: _Claim, other: _Claim) -> bool:
    # A -dbgsym package is installed only beside its package.
    names = [debname.without_dbgsym(one.binary) for one in (claim, other)]
    return names[1] in _excluded(claim) or names[0] in _excluded(other)


def _excluded(claim: _Claim) -> frozenset[str]:
    if claim.excluded is not None:
        return claim.excluded
    if claim.package is not None:
        return _excluded_by(claim.debs)
    return _names(["dpkg-query", "-W", "-f", "${Conflicts},${Replaces}\n", claim.binary])


def _excluded_by(debs: Iterable[str]) -> frozenset[str]:
    """Names of the packages that these conflict with or replace."""
    return frozenset().union(*(_names(["dpkg-deb", "-f", deb, field]) for deb in debs for field in ("Conflicts", "Replaces")))


def _names(command: Sequence[str]) -> frozenset[str]:
    text = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="replace", check=False).stdout
    return frozenset(name for relation in control.split_relations(text) for name in control.alternative_names(relation))


def _described(shared: Sequence[_Shared]) -> str:
    path, claim, other = shared[0].path, shared[0].claim, shared[0].other
    more = " (and %d more that they share)" % (len(shared) - 1) if len(shared) > 1 else ""
    return ("%s installs %s%s, and so does %s, %s: apt cannot install both. Install the file to a directory named after its "
            "package. If the two are alternatives, write conflicts: [%s] to debian_dirs/%s/override.yaml"
            % (claim.binary, path, more, other.binary,
               "made from the package " + other.package if other.package else "which is installed in the image",
               debname.without_dbgsym(other.binary), claim.package))
