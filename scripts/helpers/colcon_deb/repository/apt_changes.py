# SPDX-License-Identifier: Apache-2.0
"""Changes of the repository that no build makes: packages are added, removed, and copied to another suite.

Each is made as a whole new repository, .apt.new, like that of a build (apt_repository.py). After an error nothing has
changed. All is done with the lock held.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..base import debname, files
from . import added_packages, apt_dists, apt_pool, apt_repository, deb_file
from .apt_dists import Entry, Target


class ChangeError(Exception):
    """The change cannot be made. The text is for the user."""


@dataclass(frozen=True)
class Change:
    """One thing that differs in the new repository."""

    action: str  # added or removed
    suite: str
    package: str
    version: str
    architecture: str


@dataclass
class _Draft:
    """The lists of the new repository while they change."""

    output: str
    previous: str
    lists: dict[Target, dict[str, Entry]]  # by path
    added: added_packages.Added
    sources: dict[str, str] = field(default_factory=dict)  # path -> a file that the previous repository does not have
    before: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def making(self) -> str:
        return os.path.join(self.output, ".apt.making")

    def suites(self) -> list[str]:
        return sorted({target.suite for target in self.lists})

    def of_suite(self, suite: str) -> dict[Target, dict[str, Entry]]:
        """The lists of a suite that must be there."""
        found = {target: listed for target, listed in self.lists.items() if target.suite == suite}
        if not found:
            raise ChangeError("the repository has no suite %s; it has %s" % (suite, ", ".join(self.suites()) or "none"))
        return found

    def content(self) -> dict[tuple[str, str], str]:
        """(suite, path) -> version."""
        return {(target.suite, path): entry.version for target, listed in self.lists.items() for path, entry in listed.items()}


def add(output: str, debs: Sequence[str], suite: str, native: str) -> list[Change]:
    """Put package files into a suite. native: the architecture that a new suite has."""
    _check_suite(suite)
    draft = _begin(output)
    architectures = [target.architecture for target in draft.lists if target.suite == suite] or [native]
    for deb in debs:
        _take_file(draft, deb, suite, architectures)
    entries = _scan(draft)
    for path, entry in entries.items():
        architecture = debname.architecture_of(os.path.basename(path))
        for target in (Target(suite, name) for name in architectures if architecture in (name, "all")):
            draft.lists.setdefault(target, {})[path] = entry
        draft.added.setdefault(suite, set()).add(_package_at(path))
    return _finish(draft)


def remove(output: str, names: Iterable[str], suite: str) -> list[Change]:
    """Take packages out of a suite, each NAME or NAME=VERSION, with their debug symbols."""
    draft = _begin(output)
    lists = draft.of_suite(suite)
    for name in names:
        package, _equals, version = name.partition("=")
        found = {path for listed in lists.values() for path, entry in listed.items()
                 if _package_at(path) == package and version in ("", entry.version)}
        if not found:
            raise ChangeError("suite %s has no package %s; 'colcon-deb repo ls' lists what is there" % (suite, name))
        versions = {entry.version for listed in lists.values() for path, entry in listed.items() if path in found}
        for listed in lists.values():
            for path in [path for path, entry in listed.items() if entry.version in versions
                         and _package_at(path) in (package, package + "-dbgsym")]:
                del listed[path]
    left = {_package_at(path) for listed in lists.values() for path in listed}
    draft.added[suite] = draft.added.get(suite, set()) & left
    return _finish(draft)


def promote(output: str, source: str, suite: str) -> list[Change]:
    """Give a suite the packages that another one has, beside those that were added to it by hand."""
    _check_suite(suite)
    if suite == source:
        raise ChangeError("%s is the suite that the packages come from; name another" % suite)
    draft = _begin(output)
    for target, listed in draft.of_suite(source).items():
        other = Target(suite, target.architecture)
        kept = {path: entry for path, entry in draft.lists.get(other, {}).items()
                if _package_at(path) in draft.added.get(suite, ())}
        draft.lists[other] = {**kept, **listed}
    return _finish(draft)


def _check_suite(name: str) -> None:
    if not apt_dists.is_suite(name):
        raise ChangeError("%s is no name of a suite; it has small letters, digits, dots and dashes" % name)


def _begin(output: str) -> _Draft:
    apt_repository.recover(output)
    previous = apt_repository.latest(output)
    lists = {target: {entry.path: entry for entry in entries}
             for target, entries in apt_dists.read_entries(previous).items()}
    draft = _Draft(output, previous, lists, added_packages.read(previous))
    draft.before = draft.content()
    files.make_empty_directory(draft.making)
    files.make_directory(os.path.join(draft.making, "pool"))
    return draft


def _take_file(draft: _Draft, deb: str, suite: str, architectures: Sequence[str]) -> None:
    """Check a package file and put it into the pool."""
    shown = os.path.basename(deb)
    if not deb_file.is_whole(deb) or not deb_file.is_readable(deb):
        raise ChangeError("%s is not a complete Debian package; copy or build it again" % shown)
    package, version, architecture = (_field(deb, name) for name in ("Package", "Version", "Architecture"))
    name = "%s_%s_%s.deb" % (package, version.rpartition(":")[2], architecture)
    path = apt_pool.path_of(name)
    if path is None:
        raise ChangeError("%s has no valid name, version and architecture (%s)" % (shown, name))
    if architecture not in (*architectures, "all"):
        raise ChangeError("%s is for %s, and suite %s has packages for %s; build the package for that architecture"
                          % (shown, architecture, suite, ", ".join(sorted(architectures))))
    listed = any(path in entries for entries in draft.lists.values())
    if listed and apt_pool.differs(deb, draft.previous, path) or apt_pool.differs(deb, draft.making, path):
        raise ChangeError("the repository has another file of %s %s (%s) than %s; give the package a higher version, or "
                          "remove the other first ('colcon-deb repo rm %s=%s')"
                          % (package, version, architecture, shown, package, version))
    apt_pool.add(deb, draft.making, path)
    draft.sources[path] = deb


def _field(deb: str, name: str) -> str:
    return subprocess.run(["dpkg-deb", "-f", deb, name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, errors="replace", check=False).stdout.strip()


def _scan(draft: _Draft) -> dict[str, Entry]:
    """The entries of the files that were taken, and no others: the pool has only these as yet."""
    entries = apt_dists.scan(draft.making)
    for path, deb in draft.sources.items():
        if path not in entries:
            raise ChangeError("%s is not a package that apt-ftparchive can read; build it again" % os.path.basename(deb))
    return entries


def _finish(draft: _Draft) -> list[Change]:
    """Write .apt.new. Returns what differs."""
    entries = {path: entry for listed in draft.lists.values() for path, entry in listed.items()}
    for path in entries:
        if not files.is_file(os.path.join(draft.making, path)):
            apt_pool.add(os.path.join(draft.previous, path), draft.making, path)
    apt_dists.write(draft.making, draft.previous, {target: list(listed) for target, listed in draft.lists.items()}, entries)
    apt_repository.keep_others_files(draft.previous, draft.making)
    added_packages.write(draft.making, draft.added)
    files.move(draft.making, os.path.join(draft.output, ".apt.new"))
    after = draft.content()
    return [*_changes("added", after, draft.before), *_changes("removed", draft.before, after)]


def _changes(action: str, these: Mapping[tuple[str, str], str], others: Mapping[tuple[str, str], str]) -> list[Change]:
    """Of what is in these and not in the others."""
    return [Change(action, suite, _package_at(path), version, debname.architecture_of(os.path.basename(path)) or "")
            for (suite, path), version in sorted(these.items()) if (suite, path) not in others]


def _package_at(path: str) -> str:
    return os.path.basename(os.path.dirname(path))
