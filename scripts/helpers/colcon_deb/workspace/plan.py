# SPDX-License-Identifier: Apache-2.0
"""From a source tree to a plan: which packages, what they are called, in which order."""

import heapq
import importlib.util
import os

from ..base import debname
from ..base.selection import SelectionError, select
from .discovery import MANIFEST, find_packages
from .epoch import source_epoch, stamps
from .manifest import ManifestError, read_manifest

_DEFAULT_BUILD_TYPES = ("ament_cmake", "ament_python", "catkin", "cmake")


def make_plan(settings):
    """The plan as plain data: packages in build order, warnings, errors. With errors, packages may be missing from it."""
    plan = {"packages": [], "warnings": [], "errors": []}
    if not os.path.isdir(settings.source):
        _error(plan, "There is no src/ in the workspace: nothing to build. Put your packages under src/.")
        return plan
    paths, warnings = find_packages(settings.source)
    plan["warnings"] += [{"code": code, "msg": text} for code, text in warnings]
    manifests = _read_all(settings, paths, plan)
    if not paths:
        _error(plan, "No package found under src/: a package is a directory with a package.xml. Directories with "
                     "COLCON_IGNORE, AMENT_IGNORE or CATKIN_IGNORE are left out.")
    _check_names(settings, manifests, plan)
    if plan["errors"]:
        return plan
    packages = {name: _describe(settings, path, manifest, manifests) for name, (path, manifest) in manifests.items()}
    order, cycle = topological_order({name: package["deps"] for name, package in packages.items()})
    if cycle:
        _error(plan, "Packages depend on each other in a circle: %s. One of these dependencies has to go."
               % " -> ".join(cycle))
        return plan
    try:
        selected = select(settings, {name: package["deps"] for name, package in packages.items()})
    except SelectionError as error:
        _error(plan, str(error))
        return plan
    plan["packages"] = [dict(packages[name], selected=name in selected) for name in order]
    if settings.build_stamp:
        _stamp(settings, plan["packages"])
    return plan


def build_types():
    """The build types that the installed bloom has templates for."""
    spec = importlib.util.find_spec("bloom")
    for root in (spec.submodule_search_locations or []) if spec else []:
        templates = os.path.join(root, "generators", "debian", "templates")
        if os.path.isdir(templates):
            return sorted(name for name in os.listdir(templates) if os.path.isdir(os.path.join(templates, name)))
    return sorted(_DEFAULT_BUILD_TYPES)


def active(dependencies):
    """Those whose condition holds."""
    return [dependency for dependency in dependencies if dependency.evaluated_condition is not False]


def group_members(manifest, manifests):
    """Names of the workspace packages in the groups that this package depends on (REP 149)."""
    wanted = {group.name for group in active(manifest.group_depends)}
    return sorted(name for name, (_path, other) in manifests.items()
                  if name != manifest.name and wanted.intersection(group.name for group in active(other.member_of_groups)))


def topological_order(dependencies):
    """(names in order, None), or (None, a cycle as [a, b, a]). Ready packages go by name, so the order never varies."""
    waiting = {name: set(deps) for name, deps in dependencies.items()}
    dependents = {}
    for name, deps in waiting.items():
        for dep in deps:
            dependents.setdefault(dep, []).append(name)
    ready = [name for name, deps in waiting.items() if not deps]
    heapq.heapify(ready)
    order = []
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        for dependent in dependents.get(name, ()):
            waiting[dependent].discard(name)
            if not waiting[dependent]:
                heapq.heappush(ready, dependent)
    if len(order) == len(waiting):
        return order, None
    return None, _find_cycle({name: deps for name, deps in waiting.items() if deps})


def _find_cycle(waiting):
    """Every node left waits for another one that is left: walking on must come back."""
    name, trail = min(waiting), []
    while name not in trail:
        trail.append(name)
        name = min(waiting[name])
    cycle = trail[trail.index(name):]
    start = cycle.index(min(cycle))
    cycle = cycle[start:] + cycle[:start]
    return cycle + cycle[:1]


def _read_all(settings, paths, plan):
    """name -> (path, manifest) of the packages that can be read and have a name of their own."""
    by_name = {}
    for path in paths:
        file = os.path.normpath(os.path.join("src", path, MANIFEST))
        try:
            manifest, warnings = read_manifest(os.path.join(settings.source, path), settings.conditions)
        except ManifestError as error:
            where = file if error.line is None else "%s:%d:%d" % (file, error.line, error.column)
            _error(plan, "%s: %s" % (where, error), file=file, line=error.line, column=error.column)
            continue
        plan["warnings"] += [{"code": "package_xml", "msg": "%s: %s" % (file, text), "name": manifest.name}
                             for text in warnings]
        by_name.setdefault(manifest.name, []).append((path, manifest))
    for name, entries in sorted(by_name.items()):
        if len(entries) > 1:
            _error(plan, "Two packages are called %s: %s. Rename one, or put a COLCON_IGNORE into the other's directory."
                   % (name, " and ".join("src/" + path for path, _manifest in entries)))
    return {name: entries[0] for name, entries in by_name.items()}


def _check_names(settings, manifests, plan):
    known = build_types()
    by_deb = {}
    for name, (path, manifest) in sorted(manifests.items()):
        deb = settings.deb_name(name)
        file = os.path.normpath(os.path.join("src", path, MANIFEST))
        if not debname.is_name(deb):
            _error(plan, "%s: the package name %r cannot become a Debian package name." % (file, name), file=file)
        if manifest.get_build_type() not in known:
            _error(plan, "%s: build type %s is not one that the installed bloom packages (%s)."
                   % (file, manifest.get_build_type(), ", ".join(known)), file=file)
        if deb in by_deb:
            _error(plan, "%s (src/%s) and %s (src/%s) would both become %s: Debian names have neither upper case nor "
                         "underscores. Rename one." % (by_deb[deb][0], by_deb[deb][1], name, path, deb))
        by_deb.setdefault(deb, (name, path))


def _describe(settings, path, manifest, manifests):
    members = group_members(manifest, manifests)
    build = _names(manifest.build_depends, manifest.buildtool_depends)
    # Who uses this package needs these, so they are in its Depends although they are build dependencies by name.
    run = _names(manifest.exec_depends, manifest.build_export_depends, manifest.buildtool_export_depends)
    test = _names(manifest.test_depends)
    ordering = build | run | set(members) | (test if settings.run_tests else set())
    return {
        "name": manifest.name,
        "version": manifest.version,
        "path": path,
        "build_type": manifest.get_build_type(),
        "deb": settings.deb_name(manifest.name),
        "deb_version": settings.deb_version(manifest.version),
        "deps": sorted(name for name in ordering if name in manifests and name != manifest.name),
        "group_members": members,
        "keys": {"build": sorted(build - set(manifests)), "run": sorted(run - set(manifests)),
                 "test": sorted(test - set(manifests)),
                 "relations": sorted(_names(manifest.replaces, manifest.conflicts) - set(manifests))},
    }


def _stamp(settings, packages):
    given = stamps(packages, lambda package: source_epoch(os.path.join(settings.source, package["path"])))
    for package in packages:
        package["deb_version"] = settings.deb_version(package["version"], given[package["name"]])


def _names(*lists):
    return {dependency.name for dependencies in lists for dependency in active(dependencies)}


def _error(plan, message, **where):
    plan["errors"].append(dict({"msg": message}, **where))
