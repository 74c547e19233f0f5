# SPDX-License-Identifier: Apache-2.0
"""No two packages ship one path: dpkg would refuse to install the second one.

A robot may still have the former version of a package. A path that another package had then is refused too, unless the
new package says that it replaces files of that version: apt may unpack the new package first.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..base import debname
from ..incremental.records import Artifact, Record
from ..packaging import control, installed_files
from .kept_paths import Had, KeptPaths, Listed

_BOUND = re.compile(r"\((<<|<=|=|>=|>>)\s*([^\s()]+)\)")


class SharedFile(Exception):
    """Two packages have one path, or had; the text is for the user."""


@dataclass(frozen=True)
class _Claim:
    """Who has a path."""

    package: str | None  # in the workspace; None for one that is installed
    binary: str  # the Debian package
    version: str = ""
    debs: tuple[str, ...] = ()  # all files of the package in debs/
    excluded: frozenset[str] | None = None  # Conflicts and Replaces; None: to be read from debs


@dataclass(frozen=True)
class _Shared:
    path: str
    claim: _Claim
    other: _Claim


@dataclass(frozen=True)
class _Moved:
    path: str
    claim: _Claim
    had: Had


class FileOwners:
    """Shared by the threads that build packages."""

    def __init__(self, output: str, target: str) -> None:
        self._output = output
        self._kept = KeptPaths(output, target)
        self._had = self._kept.had()
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
        paths = {os.path.join(self._output, artifact.path): self._listed(artifact) for artifact in artifacts}
        with self._lock:
            return not self._claim(package, _claims(package, paths, None))

    def check(self, package: str, debs: Iterable[str]) -> None:
        """A package was built: its .deb files. Raises SharedFile."""
        paths = {deb: _listed_in(deb) for deb in debs}
        # The files move before another package is compared with this one.
        claims = _claims(package, paths, _excluded_by(paths))
        with self._lock:
            shared = self._claim(package, claims)
            moved = [] if shared else self._moved(claims)
        shared = shared or _shared_with_installed(claims)
        if shared or moved:
            self.release(package)
            raise SharedFile(_described(shared) if shared else _described_moved(moved))

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
            version = _version_of(os.path.join(self._output, artifact.path))
            paths = [path for path, claim in claims.items() if claim.binary == binary]
            self._kept.write(binary, artifact.sha256, Listed(version, paths))

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

    def _moved(self, claims: Mapping[str, _Claim]) -> list[_Moved]:
        """Paths of a package that was given them, which another package had in a version that robots may have."""
        moved = []
        for path in sorted(claims.keys() & self._had.keys()):
            claim, had = claims[path], self._had[path]
            if not any(one.current and one.binary == claim.binary for one in had):
                now = {claim.binary, *(other.binary for other in self._claims[path])}
                moved += [_Moved(path, claim, one) for one in had if one.binary not in now]
        if not moved:
            return []
        # If the present package has that version too, without the path, a relation would hit it.
        present = {(claim.binary, claim.version) for paths in self._packages.values() for claim in paths.values()}
        foreseen = {pair: _names(_excluded(pair[0]), pair[1].binary, pair[1].version)
                    for pair in {(one.claim, one.had) for one in moved}}
        return [one for one in moved
                if (one.had.binary, one.had.version) not in present and not foreseen[one.claim, one.had]]

    def _listed(self, artifact: Artifact) -> Listed:
        binary = debname.package_in(artifact.file)
        listed = self._kept.read(binary, artifact.sha256)
        if not listed:
            listed = _listed_in(os.path.join(self._output, artifact.path))
            self._kept.write(binary, artifact.sha256, listed)
        return listed


def _listed_in(deb: str) -> Listed:
    return Listed(_version_of(deb), _paths_in(deb))


def _version_of(deb: str) -> str:
    return _output(["dpkg-deb", "-f", deb, "Version"]).strip()


def _paths_in(deb: str) -> list[str]:
    """The files and links in a package, from the root."""
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as unpacking:
        text = subprocess.run(["tar", "--quoting-style=escape", "-t"], stdin=unpacking.stdout, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False).stdout
    return [name.lstrip(".") for name in os.fsdecode(text).split("\n") if name and not name.endswith("/")]


def _claims(package: str, listed: Mapping[str, Listed], excluded: frozenset[str] | None) -> dict[str, _Claim]:
    """listed: .deb -> what it has."""
    claims = {}
    for deb, content in listed.items():
        claim = _Claim(package, debname.package_in(os.path.basename(deb)), content.version, tuple(listed), excluded)
        claims.update(dict.fromkeys(content.paths, claim))
    return claims


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
    return (_names(_excluded(claim), other.binary, other.version)
            or _names(_excluded(other), claim.binary, claim.version))


def _names(relations: Iterable[str], binary: str, version: str) -> bool:
    """Whether a relation is about that version of the package. An empty version is unknown: the name is enough then."""
    # A -dbgsym package is installed only beside its package.
    name = debname.without_dbgsym(binary)
    return any(name in control.alternative_names(relation) and (not version or _admits(relation, version))
               for relation in relations)


def _admits(relation: str, version: str) -> bool:
    bound = _BOUND.search(relation)
    return not bound or _compares(version, bound[1], bound[2])


def _compares(version: str, operator: str, other: str) -> bool:
    return not subprocess.run(["dpkg", "--compare-versions", version, operator, other], stdin=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode


def _excluded(claim: _Claim) -> frozenset[str]:
    if claim.excluded is not None:
        return claim.excluded
    if claim.package is not None:
        return _excluded_by(claim.debs)
    return _relations(["dpkg-query", "-W", "-f", "${Conflicts},${Replaces}\n", claim.binary])


def _excluded_by(debs: Iterable[str]) -> frozenset[str]:
    """The relations to packages that these conflict with or replace."""
    return frozenset().union(*(_relations(["dpkg-deb", "-f", deb, field]) for deb in debs
                               for field in ("Conflicts", "Replaces")))


def _relations(command: Sequence[str]) -> frozenset[str]:
    return frozenset(control.split_relations(_output(command)))


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="replace", check=False).stdout


def _described(shared: Sequence[_Shared]) -> str:
    path, claim, other = shared[0].path, shared[0].claim, shared[0].other
    more = " (and %d more that they share)" % (len(shared) - 1) if len(shared) > 1 else ""
    return ("%s installs %s%s, and so does %s, %s: apt cannot install both. Install the file to a directory named after its "
            "package. If the two are alternatives, write conflicts: [%s] to debian_dirs/%s/override.yaml"
            % (claim.binary, path, more, other.binary,
               "made from the package " + other.package if other.package else "which is installed in the image",
               debname.without_dbgsym(other.binary), claim.package))


def _described_moved(moved: Sequence[_Moved]) -> str:
    path, claim, had = moved[0].path, moved[0].claim, moved[0].had
    newest: dict[str, str] = {}
    for one in moved:
        name = debname.without_dbgsym(one.had.binary)
        if name not in newest or _compares(one.had.version, ">>", newest[name]):
            newest[name] = one.had.version
    more = " (and %d more paths like it)" % (len(moved) - 1) if len(moved) > 1 else ""
    relations = ", ".join('"%s (<= %s)"' % item for item in sorted(newest.items()))
    return ("%s installs %s%s, which %s had until version %s: apt on a robot that has it would stop. Write to "
            "debian_dirs/%s/override.yaml: replaces: [%s] and breaks: [%s]"
            % (claim.binary, path, more, had.binary, had.version, claim.package, relations, relations))
