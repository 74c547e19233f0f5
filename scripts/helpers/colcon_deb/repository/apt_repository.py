# SPDX-License-Identifier: Apache-2.0
"""The APT repository of the output, apt/, made from debs/ and from what it offered before.

A build makes the part of its own target (a suite and an architecture) again and leaves the other parts as they are.

apt/ is changed by renaming whole directories: .apt.making grows into .apt.new, which is complete. .apt.new replaces
apt/ when the host has signed it, or at once without a host.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from ..base import debname, files
from . import added_packages, apt_dists, apt_pool, deb_file
from .apt_dists import Entry, Listed, Target

# Everything else in the repository belongs to others. An earlier version made one flat index.
_MADE = ("dists", "pool", "Packages", "Packages.gz", "Release", "InRelease", "Release.gpg")
PRUNED = "a newer version is there (--prune)"
_LOCK = ".apt.lock"


class RepositoryError(Exception):
    """The repository could not be made."""


def lock(output: str, waits: Callable[[], None]) -> AbstractContextManager[None]:
    """Builds of several targets share a repository: whoever changes it, here or on the host, holds this lock.

    waits: called once, if another holds it for some seconds.
    """
    return files.locked(os.path.join(output, _LOCK), waits)


def recover_at_once(output: str) -> None:
    """recover(), unless another build is changing the repository, and so has tidied up."""
    with files.locked_at_once(os.path.join(output, _LOCK)) as held:
        if held:
            recover(output)


def recover(output: str) -> None:
    """Tidy up after an interrupted run, before anything is written. A complete .apt.new keeps waiting for its host.
    With the lock held. Raises files.InTheWay or OSError."""
    current, making, new, old = (os.path.join(output, name) for name in ("apt", ".apt.making", ".apt.new", ".apt.old"))
    if is_complete(old) and not os.path.lexists(current):
        files.move(old, current)
    for leftover in (making, old, *([] if is_complete(new) else [new])):
        files.clear(leftover)
    if os.path.lexists(current):
        # The user's own link or file: nothing that a build may replace.
        files.make_directory(current)


def is_complete(repository: str) -> bool:
    """Whether it is one. A build can put anything at these names."""
    return files.is_directory(os.path.join(repository, "dists")) and files.is_directory(repository)


def latest(output: str) -> str:
    """The repository that the next one follows: .apt.new may still wait for its host."""
    new = os.path.join(output, ".apt.new")
    return new if is_complete(new) else os.path.join(output, "apt")


@dataclass(frozen=True)
class Leaving:
    """A package that the repository does not offer any more."""

    deb: str
    version: str
    reason: str


@dataclass(frozen=True)
class Staying:
    """The newest version of a package that has no current one."""

    deb: str
    version: str
    needs: dict[str, str]  # Debian package -> version, of what it needs, as far as that is not the current version


@dataclass(frozen=True)
class Made:
    count: int  # packages of this target, without older versions
    leaving: list[Leaving]
    staying: list[Staying]
    damaged: list[str]  # files of the former repository that this one cannot offer
    different: list[Different]


@dataclass(frozen=True)
class Different:
    """A package for all architectures that another target has built with another content."""

    file: str
    other: Target


def make(output: str, debs: str, current: Collection[str], workspace: Collection[str], target: Target,
         prune: bool = False) -> Made:
    """Write .apt.new, with the lock held. swap() puts .apt.new in place. After a failure, call discard_unfinished().

    output: has apt/. current: names of the files in debs to offer. workspace: names of the Debian packages that belong to the workspace.
    Of these, older versions than the current one stay, unless prune is set, and all versions of a package that has no
    current one: robots may need them together. Packages that the user has added stay as well. Others of this target leave.
    """
    making, new = (os.path.join(output, name) for name in (".apt.making", ".apt.new"))
    previous = latest(output)
    files.make_empty_directory(making)
    files.make_directory(os.path.join(making, "pool"))
    listed, digests = apt_dists.read(previous)
    before = listed.get(target, [])
    listed[target] = _add_current(debs, making, current)
    different = _add_others(previous, making, listed, target)
    former = [path for path in before if path not in listed[target]]
    for path in former:
        source = os.path.join(previous, path)
        if not files.is_file(os.path.join(making, path)) and deb_file.is_whole(source):
            apt_pool.add(source, making, path)
    try:
        entries = apt_dists.scan(making)
        _check_readable(debs, entries, listed[target])
        _forget_unreadable(making, entries, digests, listed[target])
        damaged = sorted({os.path.join(previous, path) for paths in (before, *listed.values()) for path in paths
                          if path not in entries})
        for path in damaged:
            apt_pool.remove(making, os.path.relpath(path, previous))
        staying_names = {*workspace, *added_packages.read(previous).get(target.suite, ())}
        choice = _Choice(entries, listed[target], staying_names, prune)
        leaving = choice.leaving(former)
        staying = [path for path in former if path not in leaving]
        listed[target] += staying
        listed = _readable(entries, listed)
        _drop_unlisted(making, entries, listed)
        apt_dists.write(making, previous, listed, entries)
    except apt_dists.IndexesError as error:
        raise RepositoryError(str(error)) from error
    keep_others_files(previous, making)
    files.move(making, new)
    return Made(len(set(current)), list(leaving.values()), choice.newest(staying), damaged, different)


def discard_unfinished(output: str) -> None:
    """Remove what a failed make() has left."""
    with contextlib.suppress(OSError):
        files.clear(os.path.join(output, ".apt.making"))


def keep_others_files(previous: str, making: str) -> None:
    """What the host and the user have put beside the packages, such as a key, or a page of a web server."""
    for name in os.listdir(previous) if files.is_directory(previous) else []:
        if name not in _MADE:
            files.copy_tree(os.path.join(previous, name), os.path.join(making, name))


def swap(output: str) -> None:
    """Let .apt.new replace apt/."""
    current, new, old = (os.path.join(output, name) for name in ("apt", ".apt.new", ".apt.old"))
    if os.path.lexists(current):
        files.move(current, old)
    files.move(new, current)
    files.clear(old)


def _add_current(debs: str, making: str, current: Iterable[str]) -> list[str]:
    """Put the packages from debs/ into the pool. Returns their paths there."""
    paths = []
    for name in sorted(set(current)):
        path = apt_pool.path_of(name)
        if not path or not files.is_file(os.path.join(debs, name)):
            raise RepositoryError("debs/%s is gone, or is not a plain file. Build again" % name)
        if not deb_file.is_whole(os.path.join(debs, name)):
            raise _incomplete(debs, name)
        apt_pool.add(os.path.join(debs, name), making, path)
        paths.append(path)
    return paths


def _add_others(previous: str, making: str, listed: Listed, target: Target) -> list[Different]:
    """A package of all architectures may be in several targets of one suite: then all of them get the latest build.
    Returns those that the other target had built with another content."""
    different: list[Different] = []
    for other, paths in _others(listed, target):
        for path in paths:
            source = os.path.join(previous, path)
            if not deb_file.is_whole(source):
                # It is left out, or the file from debs/ takes its place.
                continue
            if path not in listed[target]:
                apt_pool.add(source, making, path)
            elif not apt_pool.differs(source, making, path) or not deb_file.is_readable(source):
                continue
            elif other.suite == target.suite:
                different.append(Different(os.path.basename(path), other))
            else:
                raise RepositoryError("%s is in the repository already, as another package of the same version for %s. "
                                      "Give the packages of each suite versions of their own, or choose another output "
                                      "directory" % (os.path.basename(path), other.suite))
    return different


def _others(listed: Listed, target: Target) -> list[tuple[Target, list[str]]]:
    return [(other, paths) for other, paths in listed.items() if other != target]


def _check_readable(debs: str, entries: Mapping[str, Entry], current: Iterable[str]) -> None:
    for path in current:
        if path not in entries:
            raise _incomplete(debs, os.path.basename(path))


def _forget_unreadable(making: str, entries: dict[str, Entry], digests: Mapping[str, str],
                       current: Collection[str]) -> None:
    """Drop the entries of former files that are damaged. Only those that changed since they were listed are read: reading
    all files would take long."""
    for path in [path for path in entries if path not in current and entries[path].sha256 != digests.get(path)]:
        if not deb_file.is_readable(os.path.join(making, path)):
            del entries[path]


def _incomplete(debs: str, name: str) -> RepositoryError:
    return RepositoryError("%s is not a complete package. Remove the file and build again"
                           % files.shown(os.path.join(debs, name)))


def _readable(entries: Mapping[str, Entry], listed: Listed) -> Listed:
    """Without files that were damaged since they were listed, and without empty targets."""
    readable = {target: [path for path in paths if path in entries] for target, paths in listed.items()}
    return {target: paths for target, paths in readable.items() if paths}


class _Choice:
    """Which of the packages that were offered are still offered."""

    def __init__(self, entries: Mapping[str, Entry], current: Iterable[str], workspace: Collection[str],
                 prune: bool) -> None:
        self._entries, self._workspace, self._prune = entries, workspace, prune
        self._versions = {_package_at(path): entries[path].version for path in current}

    def leaving(self, former: Iterable[str]) -> dict[str, Leaving]:
        """Path -> what leaves."""
        reasons = {path: self._reason(path) for path in former}
        staying = [path for path, reason in reasons.items() if reason is None]
        needed = self._needed_by(staying)
        return {path: Leaving(_package_at(path), self._entries[path].version if path in self._entries else "?", reason)
                for path, reason in reasons.items()
                if reason is not None and not (reason == PRUNED and (_package_at(path), self._entries[path].version) in needed)}

    def newest(self, staying: Iterable[str]) -> list[Staying]:
        """Of each package that has no current version."""
        newest: dict[str, str] = {}
        for path in staying:
            package = _package_at(path)
            if package not in self._versions and (package not in newest or _is_before(
                    self._entries[newest[package]].version, self._entries[path].version)):
                newest[package] = path
        return [Staying(package, self._entries[path].version,
                        {name: version for name, version in sorted(self._needed_by([path]))
                         if self._versions.get(name) != version})
                for package, path in sorted(newest.items())]

    def _reason(self, path: str) -> str | None:
        """Why that package leaves, None if it stays."""
        package = _package_at(path)
        if path not in self._entries:
            return "its file is damaged"
        if debname.without_dbgsym(package) not in self._workspace:
            return "it is not in the workspace"
        current = self._versions.get(package) or self._versions.get(debname.without_dbgsym(package))
        if current is None:
            return None
        if not _is_before(self._entries[path].version, current):
            # apt would prefer it to the workspace's.
            return "the workspace has version %s" % current
        return PRUNED if self._prune else None

    def _needed_by(self, paths: Iterable[str]) -> set[tuple[str, str]]:
        """(package, version) that packages which stay without a current version depend on."""
        needed: set[tuple[str, str]] = set()
        queue = list(paths)
        by_package = {(_package_at(path), entry.version): path for path, entry in self._entries.items()}
        while queue:
            for dependency in self._entries[queue.pop()].exact_dependencies:
                if dependency not in needed:
                    needed.add(dependency)
                    queue += [by_package[dependency]] if dependency in by_package else []
        return needed


def _package_at(path: str) -> str:
    return os.path.basename(os.path.dirname(path))


def _is_before(version: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "lt", other], check=False).returncode == 0


def _drop_unlisted(making: str, entries: Mapping[str, Entry], listed: Listed) -> None:
    for path in set(entries).difference(*listed.values()):
        apt_pool.remove(making, path)


