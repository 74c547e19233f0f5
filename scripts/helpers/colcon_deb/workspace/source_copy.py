# SPDX-License-Identifier: Apache-2.0
"""A private, writable copy of a package's source, ready for debian/rules."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Sequence

# The host leaves these out, too, when it lists the sources (file-walk.c).
_LEFT_OUT = {".git", ".hg", ".svn", ".bzr"}
_SPECIAL = ((stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"),
            (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"))
_PATCH_FAILS = re.compile(r"FAILED|can't find|malformed|garbage|Reversed|No file to patch|Only garbage")


class SourceError(Exception):
    """The copy cannot be made."""


def copy_source(source: str, target: str, workspace: str) -> list[str]:
    """Copy a package. Returns what a package cannot hold and was left out, as text for the user.

    A link that leaves the package but not the workspace is replaced by what it points to: the copy stands alone. A link
    that leaves the workspace is never followed: it stays a link, to a place in the container.
    """
    copy = _Copy(os.path.realpath(source), os.path.realpath(workspace))
    try:
        copy.directory(copy.root, target, ())
    except OSError as error:
        raise SourceError("copying the source into the container: %s" % error) from error
    return copy.left_out


class _Copy:
    def __init__(self, root: str, workspace: str) -> None:
        self.root, self._workspace = root, workspace
        self.left_out: list[str] = []

    def directory(self, directory: str, target: str, inside: tuple[str, ...]) -> None:
        """inside: the real directories that contain this directory."""
        os.mkdir(target)
        inside += (os.path.realpath(directory),)
        for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
            if entry.name in _LEFT_OUT or directory == self.root and entry.name == "debian":
                continue
            self._entry(entry.path, os.path.join(target, entry.name), inside)
        shutil.copystat(directory, target)
        os.chmod(target, 0o755)

    def _entry(self, path: str, destination: str, inside: tuple[str, ...]) -> None:
        if os.path.islink(path):
            self._link(path, destination, inside)
            return
        mode = os.lstat(path).st_mode
        if stat.S_ISDIR(mode):
            self.directory(path, destination, inside)
        elif stat.S_ISREG(mode):
            shutil.copy2(path, destination, follow_symlinks=False)
            os.chmod(destination, stat.S_IMODE(mode) | stat.S_IRUSR | stat.S_IWUSR)
        else:
            kind = next((kind for test, kind in _SPECIAL if test(mode)), "a special file")
            self.left_out.append("%s is %s" % (self._shown(path), kind))

    def _link(self, path: str, destination: str, inside: tuple[str, ...]) -> None:
        target, real = os.readlink(path), os.path.realpath(path)
        # An absolute link, or a link in a directory behind a link, would not point into the copy.
        stays = _below(path, self.root) and _below(real, self.root) and not os.path.isabs(target)
        # A dangling link has nothing to copy.
        if stays or not os.path.exists(path):
            os.symlink(target, destination)
        elif any(_below(directory, real) for directory in inside):
            raise SourceError("copying the source into the container: %s is a link to %s, a directory that contains it: "
                              "the copy would have no end. Remove the link, or point it to what the package needs"
                              % (self._shown(path), target))
        elif not _below(real, self._workspace):
            os.symlink(real, destination)
        else:
            self._entry(real, destination, inside)

    def _shown(self, path: str) -> str:
        return os.path.join("src", os.path.relpath(path, self._workspace))


def _below(path: str, directory: str) -> bool:
    """Whether a real path is that directory or in it."""
    return (path + "/").startswith(directory.rstrip("/") + "/")


def add_packaging(prepared: str, target: str, names: Sequence[str]) -> None:
    """Put the prepared debian/ directory into the copy and apply the patches of an override. names: what to call them."""
    shutil.copytree(os.path.join(prepared, "debian"), os.path.join(target, "debian"), symlinks=True)
    for number, name in enumerate(names):
        with open(os.path.join(prepared, "patches", "%03d.patch" % number), "rb") as stream:
            answer = subprocess.run(["patch", "-p1", "--batch", "--forward", "--no-backup-if-mismatch"], cwd=target,
                                    stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                    errors="replace", check=False)
        if answer.returncode:
            raise SourceError("the patch %s does not apply: %s. Make it again for the present source"
                              % (name, _why(answer.stdout)))


def _why(output: str) -> str:
    """What patch said, without the progress of what it could do."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if _PATCH_FAILS.search(line)] or lines or ["no reason given"]
    file = next((line for line in lines if line.startswith("patching file ")), "")
    # A rejected part has no file name in its line.
    return "; ".join(([file] if file and telling[0].startswith("Hunk") else []) + telling[:3])
