# SPDX-License-Identifier: Apache-2.0
"""From a source tree to a plan: which packages there are, their Debian names, their order."""

from __future__ import annotations

import heapq
import importlib.util
import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from ..base import debname
from ..base.selection import SelectionError, check_patterns, closure, is_ignored, select, without_match
from ..base.settings import Settings
from .discovery import find_packages, manifest_path
from .manifest import ManifestError, claimed_name, read_manifest
from .package import Fault, Keys, Notice, Package, Plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import catkin_pkg.package

_ROS_WORKSPACE = "ros_workspace"
_DEFAULT_BUILD_TYPES = ("ament_cmake", "ament_python", "catkin", "cmake")


@dataclass(frozen=True)
class _Found:
    """A package.xml, and the directory that it is in, relative to src/."""

    path: str
    manifest: catkin_pkg.package.Package


@dataclass(frozen=True)
class _Broken:
    """A package.xml that cannot be used. name: of the package; "" if nothing can need it, None if it is unknown."""

    path: str
    name: str | None
    fault: Fault


def make_plan(settings: Settings) -> Plan:
    return _Planner(settings).plan()


class _Planner:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._warnings: list[Notice] = []
        self._errors: list[Fault] = []
        self._broken: list[_Broken] = []

    def plan(self) -> Plan:
        return Plan(self._packages(), self._warnings, self._errors, [one.path for one in self._broken])

    def _packages(self) -> list[Package]:
        """Packages in build order; none after an error."""
        if not os.path.isdir(self._settings.source):
            self._fail("There is no src/ in the workspace: nothing to build. Put your packages under src/.")
            return []
        try:
            check_patterns(self._settings)
        except SelectionError as error:
            self._fail(str(error))
            return []
        paths, warnings = find_packages(self._settings.source)
        self._warnings += warnings
        found = self._read_all(paths)
        if not paths:
            self._fail("No package found under src/: a package is a directory with a package.xml. Directories with "
                       "COLCON_IGNORE, AMENT_IGNORE or CATKIN_IGNORE are left out.")
        self._judge_nameless(bool(found))
        found = self._without_unusable(found)
        self._broken = [one for one in self._broken if not self._is_ignored(one.name or "", one.path)]
        present = {name: one for name, one in found.items() if not self._is_ignored(name, one.path)}
        self._check_names(present)
        self._warnings += [Notice("unmatched_option", text) for text in without_match(self._settings, found)]
        if self._errors:
            return []
        # What former builds made of ignored packages stands, so they stay in the plan.
        packages = self._after_ros_workspace({name: self._describe(one, present if name in present else found)
                                              for name, one in found.items()})
        dependencies = {name: package.deps for name, package in packages.items()}
        order, cycle = topological_order(dependencies)
        if cycle:
            self._fail("Packages depend on each other in a circle: %s. Remove one of these dependencies."
                       % " -> ".join(cycle))
            return []
        try:
            selected = select(self._settings, self._with_broken({name: packages[name] for name in present}))
        except SelectionError as error:
            self._fail(str(error))
            return []
        self._judge_broken(packages, selected)
        if self._errors:
            return []
        return [replace(packages[name], selected=name in selected, ignored=name not in present) for name in order]

    def _is_ignored(self, name: str, path: str) -> bool:
        return is_ignored(self._settings, name, path)

    def _read_all(self, paths: Iterable[str]) -> dict[str, _Found]:
        """By name, the packages that can be read."""
        by_name: dict[str, list[_Found]] = {}
        for path in paths:
            file = manifest_path(path)
            try:
                manifest, warnings = read_manifest(os.path.join(self._settings.source, path), self._settings.conditions)
            except ManifestError as error:
                where = file if error.line is None else "%s:%d:%s" % (file, error.line, error.column)
                fault = Fault("%s: %s" % (where, error), file, error.line, error.column)
                self._broken.append(_Broken(path, claimed_name(os.path.join(self._settings.source, path)), fault))
                continue
            self._warnings += [Notice("package_xml", "%s: %s" % (file, text), manifest.name) for text in warnings]
            by_name.setdefault(manifest.name, []).append(_Found(path, manifest))
        for name, found in sorted(by_name.items()):
            # Of the same name, those that are not ignored come first.
            found.sort(key=lambda one: self._is_ignored(one.manifest.name, one.path))
            if len(found) > 1 and not self._is_ignored(name, found[1].path):
                self._fail("Two packages are called %s: %s. Rename one, or put a COLCON_IGNORE into the other's "
                           "directory." % (name, " and ".join("src/" + one.path for one in found)))
        return {name: found[0] for name, found in by_name.items()}

    def _judge_nameless(self, have_others: bool) -> None:
        """A package.xml that names no package, as in a directory of templates, is left out: nothing can need it."""
        for one in self._broken:
            if one.name is None or not one.name and not have_others:
                self._errors.append(one.fault)
            elif not one.name:
                self._leave_out(one, "It names no package, so nothing can need it")

    def _judge_broken(self, packages: Mapping[str, Package], selected: Collection[str]) -> None:
        """A package that cannot be read is an error if it is selected, or needed by a package that is."""
        needed = closure(selected, self._with_broken(packages))
        for one in self._broken:
            if one.name in needed:
                self._errors.append(one.fault)
            elif one.name:
                self._leave_out(one, "Nothing that is selected needs it")

    def _leave_out(self, one: _Broken, why: str) -> None:
        self._warnings.append(Notice("unreadable_package", "%s. %s: it is left out." % (one.fault.msg, why)))

    def _with_broken(self, packages: Mapping[str, Package]) -> dict[str, list[str]]:
        """name -> the packages that it needs, also those whose package.xml names them but cannot be used."""
        broken = {one.name for one in self._broken if one.name}
        edges: dict[str, list[str]] = {name: [] for name in broken}
        for name, package in packages.items():
            keys = package.keys.build + package.keys.run + (package.keys.test if self._settings.run_tests else [])
            edges[name] = package.deps + sorted(broken.intersection(keys))
        return edges

    def _without_unusable(self, found: Mapping[str, _Found]) -> dict[str, _Found]:
        """A package that cannot be packaged is as one whose package.xml cannot be read."""
        known = build_types()
        faults = {name: self._find_fault(name, one, known) for name, one in found.items()}
        self._broken += [_Broken(found[name].path, name, Fault(fault, manifest_path(found[name].path)))
                         for name, fault in sorted(faults.items()) if fault]
        return {name: one for name, one in found.items() if not faults[name]}

    def _find_fault(self, name: str, one: _Found, known: Collection[str]) -> str | None:
        deb, setup = self._settings.deb_name(name), self._settings.setup_deb
        build_type = one.manifest.get_build_type()
        file = manifest_path(one.path)
        if not debname.is_name(deb):
            return "%s: the package name %r cannot become a Debian package name. Rename the package." % (file, name)
        if build_type not in known:
            return ("%s: the installed bloom cannot package the build type %s. Use one of %s."
                    % (file, build_type, ", ".join(known)))
        if deb == setup:
            return ("%s: the package name %s is reserved: colcon-deb makes a package %s itself, with the set-up files of "
                    "the prefix. Rename the package." % (file, name, setup))
        return None

    def _check_names(self, found: Mapping[str, _Found]) -> None:
        by_deb: dict[str, tuple[str, str]] = {}
        for name, one in sorted(found.items()):
            deb = self._settings.deb_name(name)
            if deb in by_deb:
                self._fail("%s (src/%s) and %s (src/%s) would both become %s: Debian names have neither upper case nor "
                           "underscores. Rename one." % (*by_deb[deb], name, one.path, deb))
            by_deb.setdefault(deb, (name, one.path))

    def _describe(self, one: _Found, found: Mapping[str, _Found]) -> Package:
        manifest = one.manifest
        members = group_members(manifest, found)
        build = _names(manifest.build_depends, manifest.buildtool_depends)
        # Users of this package need its exported build dependencies, so they go into Depends.
        run = _names(manifest.exec_depends, manifest.build_export_depends, manifest.buildtool_export_depends)
        test = _names(manifest.test_depends)
        ordering = build | run | set(members) | (test if self._settings.run_tests else set())
        workspace = set(found)
        return Package(
            name=manifest.name, version=manifest.version, path=one.path, build_type=manifest.get_build_type(),
            deb=self._settings.deb_name(manifest.name), deb_version=self._settings.deb_version(manifest.version),
            deps=sorted(ordering & workspace - {manifest.name}), group_members=members,
            keys=Keys(build=sorted(build - workspace), run=sorted(run - workspace), test=sorted(test - workspace),
                      relations=sorted(_names(manifest.replaces, manifest.conflicts) - workspace)))

    def _after_ros_workspace(self, packages: dict[str, Package]) -> dict[str, Package]:
        """Every package needs ros_workspace, which has the set-up files of the prefix, except those that it needs."""
        if _ROS_WORKSPACE not in packages or self._settings.ros_version != "2" \
                or self._is_ignored(_ROS_WORKSPACE, packages[_ROS_WORKSPACE].path):
            return packages
        below = closure([_ROS_WORKSPACE], {name: package.deps for name, package in packages.items()})
        return {name: package if name in below else replace(package, deps=sorted({*package.deps, _ROS_WORKSPACE}))
                for name, package in packages.items()}

    def _fail(self, message: str, file: str | None = None, line: int | None = None, column: int | None = None) -> None:
        self._errors.append(Fault(message, file, line, column))


def build_types() -> list[str]:
    """The build types that the installed bloom has templates for."""
    spec = importlib.util.find_spec("bloom")
    for root in (spec.submodule_search_locations or []) if spec else []:
        templates = os.path.join(root, "generators", "debian", "templates")
        if os.path.isdir(templates):
            return sorted(name for name in os.listdir(templates) if os.path.isdir(os.path.join(templates, name)))
    return sorted(_DEFAULT_BUILD_TYPES)


def active(dependencies: Iterable[Any]) -> list[Any]:
    """The dependencies or groups of catkin_pkg whose condition holds."""
    return [dependency for dependency in dependencies if dependency.evaluated_condition is not False]


def group_members(manifest: catkin_pkg.package.Package, found: Mapping[str, _Found]) -> list[str]:
    """Names of the workspace packages in the groups that this package depends on (REP 149)."""
    wanted = _names(manifest.group_depends)
    return sorted(name for name, other in found.items()
                  if name != manifest.name and wanted & _names(other.manifest.member_of_groups))


def topological_order(dependencies: Mapping[str, Collection[str]]) -> tuple[list[str], list[str]]:
    """(names in order, []), or ([], a cycle as [a, b, a]). Ready packages go by name, so the order never varies."""
    waiting = {name: set(deps) for name, deps in dependencies.items()}
    dependents: dict[str, list[str]] = {}
    for name, deps in waiting.items():
        for dep in deps:
            dependents.setdefault(dep, []).append(name)
    ready = [name for name, deps in waiting.items() if not deps]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        for dependent in dependents.get(name, ()):
            waiting[dependent].discard(name)
            if not waiting[dependent]:
                heapq.heappush(ready, dependent)
    if len(order) == len(waiting):
        return order, []
    return [], _find_cycle({name: deps for name, deps in waiting.items() if deps})


def _find_cycle(waiting: Mapping[str, Collection[str]]) -> list[str]:
    """Every node left waits for another node that is left, so walking on reaches a node twice."""
    name = min(waiting)
    trail: list[str] = []
    while name not in trail:
        trail.append(name)
        name = min(waiting[name])
    cycle = trail[trail.index(name):]
    start = cycle.index(min(cycle))
    cycle = cycle[start:] + cycle[:start]
    return cycle + cycle[:1]


def _names(*lists: Iterable[Any]) -> set[str]:
    return {dependency.name for dependencies in lists for dependency in active(dependencies)}
