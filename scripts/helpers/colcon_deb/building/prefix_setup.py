# SPDX-License-Identifier: Apache-2.0
"""The set-up package of the prefix during a build: installed before the first package is built, then published.

It does not belong to the workspace, so no count includes it. packaging/setup_package.py makes it.
"""

from __future__ import annotations

import filecmp
import os
from collections.abc import Mapping
from dataclasses import replace

from ..base import debname, files
from ..base.settings import Settings
from ..packaging.prepared import Prepared
from .channel import Channel
from .result import Result
from .standing import BUILT, PUBLISHED, UNCHANGED


class SetupError(Exception):
    """The set-up package cannot be installed."""


class PrefixSetup:
    def __init__(self, settings: Settings, channel: Channel) -> None:
        self._debs, self._channel = os.path.join(settings.output, "debs"), channel
        file: str | None = files.read_json(os.path.join(settings.state, "builder", "setup.json"))["file"]
        self._path = os.path.join(settings.finished, file) if file else None

    def install(self, prepared: Mapping[str, Prepared]) -> None:
        """Make the hooks of dependencies effective, if anything may be built. Raises SetupError or Stopped."""
        if self._path and any(one.may_be_built for one in prepared.values()):
            answer = self._channel.install([self._path])
            if not answer.ok:
                raise SetupError("Installing the set-up files of the prefix failed: %s" % answer.error)

    def published(self, result: Result) -> Result:
        """Put the package into debs/ and into the result, beside any other package."""
        if not self._path or not any(state in PUBLISHED for state in result.files.values()):
            return result
        name = os.path.basename(self._path)
        state = UNCHANGED
        final = os.path.join(self._debs, name)
        if not files.is_file(final) or not filecmp.cmp(self._path, final, shallow=False):
            files.replace_by_copy(final, self._path)
            state = BUILT
        return replace(result, files={**result.files, name: state},
                       binaries=[*result.binaries, debname.package_in(name)])
