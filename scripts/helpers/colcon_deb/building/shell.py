# SPDX-License-Identifier: Apache-2.0
"""What a shell in a build container finds: the packages that were built so far, and a package ready to be built."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from ..base import files
from ..base.machine import Machine
from ..base.protocol import Emitter
from ..base.selection import closure
from ..base.settings import Settings
from ..incremental.records import Record, Records
from ..packaging import versions
from ..packaging.bloom_corrections import SOURCED
from ..packaging.prepared import Prepared
from ..workspace.package import Package, Plan
from . import source_directory
from .channel import MAX_LINE, Channel
from .environment import build_environment

# Of one request to install; see supervisor/broker.py.
_BATCH = min(200, MAX_LINE // 4096)
# Of packages in a warning.
_MAX_NAMES = 10


class ShellError(Exception):
    """Why there is nothing to open a shell in; the text is for the user."""


def chosen_package(settings: Settings, plan: Plan) -> Package | None:
    """The package that the shell is for; None for a shell that is for the whole workspace."""
    return next((package for package in plan.packages if package.name in settings.packages_select), None)


class ShellSetup:
    def __init__(self, settings: Settings, plan: Plan, prepared: Mapping[str, Prepared], records: Records, channel: Channel,
                 emitter: Emitter) -> None:
        self._settings, self._plan, self._prepared = settings, plan, prepared
        self._records, self._channel, self._emitter = records, channel, emitter

    def make(self, machine: Machine) -> dict[str, object]:
        """Install the packages and make the directory. Returns what shell-session.py needs.

        Raises ShellError, SourceError, OSError or channel.Stopped.
        """
        package = chosen_package(self._settings, self._plan)
        built = self._built(package)
        self._install(built)
        work = os.path.join(self._settings.build_root, package.name if package else ".shell")
        files.make_empty_directory(work)
        directory = self._make_source(package, built, work) if package else self._settings.build_root
        setup = self._settings.prefix + "/setup.sh"
        return {"directory": directory, "setup": setup if os.path.exists(setup) else "", "sourced": SOURCED,
                "environment": {**self._environment(machine), **source_directory.private_directories(work)}}

    def _built(self, package: Package | None) -> dict[str, Record]:
        """The workspace packages to install, dependencies first. Those that are not built yet are named in a warning."""
        dependencies = self._plan.dependencies
        wanted = closure(package.deps, dependencies) if package else set(dependencies)
        found = {one.name: record for one in self._plan.packages
                 if one.name in wanted and (record := self._records.intact(one.name))}
        missing = sorted(wanted.difference(found)) if package else []
        if package and missing:
            rest = " and %d more" % (len(missing) - _MAX_NAMES) if len(missing) > _MAX_NAMES else ""
            self._emitter.warning("not_built", "%s needs packages of the workspace that are not built yet: %s%s. Build them: "
                                  "colcon-deb build --packages-up-to %s."
                                  % (package.name, ", ".join(missing[:_MAX_NAMES]), rest, package.name), package.name)
        return found

    def _install(self, built: Mapping[str, Record]) -> None:
        """A package that cannot be installed may be what the shell is opened for, so it is a warning."""
        for batch in _batches(self._setup_files() + [os.path.join(self._settings.output, artifact.path)
                                                     for record in built.values() for artifact in record.artifacts
                                                     if artifact.kind == "deb"]):
            answer = self._channel.install(batch)
            if not answer.ok:
                self._emitter.warning("not_installed", "Packages that were built before cannot be installed: %s." % answer.error)

    def _setup_files(self) -> list[str]:
        """The set-up package of the prefix, if it is ours."""
        file: str | None = files.read_json(os.path.join(self._settings.state, "builder", "setup.json"))["file"]
        return [os.path.join(self._settings.finished, file)] if file else []

    def _make_source(self, package: Package, built: Mapping[str, Record], work: str) -> str:
        """As a build makes it."""
        prepared = self._prepared.get(package.name, Prepared())
        if prepared.error is not None or prepared.method is None:
            raise ShellError("%s: %s" % (package.name, prepared.error or "it has no prepared debian/ directory"))
        source = source_directory.make(self._settings, package, prepared, work, self._emitter)
        siblings = {deb: version for record in built.values() for deb, version in record.versions.items()}
        debian = os.path.join(source, "debian")
        if self._settings.build_stamp:
            versions.set_version(debian, versions.successor(prepared.version, prepared.epoch, siblings.values(), 0))
        versions.pin(debian, siblings, prepared.loose)
        return source

    def _environment(self, machine: Machine) -> dict[str, str]:
        """Of debian/rules in a build. Nobody hands out slots here, so make runs as many jobs as debhelper asks for."""
        result = build_environment(self._settings, machine, "")
        for variable in ("MAKE", "COLCON_DEB_SLOTS"):
            result.pop(variable, None)
        return result


def _batches(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), _BATCH):
        yield paths[start:start + _BATCH]
