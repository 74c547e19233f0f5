#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Find the system packages that the workspace needs, as root and before anything of the workspace runs.
Usage: dependency-resolver.py

Reads the plan. Writes the resolved keys (resolved.json) and what apt has to satisfy (needs.json) beside it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.dependencies import apt, rosdep, underlay  # noqa: E402
from colcon_deb.dependencies.apt import AptNeeds  # noqa: E402
from colcon_deb.dependencies.needs import NotFromApt, Unresolved, collect  # noqa: E402
from colcon_deb.packaging import control, overrides  # noqa: E402
from colcon_deb.workspace.discovery import manifest_path  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402


def report_unresolved(emitter: Emitter, settings: Settings, plan: Plan, unresolved: Iterable[Unresolved]) -> None:
    manifests = {package.name: manifest_path(package.path) for package in plan.packages}
    wanted_by: dict[str, list[str]] = {}
    for one in unresolved:
        emitter.progress("dep_unresolved", name=one.package, key=one.key)
        wanted_by.setdefault(one.key, []).append(one.package)
    for key, names in sorted(wanted_by.items()):
        broken = [manifest_path(path) for path in plan.unreadable if os.path.basename(path) == key]
        text = "Nothing provides the dependency %s on %s %s; wanted by %s. " % (
            key, settings.os_name, settings.codename, ", ".join("%s (%s)" % (name, manifests[name]) for name in names))
        text += "%s, which cannot be read, may be that package: correct it. Or add" % broken[0] if broken else "Add"
        emitter.error(text + " the package to src/, or a rule for it to debian_dirs/rosdep.yaml (%s: {%s: "
                      "[debian-package]}), or correct the name." % (key, settings.os_name), name=names[0])


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
        needs = collect(settings, plan, rosdep.open_resolver(settings, emitter.warning), underlay.known)
    except (rosdep.ResolveError, overrides.OverrideError, control.ControlError) as error:
        emitter.error(str(error))
        return 1
    report_not_from_apt(emitter, needs.other)
    if needs.by_name:
        emitter.log("info", "Dependencies without a rule that apt has under their own names: %s."
                    % ", ".join(needs.by_name))
    if needs.unresolved:
        report_unresolved(emitter, settings, plan, needs.unresolved)
        return 1
    files.write_json(os.path.join(settings.state, "resolved.json"), needs.resolved)
    files.write_json(os.path.join(settings.state, "needs.json"),
                     AptNeeds(needs.relations, apt.unsatisfied(needs.relations), needs.wanted).to_json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
