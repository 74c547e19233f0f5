# SPDX-License-Identifier: Apache-2.0
"""Other targets that build for the same suite and architecture, such as another ROS distribution: they share a part of the
repository."""

from __future__ import annotations

import os

from ..base import debname, files
from ..base.settings import Settings
from .kept_paths import KeptPaths


def binaries(settings: Settings, architecture: str) -> set[str]:
    """The Debian packages that they have in their debs/. The repository goes on to offer these."""
    targets = os.path.join(settings.repository, "targets")
    outputs = [os.path.join(targets, name) for name in files.list_directories(targets) if name != settings.output_target]
    names = [name for output in outputs if KeptPaths(output, settings.target(architecture)).exists()
             for name in files.list_files(os.path.join(output, "debs"))
             if debname.architecture_of(name) in (architecture, "all")]
    return {debname.package_in(name) for name in names}
