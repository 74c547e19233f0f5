#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make the APT repository in the output directory, as the build user. Usage: apt-repository.py

With REPOSITORY_HELD=1 it is left as .apt.new: the host has the key, signs it and puts it in place.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Collection, Iterable, Mapping

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import debname, disk, files, step  # noqa: E402
from colcon_deb.base.machine import read_machine  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.building import neighbours  # noqa: E402
from colcon_deb.building.result import FORMER, Result  # noqa: E402
from colcon_deb.building.standing import HELD, PUBLISHED  # noqa: E402
from colcon_deb.repository import apt_repository, debs  # noqa: E402
from colcon_deb.repository.apt_dists import Target  # noqa: E402
from colcon_deb.repository.apt_repository import Different, Made, Staying  # noqa: E402
from colcon_deb.repository.former import FormerPackages  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402

_MOST_SHOWN = 3


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


def report_different(emitter: Emitter, target: Target, different: Iterable[Different]) -> None:
    for one in different:
        emitter.warning("all_differs", "%s (Architecture: all) has another content than the one that was built for %s. The "
                        "repository now offers that of %s to both. Its build is not reproducible, or the package is not "
                        "independent of the architecture." % (one.file, one.other, target))


def report_overlap(emitter: Emitter, target: Target, overlap: Mapping[str, list[str]]) -> None:
    for other, names in overlap.items():
        shown = ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")
        plain = other == neighbours.PLAIN
        advice = "" if plain else " If the other target is no longer built, remove output/targets/%s." % other
        emitter.warning("target_overlap", "%s builds packages of the same names for %s (%s). The repository offers those of "
                        "both, and apt takes the last that were built. Give one of the two another package_prefix and "
                        "install_prefix, or an output directory of its own.%s" %
                        ("The build without a target" if plain else "The target " + other, target, shown, advice))


def update(settings: Settings, result: Result, current: Collection[str], target: Target, held: bool) -> Made | None:
    """Put the packages into debs/ and into the repository; None if that stays as it was. With the lock held."""
    debs_directory = os.path.join(settings.output, "debs")
    former = FormerPackages(settings.output, settings.repository, target.architecture)
    states = as_held(result, former) if held else result.files
    debs.tidy(debs_directory, states, result.binaries, target.architecture, former)
    if held:
        return None
    apt_repository.recover(settings.repository)
    staying = set(result.binaries).union(*neighbours.binaries(settings, target.architecture).values())
    made = apt_repository.make(settings.repository, debs_directory, current, staying, target, settings.repository_prune)
    if not settings.repository_held:
        apt_repository.swap(settings.repository)
    return made


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
    target = Target(settings.codename, architecture)
    with contextlib.ExitStack() as held_lock:
        try:
            held_lock.enter_context(apt_repository.lock(settings.repository, lambda: emitter.log(
                "info", "Waiting for another build that is changing output/apt.")))
            # After the explanation of an error: the unfinished repository may be what fills the disk.
            held_lock.callback(apt_repository.discard_unfinished, settings.repository)
            made = update(settings, result, current, target, held)
        except (apt_repository.RepositoryError, OSError) as error:
            why = disk.explain(error, disk.places(settings)) if isinstance(error, OSError) else str(error)
            emitter.error("Making the APT repository in the output directory failed: %s." % why)
            return 1
    if not made:
        return 0
    report_damaged(emitter, made.damaged)
    report_different(emitter, target, made.different)
    own = {debname.package_in(name) for name in current} - {settings.setup_deb}
    report_overlap(emitter, target, neighbours.overlap(own, neighbours.binaries(settings, architecture)))
    for one in made.leaving:
        emitter.progress("repository_removed", deb=one.deb, version=one.version, reason=one.reason)
    report_kept(emitter, plan, result, made.staying)
    emitter.progress("repository", path="apt", count=made.count, signed=False)
    return 0


if __name__ == "__main__":
    step.run(main)
