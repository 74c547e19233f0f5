#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Find the system packages that the workspace needs, as root and before anything of the workspace runs.
Usage: dependency-resolver.py

Reads the plan. Writes the resolved keys (resolved.json), what apt has to satisfy (needs.json) and which packages cannot
be built (faults.json) beside it. Those do not stop the build of the others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files, step  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.dependencies import apt, faults, rosdep, rosdep_file, underlay  # noqa: E402
from colcon_deb.dependencies.apt import AptNeeds  # noqa: E402
from colcon_deb.dependencies.needs import Needs, NotFromApt, Unresolved, collect  # noqa: E402
from colcon_deb.packaging import overrides  # noqa: E402
from colcon_deb.workspace.discovery import manifest_path  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402

SHOWN_KEYS = 20

def report_unresolved(emitter: Emitter, settings: Settings, plan: Plan, unresolved: Sequence[Unresolved],
                       offline: str | None) -> None:
    """Say once a key what nothing provides. If rules could not be fetched, that is said once, with all its keys."""
    wanted_by: dict[str, list[Unresolved]] = {}
    for one in unresolved:
        emitter.progress("dep_unresolved", name=one.package, key=one.key)
        wanted_by.setdefault(one.key, []).append(one)
    unexplained = []
    for key, wants in sorted(wanted_by.items()):
        broken = [manifest_path(path) for path in plan.unreadable if os.path.basename(path) == key]
        if offline and not broken and not wants[0].fault:
            unexplained.append(key)
        else:
            emitter.error(_about(settings, key, wants, broken), **({"name": wants[0].package} if len(wants) == 1 else {}))
    if unexplained and offline:
        emitter.error(_about_offline(offline, unexplained))
    elif offline:
        emitter.warning("rosdep_offline", "Fetching rosdep's rules failed (%s): the build goes on without them." % offline)


def _about(settings: Settings, key: str, wants: Sequence[Unresolved], broken: Sequence[str]) -> str:
    wanted_by = ", ".join("%s (%s)" % (one.package, one.place) for one in wants)
    if wants[0].fault:
        return "On %s %s %s; wanted by %s. Correct the rule, or add one to debian_dirs/rosdep.yaml, which comes first." \
               % (settings.os_name, settings.codename, wants[0].fault, wanted_by)
    text = "Nothing provides the dependency %s on %s %s; wanted by %s. " % (key, settings.os_name, settings.codename, wanted_by)
    text += "%s, which cannot be used, may be that package: correct it. Or add" % broken[0] if broken else "Add"
    return text + " the package to src/, or a rule for it to debian_dirs/rosdep.yaml (%s: {%s: [debian-package]}), or " \
                  "correct the name." % (key, settings.os_name)


def _about_offline(reason: str, keys: Sequence[str]) -> str:
    more = " and %d more" % (len(keys) - SHOWN_KEYS) if len(keys) > SHOWN_KEYS else ""
    listed = ", ".join(keys[:SHOWN_KEYS]) + more
    count = "the key %s has" % listed if len(keys) == 1 else "%d keys have" % len(keys)
    return "rosdep's rules could not be fetched (%s); %s no rule without them%s. Check the network or the proxy, " \
           "or add rules to debian_dirs/rosdep.yaml." % (reason, count, "" if len(keys) == 1 else ": " + listed)


def faults_of(settings: Settings, needs: Needs) -> dict[str, str]:
    """package -> why it cannot be built, in short."""
    reasons: dict[str, list[str]] = {}
    for one in needs.unresolved:
        text = one.fault or "nothing provides the dependency %s on %s %s" % (one.key, settings.os_name, settings.codename)
        reasons.setdefault(one.package, []).append("%s (%s)" % (text, one.place))
    return {**needs.unusable, **{package: "; ".join(texts) for package, texts in reasons.items()}}


def report_unused(emitter: Emitter, settings: Settings, plan: Plan) -> None:
    for path in overrides.unused(settings.debian_dirs, {package.name for package in plan.packages}):
        emitter.warning("override_unused", "debian_dirs/%s is not used: the workspace has no package of that name. "
                        "Put an override into debian_dirs/<package>/, named as in package.xml." % path)


def report_not_from_apt(emitter: Emitter, found: Iterable[NotFromApt]) -> None:
    for one in found:
        text = "%s needs %s, which only %s provides: it is not installed, and not in the Depends of the package." \
               % (one.package, one.key, one.installer)
        if one.for_build:
            text += " If the build fails without it, add it to the image."
        emitter.warning("not_apt", text, name=one.package)


def main() -> int:
    emitter = Emitter()
    settings = read_settings()
    plan = Plan.from_json(files.read_json(os.path.join(settings.state, "plan.json")))
    report_unused(emitter, settings, plan)
    try:
        resolver = rosdep.open_resolver(settings, lambda: emitter.progress("general", current=0, total=1,
                                                                           message="fetching rosdep's rules"))
        needs = collect(settings, plan, resolver, underlay.known)
    except (rosdep.ResolveError, rosdep_file.RulesError) as error:
        emitter.error(str(error))
        return 1
    report_not_from_apt(emitter, needs.other)
    if needs.by_name:
        emitter.log("info", "Dependencies without a rule that apt has under their own names: %s."
                    % ", ".join(needs.by_name))
    report_unresolved(emitter, settings, plan, needs.unresolved, resolver.offline)
    files.write_json(os.path.join(settings.state, "resolved.json"), needs.resolved)
    files.write_json(os.path.join(settings.state, "needs.json"),
                     AptNeeds(needs.relations, apt.unsatisfied(needs.relations), needs.wanted).to_json())
    faults.write(settings.state, faults_of(settings, needs))
    return 0


if __name__ == "__main__":
    step.run(main)
