# SPDX-License-Identifier: Apache-2.0
"""Other builds for the same suite and architecture, such as a target with another ROS distribution: they share a part of the
repository."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..base import debname, files
from ..base.settings import Settings
from .kept_paths import KeptPaths


# In place of the name of a target: the build without one.
PLAIN = ""


def outputs(settings: Settings) -> dict[str, str]:
    """Target, or PLAIN -> its directory, of all others that have the same output directory, whatever they are for."""
    targets = os.path.join(settings.repository, "targets")
    places = {PLAIN: settings.repository, **{name: os.path.join(targets, name) for name in files.list_directories(targets)}}
    return {name: place for name, place in places.items() if name != settings.output_target}


def binaries(settings: Settings, architecture: str) -> dict[str, set[str]]:
    """Target, or PLAIN -> the Debian packages that it has in its debs/. The repository goes on to offer these."""
    return {name: _binaries_in(os.path.join(output, "debs"), architecture) for name, output in outputs(settings).items()
            if KeptPaths(output, settings.target(architecture)).exists()}


def overlap(own: set[str], others: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """Target -> the packages that this one builds, too."""
    return {target: sorted(own & names) for target, names in sorted(others.items()) if own & names}


def _binaries_in(debs: str, architecture: str) -> set[str]:
    return {debname.package_in(name) for name in files.list_files(debs)
            if debname.architecture_of(name) in (architecture, "all")}
