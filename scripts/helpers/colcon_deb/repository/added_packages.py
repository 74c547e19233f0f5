# SPDX-License-Identifier: Apache-2.0
"""Which packages of the repository the user has added by hand. A build removes what its workspace does not have, but not
these."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from ..base import files

_NAME = "colcon-deb.added"
_HEADER = "# Made by colcon-deb: suites, and packages that colcon-deb repo add has put there. Builds keep them.\n"

# Suite -> Debian packages.
Added = dict[str, set[str]]


def read(repository: str) -> Added:
    try:
        text = files.read_bytes(os.path.join(repository, _NAME)).decode("utf-8", "replace")
    except (OSError, ValueError):
        return {}
    added: Added = {}
    for words in (line.split() for line in text.splitlines() if not line.startswith("#")):
        if len(words) == 2:
            added.setdefault(words[0], set()).add(words[1])
    return added


def write(repository: str, added: Mapping[str, Collection[str]]) -> None:
    lines = ["%s %s\n" % (suite, package) for suite, packages in sorted(added.items()) for package in sorted(packages)]
    if lines:
        files.replace(os.path.join(repository, _NAME), (_HEADER + "".join(lines)).encode())
    else:
        files.clear(os.path.join(repository, _NAME))
