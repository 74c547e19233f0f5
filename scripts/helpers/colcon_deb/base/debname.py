# SPDX-License-Identifier: Apache-2.0
"""The names of Debian packages and of their files: the one place that knows the rule."""

import re

_NAME = r"[a-z0-9][a-z0-9+.-]+"
_PACKAGE = re.compile(_NAME + r"\Z")
_FILE = re.compile(r"(%s)_[A-Za-z0-9.+~%%-]+_([a-z0-9-]+)\.deb\Z" % _NAME)


def is_name(text):
    """Whether a package can be called that."""
    return bool(_PACKAGE.match(text))


def package_of(file):
    """The package that a file of that name (name_version_architecture.deb) holds, None when it is not such a name."""
    match = _FILE.match(file)
    return match.group(1) if match else None


def without_dbgsym(package):
    """The package whose debug symbols that one has; itself when it is another."""
    return package[:-len("-dbgsym")] if package.endswith("-dbgsym") else package


def architecture_of(file):
    """The architecture that a file of such a name is for, None when it is not such a name."""
    match = _FILE.match(file)
    return match.group(2) if match else None
