#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Find out, as root and before anything of the workspace runs, what its packages need. Usage: dependency-resolver.py

Reads the plan; writes the resolved keys (resolved.json) and what apt has to satisfy (needs.json) beside it.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings  # noqa: E402
from colcon_deb.dependencies import rosdep  # noqa: E402
from colcon_deb.dependencies.needs import collect, manifest_of, unsatisfied  # noqa: E402
from colcon_deb.packaging import control, overrides  # noqa: E402


def report_unresolved(emitter, settings, plan, unresolved):
    paths = {package["name"]: manifest_of(package) for package in plan["packages"]}
    wanted = {}
    for name, key in unresolved:
        emitter.progress("dep_unresolved", name=name, key=key)
        wanted.setdefault(key, []).append(name)
    for key, names in sorted(wanted.items()):
        emitter.error("Nothing provides the dependency %s on %s %s; wanted by %s. Add the package to src/, or a rule for it "
                      "to debian_dirs/rosdep.yaml (%s: {%s: [debian-package]}), or correct the name."
                      % (key, settings.os_name, settings.codename,
                         ", ".join("%s (%s)" % (name, paths[name]) for name in names), key, settings.os_name),
                      name=names[0])


def report_unused(emitter, settings, plan):
    for path in overrides.unused(settings.debian_dirs, {package["name"] for package in plan["packages"]}):
        emitter.warning("override_unused", "debian_dirs/%s is not used: there is no package of that name in the workspace. "
                        "An override belongs to debian_dirs/<package>/, by the name in package.xml." % path)


def report_other(emitter, other):
    for name, key, installer, for_build in other:
        text = "%s needs %s, which is only available by %s: it is not installed and not in the Depends of the package." \
               % (name, key, installer)
        if for_build:
            text += " If the build fails for want of it, put it into the image."
        emitter.warning("not_apt", text, name=name)


def main():
    emitter = Emitter()
    settings = Settings()
    plan = files.read_json(os.path.join(settings.state, "plan.json"))
    report_unused(emitter, settings, plan)
    try:
        resolver = rosdep.open_resolver(settings, emitter.warning)
        needs = collect(settings, plan, resolver)
    except (rosdep.ResolveError, overrides.OverrideError, control.ControlError) as error:
        emitter.error(str(error))
        return 1
    report_other(emitter, needs.other)
    if needs.unresolved:
        report_unresolved(emitter, settings, plan, needs.unresolved)
        return 1
    files.write_json(os.path.join(settings.state, "resolved.json"), needs.resolved)
    files.write_json(os.path.join(settings.state, "needs.json"),
                     {"relations": needs.relations, "lacking": unsatisfied(needs.relations)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
