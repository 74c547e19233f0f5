# SPDX-License-Identifier: Apache-2.0
"""debs/ of the output: the newest package files of the workspace. Its file CONTENTS says where each comes from."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from ..base import debname, files
from .former import FormerPackages

CONTENTS = "CONTENTS"
_HEADER = "# Made by colcon-deb: the state of each package after the last build, and its file.\n"


def recover(debs: str) -> None:
    """Remove what an interrupted run has left."""
    files.clear_temporaries(debs, ".deb", CONTENTS)


def tidy(debs: str, states: Mapping[str, str], workspace: Collection[str], architecture: str,
         former: FormerPackages) -> None:
    """Remove this architecture's files of former builds from debs/, and write CONTENTS.

    states: file -> state. workspace: names of its Debian packages. A file that no build put here stays.
    """
    before = _read(debs)
    for name in sorted(os.listdir(debs)):
        package = debname.package_of(name)
        if package is None or name in states or debname.architecture_of(name) not in (architecture, "all"):
            continue
        # Builds before CONTENTS have left their files in the repository, too.
        ours = name in before or debname.without_dbgsym(package) in workspace and former.is_offered(name)
        if ours and files.is_file(os.path.join(debs, name)):
            files.clear(os.path.join(debs, name))
    others = {name: state for name, state in before.items() if name not in states
              and files.is_file(os.path.join(debs, name))}
    _write(debs, {**others, **states})


def _read(debs: str) -> dict[str, str]:
    """file -> state, as an earlier run wrote it."""
    try:
        text = files.read_bytes(os.path.join(debs, CONTENTS)).decode("utf-8", "replace")
    except (OSError, ValueError):
        return {}
    lines = (line.rsplit(None, 1) for line in text.splitlines() if not line.startswith("#"))
    return {words[1]: words[0] for words in lines if len(words) == 2}


def _write(debs: str, states: Mapping[str, str]) -> None:
    text = _HEADER + "".join("%-12s %s\n" % (state, name) for name, state in sorted(states.items()))
    files.replace(os.path.join(debs, CONTENTS), text.encode())
