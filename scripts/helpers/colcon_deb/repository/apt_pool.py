# SPDX-License-Identifier: Apache-2.0
"""The packages of an APT repository: one file each below pool/, shared by all suites and architectures that list it."""

from __future__ import annotations

import filecmp
import os
import shutil

from ..base import debname


def path_of(file: str) -> str | None:
    """Where a file of that name is in the repository; None if it is not the name of a package file."""
    package = debname.package_of(file)
    return os.path.join(directory_of(package), file) if package else None


def directory_of(package: str) -> str:
    """Where the files of a package are in the repository."""
    return "pool/main/%s/%s" % (package[0], package)


def is_plain(path: str) -> bool:
    return os.path.isfile(path) and not os.path.islink(path)


def add(source: str, root: str, path: str) -> None:
    """Put a file at that path of the repository, in place of an older file."""
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.exists(target):
        os.unlink(target)
    link_or_copy(source, target)


def differs(source: str, root: str, path: str) -> bool:
    """Whether the repository has another file at that path."""
    target = os.path.join(root, path)
    return os.path.exists(target) and not filecmp.cmp(source, target, shallow=False)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
