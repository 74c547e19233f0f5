# SPDX-License-Identifier: Apache-2.0
"""The APT repository of the output, apt/, and debs/, the packages that it offers now.

A build makes the part of its own target (a suite and an architecture) again and leaves the other parts as they are.

apt/ is changed by renaming whole directories: .apt.making grows into .apt.new, which is complete. .apt.new replaces
apt/ when the host has signed it, or at once without a host.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Iterable, Mapping, Sequence

from ..base import debname
from . import apt_dists, apt_pool
from .apt_dists import Entry, Listed, Target

_KEPT = ("colcon-deb.asc", "colcon-deb.sources")


class RepositoryError(Exception):
    """The repository could not be made."""


def recover(output: str) -> None:
    """Tidy up after an interrupted run, before anything is written. A complete .apt.new keeps waiting for its host."""
    current, making, old = (os.path.join(output, name) for name in ("apt", ".apt.making", ".apt.old"))
    if os.path.isdir(old) and not os.path.isdir(current):
        os.rename(old, current)
    for leftover in (making, old):
        shutil.rmtree(leftover, ignore_errors=True)
    debs = os.path.join(output, "debs")
    for name in os.listdir(debs):
        if name.endswith(".tmp"):
            os.unlink(os.path.join(debs, name))


def make(output: str, current: Collection[str], target: Target, prune: bool = False) -> int | None:
    """Write .apt.new. Returns how many packages this target has now. swap() puts .apt.new in place.

    current: names of the files in debs/ that belong to the workspace as it is. Without any, everything stays as an
    earlier run left it, and None is returned. Other packages of this target are dropped: beside rebuilt packages they
    may not work. Older versions of current packages stay, unless prune is set.
    """
    if not current:
        return None
    debs, making, new = (os.path.join(output, name) for name in ("debs", ".apt.making", ".apt.new"))
    previous = new if os.path.isdir(new) else os.path.join(output, "apt")
    shutil.rmtree(making, ignore_errors=True)
    os.makedirs(os.path.join(making, "pool"))
    listed = apt_dists.read(previous)
    before = [] if prune else listed.get(target, [])
    listed[target] = _add_current(debs, making, current)
    _add_others(previous, making, listed, target)
    older = _add_older(previous, making, before, listed[target])
    try:
        entries = apt_dists.scan(making)
        _check_readable(entries, listed[target])
        listed[target] += _older(entries, listed[target], older)
        listed = _readable(entries, listed)
        _drop_unlisted(making, entries, listed)
        apt_dists.write(making, previous, listed, entries)
    except apt_dists.IndexesError as error:
        raise RepositoryError(str(error)) from error
    for name in _KEPT:
        if apt_pool.is_plain(os.path.join(previous, name)):
            apt_pool.link_or_copy(os.path.join(previous, name), os.path.join(making, name))
    shutil.rmtree(new, ignore_errors=True)
    os.rename(making, new)
    _clear_debs(debs, current, target, listed)
    return len(set(current))


def swap(output: str) -> None:
    """Let .apt.new replace apt/."""
    current, new, old = (os.path.join(output, name) for name in ("apt", ".apt.new", ".apt.old"))
    if os.path.lexists(current):
        os.rename(current, old)
    os.rename(new, current)
    shutil.rmtree(old, ignore_errors=True)


def _add_current(debs: str, making: str, current: Iterable[str]) -> list[str]:
    """Put the packages from debs/ into the pool. Returns their paths there."""
    paths = []
    for name in sorted(set(current)):
        path = apt_pool.path_of(name)
        if not path or not apt_pool.is_plain(os.path.join(debs, name)):
            raise RepositoryError("debs/%s is gone, or is not a plain file. Build again" % name)
        apt_pool.add(os.path.join(debs, name), making, path)
        paths.append(path)
    return paths


def _add_others(previous: str, making: str, listed: Listed, target: Target) -> None:
    """A package of all architectures may be in several targets of one suite: then all of them get the latest build."""
    for other, paths in _others(listed, target):
        for path in paths:
            source = os.path.join(previous, path)
            if path not in listed[target]:
                apt_pool.add(source, making, path)
            elif other.suite != target.suite and apt_pool.differs(source, making, path):
                raise RepositoryError("%s is in the repository already, as another package of the same version for %s. "
                                      "Give the packages of each suite versions of their own, or choose another output "
                                      "directory" % (os.path.basename(path), other.suite))


def _others(listed: Listed, target: Target) -> list[tuple[Target, list[str]]]:
    return [(other, paths) for other, paths in listed.items() if other != target]


def _add_older(previous: str, making: str, before: Iterable[str], current: Sequence[str]) -> list[str]:
    """Add earlier files of the current packages. Returns their paths."""
    packages = {os.path.dirname(path) for path in current}
    older = [path for path in before if path not in current and os.path.dirname(path) in packages]
    for path in older:
        if not os.path.exists(os.path.join(making, path)):
            apt_pool.add(os.path.join(previous, path), making, path)
    return older


def _check_readable(entries: Mapping[str, Entry], current: Iterable[str]) -> None:
    for path in current:
        if path not in entries:
            raise RepositoryError("apt-ftparchive cannot read %s: is it a complete package?" % os.path.basename(path))


def _readable(entries: Mapping[str, Entry], listed: Listed) -> Listed:
    """Without files that were damaged since they were listed, and without empty targets."""
    readable = {target: [path for path in paths if path in entries] for target, paths in listed.items()}
    return {target: paths for target, paths in readable.items() if paths}


def _older(entries: Mapping[str, Entry], current: Iterable[str], candidates: Iterable[str]) -> list[str]:
    """The candidates that are older than the current version. apt would prefer a newer one to the workspace's."""
    versions = {os.path.dirname(path): entries[path].version for path in current}
    return [path for path in candidates
            if path in entries and _is_before(entries[path].version, versions[os.path.dirname(path)])]


def _is_before(version: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "lt", other], check=False).returncode == 0


def _drop_unlisted(making: str, entries: Mapping[str, Entry], listed: Listed) -> None:
    for path in set(entries).difference(*listed.values()):
        os.unlink(os.path.join(making, path))


def _clear_debs(debs: str, current: Collection[str], target: Target, listed: Listed) -> None:
    """Remove this target's files that no longer belong to the workspace."""
    others = {os.path.basename(path) for _other, paths in _others(listed, target) for path in paths}
    for name in sorted(os.listdir(debs)):
        ours = debname.architecture_of(name) in (target.architecture, "all")
        if ours and name not in current and name not in others and apt_pool.is_plain(os.path.join(debs, name)):
            os.unlink(os.path.join(debs, name))
