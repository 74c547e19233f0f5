# SPDX-License-Identifier: Apache-2.0
"""The files below a directory of debian_dirs, as the user sees them: what a link points to counts as its content.

A link may point only to what belongs to the build: anywhere else it would bring a file of the container, such as a
password file, into a package, or nothing at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..base import files
from ..base.files import shown
from ..base.settings import Settings


# What no package needs, and os.walk() would fail at a few hundred more.
MAX_DEPTH = 64


class UserFileError(Exception):
    """A file that cannot be used; the text names it."""


@dataclass(frozen=True)
class TreeFile:
    """A file as it is in memory."""

    data: bytes
    executable: bool = False

    @property
    def mode(self) -> int:
        return 0o755 if self.executable else 0o644


# Relative path -> file.
Tree = dict[str, TreeFile]


def roots(settings: Settings) -> tuple[str, str]:
    """The directories that links may point into."""
    return settings.debian_dirs, settings.source


def read_tree(directory: str) -> Tree:
    """All regular files below a directory, without links. Raises UserFileError."""
    tree: Tree = {}
    for path, directories, names in os.walk(directory):
        directories.sort()
        _check_depth(path, os.path.relpath(path, directory).count(os.sep))
        for name in sorted(names):
            full = os.path.join(path, name)
            if os.path.isfile(full) and not os.path.islink(full):
                tree[os.path.relpath(full, directory)] = _read(full)
    return tree


def write_tree(directory: str, tree: Tree) -> None:
    """The directory is made if it is not there."""
    files.make_directory(directory)
    for name, file in tree.items():
        path = os.path.join(directory, name)
        files.make_directory(os.path.dirname(path), below=directory)
        files.replace(path, file.data, file.mode)


def read_users(directory: str, allowed: Sequence[str]) -> Tree:
    """All files below a directory of the user, through links. Raises UserFileError for what cannot be packaged."""
    if os.path.islink(directory):
        _check_link(directory, allowed)
    if os.path.lexists(directory) and not os.path.isdir(directory):
        raise UserFileError("%s is not a directory. Move it away, or make it a directory with the files for debian/."
                            % shown(directory))
    return {os.path.relpath(path, directory): _read(path) for path in _files(directory, allowed, ())}


def is_behind_link(directory: str, name: str) -> bool:
    """Whether a file below the directory is a link, or in a directory that is one."""
    parts = name.split(os.sep)
    return any(os.path.islink(os.path.join(directory, *parts[:count])) for count in range(1, len(parts) + 1))


def _files(directory: str, allowed: Sequence[str], inside: tuple[str, ...]) -> Iterator[str]:
    """inside: the real directories that contain this directory, to end at a link that leads back."""
    real = os.path.realpath(directory)
    if real in inside or not os.path.isdir(directory):
        return
    _check_depth(directory, len(inside))
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if os.path.islink(path):
            _check_link(path, allowed)
        if os.path.isdir(path):
            yield from _files(path, allowed, (*inside, real))
        elif os.path.isfile(path):
            yield path
        else:
            raise UserFileError("%s is neither a file nor a directory. Move it away." % shown(path))


def _check_depth(path: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise UserFileError("%s is more than %d directories deep. Move it away." % (shown(path), MAX_DEPTH))


def _check_link(path: str, allowed: Sequence[str]) -> None:
    real = os.path.realpath(path)
    if os.path.exists(path) and any((real + "/").startswith(os.path.realpath(root) + "/") for root in allowed):
        return
    raise UserFileError("%s is a link to %s, which the build cannot see: a link there may only lead into src/ or "
                        "debian_dirs/, by a relative path. Copy the file, or correct the link."
                        % (shown(path), os.readlink(path)))


def _read(path: str) -> TreeFile:
    try:
        return TreeFile(files.read_bytes(path, follow=True), os.access(path, os.X_OK))
    except ValueError as error:
        raise UserFileError("%s is %s. Move it away." % (shown(path), error)) from error
    except PermissionError as error:
        raise UserFileError("%s cannot be read: %s. Change its owner or mode, or move it away."
                            % (shown(path), error.strerror)) from error
