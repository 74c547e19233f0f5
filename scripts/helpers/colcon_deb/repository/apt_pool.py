# SPDX-License-Identifier: Apache-2.0
"""The packages of an APT repository: one file each below pool/, shared by all suites and architectures that list it."""

import filecmp
import os
import shutil

from ..base import debname


def path_of(file):
    """Where a file of that name lies in the repository; None when it is not the name of a package's file."""
    package = debname.package_of(file)
    return "pool/main/%s/%s/%s" % (package[0], package, file) if package else None


def is_plain(path):
    return os.path.isfile(path) and not os.path.islink(path)


def add(source, root, path):
    """Put a file where it belongs in the repository. What is there already under that name is replaced."""
    target = os.path.join(root, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.exists(target):
        os.unlink(target)
    link_or_copy(source, target)


def differs(source, root, path):
    """Whether the repository has another file under that name."""
    target = os.path.join(root, path)
    return os.path.exists(target) and not filecmp.cmp(source, target, shallow=False)


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
