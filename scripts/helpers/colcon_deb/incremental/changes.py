# SPDX-License-Identifier: Apache-2.0
"""What has changed since earlier runs: which packages may have to be built, and need a debian/ directory for that."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Collection, Mapping

from ..base.selection import closure
from ..base.settings import Settings
from ..workspace.package import Plan
from ..workspace.source_list import SourceList, SourceListError
from . import fingerprint, portable
from .records import DIRECTORY, Records


class Changes:
    """sources, inputs: package -> fingerprint of what is written for it, and of all that it is made of. None if that is
    unknown. For the inputs of a package the system packages that it needs must be installed.
    portable: the same as inputs, but equal for all targets; see portable.of_inputs().

    candidates: names of new or changed packages, and of all packages that depend on them. Whether a dependent is built
    is decided when its dependencies are built.
    """

    def __init__(self, settings: Settings, plan: Plan, resolved: Mapping[str, list[str]], records: Records,
                 sources: SourceList | None, common: str, shared: str, faulty: Collection[str] = ()) -> None:
        """common: see fingerprint.of_environment(). shared: see portable.of_environment(). faulty: packages that cannot be
        built; their inputs are unknown."""
        versions = _installed_versions() if sources else {}
        self.sources = {package.name: fingerprint.of_sources(common, package, settings, sources) if sources else None
                        for package in plan.packages}
        self.inputs = {package.name: fingerprint.of_inputs(written, package, resolved, versions, settings)
                       if (written := self.sources[package.name]) and package.name not in faulty else None
                       for package in plan.packages}
        self.portable = {package.name: portable.of_inputs(shared, package, resolved, versions, settings, sources)
                         if sources and self.inputs[package.name] else None for package in plan.packages}
        self.candidates: set[str] = set()
        dependencies = plan.dependencies
        # In build order: the dependencies of a package come before it.
        for package in plan.packages:
            needs = closure(package.deps, dependencies)
            if package.selected and (settings.force or self.candidates.intersection(needs)
                                     or not self._is_current(package.name, needs, records)):
                self.candidates.add(package.name)

    def _is_current(self, name: str, needs: Collection[str], records: Records) -> bool:
        """Whether the last build was of these sources, and against the present packages of its dependencies.

        A run that ended early, or built a part of the workspace, may have rebuilt a dependency but not its dependents.
        """
        record, inputs = records.intact(name), self.inputs[name]
        if record is None or not inputs:
            return False
        outputs = {need: records.packages[need].output for need in needs if records.intact(need)}
        return record.key == fingerprint.of_build(inputs, outputs)


def read_sources(settings: Settings, warn: Callable[[str, str], None]) -> SourceList | None:
    """The host's list of sources; None without one: then everything is built."""
    if not settings.have_source_list:
        return None
    try:
        return SourceList.read(os.path.join(settings.output, DIRECTORY, "sources"))
    except SourceListError as error:
        warn("no_source_list", "Reading the list of source files failed: %s. Everything is built." % error)
        return None


def _installed_versions() -> dict[str, str]:
    """package -> version of everything that is installed."""
    text = subprocess.check_output(["dpkg-query", "-W", "-f", "${Package} ${Version}\n"], text=True)
    return dict(line.split(" ", 1) for line in text.splitlines())
