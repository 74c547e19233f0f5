# SPDX-License-Identifier: Apache-2.0
"""The names of Debian packages and of their files: the one place that knows the rule."""

from __future__ import annotations

import re

_NAME = r"[a-z0-9][a-z0-9+.-]+"
_PACKAGE = re.compile(_NAME + r"\Z")
_FILE = re.compile(r"(?P<package>%s)_(?P<version>[A-Za-z0-9.+~%%-]+)_(?P<architecture>[a-z0-9-]+)\.deb\Z" % _NAME)


def is_name(text: str) -> bool:
    """Whether the text is a valid package name."""
    return bool(_PACKAGE.match(text))


def package_of(file: str) -> str | None:
    """The package in a file of that name (name_version_architecture.deb); None for any other name."""
    match = _FILE.match(file)
    return match["package"] if match else None


def package_in(file: str) -> str:
    """The package in a file that is known to have such a name."""
    package = package_of(file)
    if package is None:
        raise ValueError("%r is not the name of a package file" % file)
    return package


def version_in(file: str) -> str:
    """The version, without its epoch, in a file that is known to have such a name."""
    match = _FILE.match(file)
    if match is None:
        raise ValueError("%r is not the name of a package file" % file)
    return match["version"]


def is_dbgsym(package: str) -> bool:
    return package.endswith("-dbgsym")


def without_dbgsym(package: str) -> str:
    """The package that a -dbgsym package belongs to; any other package itself."""
    return package[:-len("-dbgsym")] if is_dbgsym(package) else package


def architecture_of(file: str) -> str | None:
    """The architecture of a file of such a name; None for any other name."""
    match = _FILE.match(file)
    return match["architecture"] if match else None
