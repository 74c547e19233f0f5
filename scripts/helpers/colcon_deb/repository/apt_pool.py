# SPDX-License-Identifier: Apache-2.0
"""The packages of an APT repository: one file each below pool/, shared by all suites and architectures that list it."""

from __future__ import annotations

import filecmp
import os

from ..base import debname, files


def path_of(file: str) -> str | None:
    """Where a file of that name is in the repository; None if it is not the name of a package file."""
    package = debname.package_of(file)
    return os.path.join(directory_of(package), file) if package else None


def directory_of(package: str) -> str:
    """Where the files of a package are in the repository."""
    return "pool/main/%s/%s" % (package[0], package)


def add(source: str, root: str, path: str) -> None:
    """Put a file at that path of the repository, in place of an older file."""
    target = os.path.join(root, path)
    files.make_directory(os.path.dirname(target), below=root)
    files.clear(target)
    files.link_or_copy(source, target)


def remove(root: str, path: str) -> None:
    """Remove the file at that path, and its directory if nothing else is in it."""
    files.clear(os.path.join(root, path))
    files.remove_empty(os.path.join(root, os.path.dirname(path)))


def differs(source: str, root: str, path: str) -> bool:
    """Whether the repository has another file at that path."""
    target = os.path.join(root, path)
    return files.is_file(target) and not filecmp.cmp(source, target, shallow=False)
