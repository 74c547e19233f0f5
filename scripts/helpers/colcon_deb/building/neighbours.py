# SPDX-License-Identifier: Apache-2.0
"""Other targets that build for the same suite and architecture, such as another ROS distribution: they share a part of the
repository."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from ..base import debname, files
from ..base.settings import Settings
from ..repository import apt_pool
from .kept_paths import KeptPaths


def binaries(settings: Settings, architecture: str) -> set[str]:
    """The Debian packages that they have in their debs/. The repository goes on to offer these."""
    names = [name for _target, debs in _find(settings, architecture) for name in files.list_files(debs)
             if debname.architecture_of(name) in (architecture, "all")]
    return {debname.package_in(name) for name in names}


def different(settings: Settings, architecture: str, current: Iterable[str]) -> dict[str, list[str]]:
    """Target -> the files of that name in its debs/ that have another content. The repository can offer only one."""
    own, names = os.path.join(settings.output, "debs"), sorted(current)
    found = {target: [name for name in names if apt_pool.differs(os.path.join(own, name), debs, name)]
             for target, debs in _find(settings, architecture)}
    return {target: clashing for target, clashing in found.items() if clashing}


def _find(settings: Settings, architecture: str) -> Iterator[tuple[str, str]]:
    """Target and the path of its debs/."""
    targets = os.path.join(settings.repository, "targets")
    for name in files.list_directories(targets):
        output = os.path.join(targets, name)
        if name != settings.output_target and KeptPaths(output, settings.target(architecture)).exists():
            yield name, os.path.join(output, "debs")
