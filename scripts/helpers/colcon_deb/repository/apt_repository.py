# SPDX-License-Identifier: Apache-2.0
"""The APT repository of the output, apt/, and debs/, the packages that it offers now.

A target is a suite and an architecture. A build makes the part of its own target anew and leaves the others as they are.

apt/ is changed by renaming whole directories: .apt.making grows into .apt.new, which is complete and takes the place of apt/
when the host has signed it, or at once if there is nobody to wait for.
"""

import os
import shutil
import subprocess

from ..base import debname
from . import apt_dists, apt_pool

_KEPT = ("colcon-deb.asc", "colcon-deb.sources")


class RepositoryError(Exception):
    """The repository could not be made."""


def recover(output):
    """Tidy what an interrupted run left, before anything is written. A complete .apt.new goes on waiting for its host."""
    current, making, old = (os.path.join(output, name) for name in ("apt", ".apt.making", ".apt.old"))
    if os.path.isdir(old) and not os.path.isdir(current):
        os.rename(old, current)
    for leftover in (making, old):
        shutil.rmtree(leftover, ignore_errors=True)
    debs = os.path.join(output, "debs")
    for name in os.listdir(debs):
        if name.endswith(".tmp"):
            os.unlink(os.path.join(debs, name))


def make(output, current, target, prune=False):
    """Write .apt.new; how many packages this target has now. swap() puts it in place.

    current: names of the files in debs/ that are of this workspace as it is; with none there is nothing to make a repository
    of: what an earlier run left stays as it is, and None is returned. Otherwise a package that is not among them is not kept:
    beside packages that were built anew it may not work. Of those that are, older versions stay, unless prune is set.
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


def swap(output):
    """Let .apt.new take the place of apt/."""
    current, new, old = (os.path.join(output, name) for name in ("apt", ".apt.new", ".apt.old"))
    if os.path.lexists(current):
        os.rename(current, old)
    os.rename(new, current)
    shutil.rmtree(old, ignore_errors=True)


def _add_current(debs, making, current):
    """The paths of the packages in debs/ in the pool, where they are put."""
    paths = []
    for name in sorted(set(current)):
        path = apt_pool.path_of(name)
        if not path or not apt_pool.is_plain(os.path.join(debs, name)):
            raise RepositoryError("debs/%s is not there any more, or is no plain file" % name)
        apt_pool.add(os.path.join(debs, name), making, path)
        paths.append(path)
    return paths


def _add_others(previous, making, listed, target):
    """A package of all architectures may be in several targets of one suite: then the one that was built last is in all."""
    for (suite, _architecture), paths in _others(listed, target):
        for path in paths:
            source = os.path.join(previous, path)
            if path not in listed[target]:
                apt_pool.add(source, making, path)
            elif suite != target[0] and apt_pool.differs(source, making, path):
                raise RepositoryError("%s is in the repository already, as another package of the same version for %s. Give the "
                                      "packages of each suite versions of their own, or choose another output directory"
                                      % (os.path.basename(path), suite))


def _others(listed, target):
    return [(which, paths) for which, paths in listed.items() if which != target]


def _add_older(previous, making, before, current):
    """Paths of what was there before of the packages that are there still."""
    packages = {os.path.dirname(path) for path in current}
    older = [path for path in before if path not in current and os.path.dirname(path) in packages]
    for path in older:
        if not os.path.exists(os.path.join(making, path)):
            apt_pool.add(os.path.join(previous, path), making, path)
    return older


def _check_readable(entries, current):
    for path in current:
        if path not in entries:
            raise RepositoryError("%s cannot be read by apt-ftparchive: is it a complete package?" % os.path.basename(path))


def _readable(entries, listed):
    """Without what has been damaged since it was listed, and without targets of which nothing is left."""
    readable = {which: [path for path in paths if path in entries] for which, paths in listed.items()}
    return {which: paths for which, paths in readable.items() if paths}


def _older(entries, current, candidates):
    """Those that are older indeed: a newer version would win over the one that the workspace has now."""
    versions = {os.path.dirname(path): entries[path].version for path in current}
    return [path for path in candidates
            if path in entries and _is_before(entries[path].version, versions[os.path.dirname(path)])]


def _is_before(version, other):
    return subprocess.run(["dpkg", "--compare-versions", version, "lt", other], check=False).returncode == 0


def _drop_unlisted(making, entries, listed):
    for path in set(entries).difference(*listed.values()):
        os.unlink(os.path.join(making, path))


def _clear_debs(debs, current, target, listed):
    """What is not of this workspace any more, but nothing of another target."""
    others = {os.path.basename(path) for _which, paths in _others(listed, target) for path in paths}
    for name in sorted(os.listdir(debs)):
        ours = debname.architecture_of(name) in (target[1], "all")
        if ours and name not in current and name not in others and apt_pool.is_plain(os.path.join(debs, name)):
            os.unlink(os.path.join(debs, name))
