# SPDX-License-Identifier: Apache-2.0
"""A private, writable copy of a package's source, ready for dpkg-buildpackage."""

import os
import shutil
import stat
import subprocess

_LEFT_OUT = {".git", ".hg", ".svn", ".bzr"}


class SourceError(Exception):
    """The copy cannot be made."""


def copy_source(source, target):
    """Copy a package. A link that leaves the package is replaced by what it points to: the copy stands alone."""
    try:
        _copy_directory(os.path.realpath(source), os.path.realpath(source), target, ())
    except OSError as error:
        raise SourceError("the source could not be copied into the container: %s" % error) from error


def _copy_directory(root, directory, target, inside):
    real = os.path.realpath(directory)
    if real in inside:
        raise SourceError("%s links to a directory that contains it" % directory)
    os.mkdir(target)
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        if entry.name in _LEFT_OUT or directory == root and entry.name == "debian":
            continue
        destination = os.path.join(target, entry.name)
        if entry.is_symlink() and _stays_inside(root, entry.path):
            os.symlink(os.readlink(entry.path), destination)
        elif entry.is_dir():
            _copy_directory(root, entry.path, destination, inside + (real,))
        elif entry.is_file():
            shutil.copy2(entry.path, destination)
            os.chmod(destination, stat.S_IMODE(os.stat(destination).st_mode) | stat.S_IRUSR | stat.S_IWUSR)
    shutil.copystat(directory, target)
    os.chmod(target, 0o755)


def _stays_inside(root, link):
    """A relative link below the package, or one that points nowhere (then there is nothing to copy)."""
    if not os.path.exists(link):
        return True
    return not os.path.isabs(os.readlink(link)) and (os.path.realpath(link) + "/").startswith(root + "/")


def add_packaging(prepared, target):
    """Put the prepared debian/ directory into the copy and apply the patches of an override."""
    shutil.copytree(os.path.join(prepared, "debian"), os.path.join(target, "debian"), symlinks=True)
    patches = os.path.join(prepared, "patches")
    for name in sorted(os.listdir(patches)) if os.path.isdir(patches) else []:
        with open(os.path.join(patches, name), "rb") as stream:
            answer = subprocess.run(["patch", "-p1", "--batch", "--forward", "--no-backup-if-mismatch"], cwd=target,
                                    stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                    errors="replace", check=False)
        if answer.returncode:
            raise SourceError("patch %d of override.yaml does not apply:\n%s" % (int(name[:3]) + 1, answer.stdout))
