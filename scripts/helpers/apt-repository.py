#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make the APT repository in the output directory, as the build user. Usage: apt-repository.py

With REPOSITORY_HELD=1 it is left as .apt.new: the host has the key, signs it and puts it in place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import disk, files, step  # noqa: E402
from colcon_deb.base.machine import read_machine  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.building.result import FORMER, Result  # noqa: E402
from colcon_deb.building.standing import HELD, PUBLISHED  # noqa: E402
from colcon_deb.repository import apt_repository, debs  # noqa: E402
from colcon_deb.repository.apt_dists import Target  # noqa: E402
from colcon_deb.repository.apt_repository import Staying  # noqa: E402
from colcon_deb.repository.former import FormerPackages  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402


def is_held(settings: Settings, result: Result, emitter: Emitter) -> bool:
    """Whether the repository stays as it was, since not all packages were built."""
    lacking = sorted(result.reasons)
    if lacking and settings.repository_hold_partial:
        emitter.warning("repository_held", "The repository stays as it was (hold_partial), because these packages were "
                        "not built: %s." % ", ".join(lacking))
        return True
    return False


def as_held(result: Result, former: FormerPackages) -> dict[str, str]:
    """The states of the files in debs/ when nothing is published."""
    return {file: state if state == FORMER or former.is_offered(file) else HELD for file, state in result.files.items()}


def report_kept(emitter: Emitter, plan: Plan, result: Result, staying: Iterable[Staying]) -> None:
    """Report the packages that were not built, and that the repository still has in a former version."""
    reasons = {package.deb: result.reasons.get(package.name) for package in plan.packages}
    for one in staying:
        reason = reasons.get(one.deb)
        if reason:
            # apt by itself chooses the newest version of what it needs.
            words = ["%s=%s" % pair for pair in ((one.deb, one.version), *one.needs.items())] if one.needs else [one.deb]
            emitter.progress("repository_kept", deb=one.deb, version=one.version, reason=reason,
                             install="apt-get install " + " ".join(words))


def report_damaged(emitter: Emitter, damaged: Iterable[str]) -> None:
    for path in damaged:
        emitter.warning("damaged_package", "%s was damaged, so the repository does not offer it any more. If robots need "
                        "this version, build the package again (--force) and upgrade them." % files.shown(path))


def main() -> int:
    emitter = Emitter()
    settings = read_settings()
    plan = Plan.from_json(files.read_json(os.path.join(settings.state, "plan.json")))
    try:
        result = Result.from_json(files.read_json(os.path.join(settings.state, "builder", "result.json")))
    except FileNotFoundError:
        # The build ended early, and has said why.
        return 1
    architecture = read_machine().architecture
    current = [file for file, state in result.files.items() if state in PUBLISHED]
    if not current:
        emitter.warning("nothing_built", "No package was built: debs/ and apt/ in the output directory stay as they were.")
        return 0
    held = is_held(settings, result, emitter)
    states = as_held(result, FormerPackages(settings.output, architecture)) if held else result.files
    try:
        debs.tidy(settings.output, states, result.binaries, architecture)
        if held:
            return 0
        made = apt_repository.make(settings.output, current, result.binaries, Target(settings.codename, architecture),
                                   settings.repository_prune)
        if not settings.repository_held:
            apt_repository.swap(settings.output)
    except (apt_repository.RepositoryError, OSError) as error:
        why = disk.explain(error, disk.places(settings)) if isinstance(error, OSError) else str(error)
        emitter.error("Making the APT repository in the output directory failed: %s." % why)
        return 1
    finally:
        # After the explanation: the unfinished repository may be what fills the disk.
        apt_repository.discard_unfinished(settings.output)
    report_damaged(emitter, made.damaged)
    for one in made.leaving:
        emitter.progress("repository_removed", deb=one.deb, version=one.version, reason=one.reason)
    report_kept(emitter, plan, result, made.staying)
    emitter.progress("repository", path="apt", count=made.count, signed=False)
    return 0


if __name__ == "__main__":
    step.run(main)
