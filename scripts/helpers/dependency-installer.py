#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Install the system packages that the workspace needs, as root and before anything of the workspace runs.
Usage: dependency-installer.py

Reads the result of dependency-resolver.py. The output of apt goes to logs/stage.dependencies.log in the output. A package
that wants what apt cannot install is added to faults.json, and the rest is installed: needs.json then holds that rest.
"""

from __future__ import annotations

import io
import itertools
import os
import sys
from collections.abc import Mapping

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files, logs, step  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.building import explain, retry  # noqa: E402
from colcon_deb.dependencies import apt, faults, unmet  # noqa: E402
from colcon_deb.dependencies.apt import AptNeeds  # noqa: E402
from colcon_deb.dependencies.apt_progress import AptProgress  # noqa: E402
from colcon_deb.dependencies.unmet import Refused  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402

# No package name has a dot, so this cannot be the log of a package.
LOG = "logs/stage.dependencies.log"
SHOWN_LINES = 15
READ_LINES = 2000
# apt may name only a part of what it cannot install.
ROUNDS = 10


class Installer:
    def __init__(self, settings: Settings, emitter: Emitter, log: io.FileIO, path: str) -> None:
        plan = Plan.from_json(files.read_json(os.path.join(settings.state, "plan.json")))
        self._settings, self._emitter, self._log, self._path = settings, emitter, log, path
        self._selected = {package.name for package in plan.packages if package.selected}
        self._progress = AptProgress(emitter, path)
        self.faults: dict[str, str] = {}  # package -> what apt could not install for it

    def install(self, needs: AptNeeds) -> AptNeeds | None:
        """What was installed: all, or all but what packages want that cannot be built. None after a failure."""
        for attempt in range(ROUNDS):
            if self._satisfy(needs, fresh=attempt > 0):
                self._advise()
                return needs
            refused = self._refused(needs)
            if not refused or any(not want.package for one in refused for want in _wants(one, needs)):
                break
            for one in refused:
                self._give_up(one, needs)
            needs = needs.without({want.package for one in refused for want in _wants(one, needs)})
        self._report(needs)
        return None

    def _satisfy(self, needs: AptNeeds, fresh: bool) -> bool:
        """Whether apt succeeded, with retries after network failures."""
        for attempt in itertools.count(1):
            if apt.satisfy(needs.relations, self._log, self._progress, fresh):
                return True
            if attempt > self._settings.retries or not explain.shows_network_failure(self._path):
                break
            self._emitter.warning("retry", "Installing dependencies: apt could not fetch all packages (%s). Next attempt "
                                  "in %d s." % (LOG, retry.delay(attempt)))
            retry.wait(attempt)
        return False

    def _refused(self, needs: AptNeeds) -> list[Refused]:
        """What cannot be installed, without what apt gave up only because of it."""
        refused = unmet.refused(logs.tail(self._path, READ_LINES), needs.relations)
        certain = [one for one in refused if one.is_certain]
        if certain:
            return certain
        alone = [one for one in refused
                 if not all(apt.can_satisfy(relation, self._log) for relation in one.relations)]
        return alone or refused

    def _give_up(self, one: Refused, needs: AptNeeds) -> None:
        """Packages that are not selected are not built: they cannot fail."""
        wanted = {want.package: want for want in sorted(_wants(one, needs), reverse=True) if want.package in self._selected}
        text = "Installing dependencies: %s" % unmet.sentence(one, needs.wanted)
        if wanted:
            self._emitter.error(text)
        else:
            self._emitter.log("warning", text)
        for package, want in wanted.items():
            self.faults.setdefault(package, "apt cannot install %s (%s): %s" % (one.what, want.file, one.why))

    def _advise(self) -> None:
        if self.faults:
            self._emitter.error("Installing dependencies: apt has installed the rest (%s). Correct the name or the version "
                                "there, or add an APT source that has the package to the image." % LOG)

    def _report(self, needs: AptNeeds) -> None:
        lines = logs.tail(self._path, READ_LINES)
        why = [unmet.sentence(one, needs.wanted) for one in unmet.refused(lines, needs.relations)]
        for sentence in why:
            self._emitter.error("Installing dependencies: %s" % sentence)
        if why:
            self._emitter.error("Installing dependencies: apt failed (%s). Correct the name or the version there, or add an "
                                "APT source that has the package to the image." % LOG)
        else:
            self._emitter.error("Installing dependencies: apt failed. The last lines of %s:\n%s"
                                % (LOG, "\n".join(lines[-SHOWN_LINES:])))


def _wants(one: Refused, needs: AptNeeds) -> set[apt.Want]:
    return {want for relation in one.relations for want in needs.wanted[relation]}


def pass_on(settings: Settings, found: Mapping[str, str], installed: AptNeeds) -> None:
    """Write down which packages cannot be built, and what is installed."""
    faults.write(settings.state, {**found, **faults.read(settings.state)})
    files.write_json(os.path.join(settings.state, "needs.json"), installed.to_json())


def main() -> int:
    emitter = Emitter()
    settings = read_settings()
    needs = AptNeeds.from_json(files.read_json(os.path.join(settings.state, "needs.json")))
    emitter.progress("general", current=0, total=1, message="Installing dependencies by apt")
    path = os.path.join(settings.output, LOG)
    with files.as_user(settings.uid, settings.gid):
        log = files.create_log(path)
    log.write(needs.lacking.encode() + b"\n")
    installer = Installer(settings, emitter, log, path)
    installed = installer.install(needs)
    if installed is None:
        return 1
    if installed != needs:
        pass_on(settings, installer.faults, installed)
    if settings.dependency_layer:
        # An image of this container needs no archives. The package lists stay: an override may call apt.
        apt.forget_archives(log)
    emitter.progress("general", current=1, total=1, message="Dependencies are installed")
    return 0


if __name__ == "__main__":
    step.run(main)
