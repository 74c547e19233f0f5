# SPDX-License-Identifier: Apache-2.0
"""The directory in which a package is built: a copy of its source with debian/, and private directories beside it."""

from __future__ import annotations

import os

from ..base import files
from ..base.protocol import Emitter
from ..base.settings import Settings
from ..packaging.prepared import Prepared
from ..workspace.package import Package
from ..workspace.source_copy import add_packaging, copy_source


def make(settings: Settings, package: Package, prepared: Prepared, work: str, emitter: Emitter) -> str:
    """Make the copy in the empty directory work, and return its path. Raises SourceError or OSError."""
    source = os.path.join(work, "source")
    for text in copy_source(os.path.join(settings.source, package.path), source, settings.source):
        emitter.warning("special_file", "%s: it is left out. A package is built from files, directories and links only."
                        % text, package.name)
    add_packaging(os.path.join(settings.prepared, package.name), source, prepared.patches)
    return source


def private_directories(work: str) -> dict[str, str]:
    """A home and a place for temporary files, so that a package finds nothing that another one left there."""
    result = {"HOME": os.path.join(work, "home"), "TMPDIR": os.path.join(work, "tmp")}
    for path in result.values():
        files.make_directory(path)
    return result
