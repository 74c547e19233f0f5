# SPDX-License-Identifier: Apache-2.0
"""The flat APT repository of the output: `deb [trusted=yes] file:/OUTPUT/apt ./` installs from it."""

import gzip
import os
import shutil
import subprocess

FIELDS = {"Origin": "colcon-deb", "Label": "colcon-deb"}


class RepositoryError(Exception):
    """The repository could not be made."""


def recover(output):
    """Tidy what an interrupted run left, before anything is written."""
    current, new, old = (os.path.join(output, name) for name in ("apt", ".apt.new", ".apt.old"))
    if os.path.isdir(old) and not os.path.isdir(current):
        os.rename(old, current)
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    debs = os.path.join(output, "debs")
    for name in os.listdir(debs):
        if name.endswith(".tmp"):
            os.unlink(os.path.join(debs, name))


def make(output, built, codename, architecture):
    """Write apt/ from the files in debs/ that this build made, remove the others; how many there are.

    With nothing built there is nothing to make a repository of: what an earlier run left stays as it is, and None is returned.
    Otherwise an older package of one that failed now is not kept: beside packages that were built anew it may not work.
    """
    if not built:
        return None
    debs, current, new, old = (os.path.join(output, name) for name in ("debs", "apt", ".apt.new", ".apt.old"))
    shutil.rmtree(new, ignore_errors=True)
    os.mkdir(new)
    count = 0
    for name in sorted(os.listdir(debs)):
        path = os.path.join(debs, name)
        if not name.endswith(".deb") or os.path.islink(path):
            continue
        if name not in built:
            os.unlink(path)
            continue
        _link_or_copy(path, os.path.join(new, name))
        count += 1
    packages = _apt_ftparchive(["packages", "."], new)
    _write(os.path.join(new, "Packages"), packages)
    # No name and no time inside: the same packages give the same file.
    _write(os.path.join(new, "Packages.gz"), gzip.compress(packages, 9, mtime=0))
    fields = dict(FIELDS, Suite=codename, Codename=codename, Architectures=architecture)
    options = [part for key, value in fields.items()
               for part in ("-o", "APT::FTPArchive::Release::%s=%s" % (key, value))]
    _write(os.path.join(new, "Release"), _apt_ftparchive(options + ["release", "."], new))
    if os.path.lexists(current):
        os.rename(current, old)
    os.rename(new, current)
    shutil.rmtree(old, ignore_errors=True)
    return count


def _link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _apt_ftparchive(arguments, directory):
    answer = subprocess.run(["apt-ftparchive", *arguments], cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False)
    if answer.returncode:
        raise RepositoryError("apt-ftparchive failed: %s" % answer.stderr.decode("utf-8", "replace").strip())
    return answer.stdout


def _write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)
