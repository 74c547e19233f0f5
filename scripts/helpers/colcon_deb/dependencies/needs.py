# SPDX-License-Identifier: Apache-2.0
"""Which system packages the workspace needs, found out for all its packages at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ..base import files
from ..base.selection import closure
from ..base.settings import Settings
from ..packaging import control, overrides, pyproject
from ..packaging.saved_edits import edited_files
from ..packaging.user_files import UserFileError, roots
from ..workspace.discovery import manifest_path
from ..workspace.package import Package, Plan
from .apt import Want
from .places import place_of
from .rosdep import Resolution

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Which of these names apt knows, looked for harder if one of the required ones is missing: underlay.known().
    Underlay = Callable[[Collection[str], Collection[str]], set[str]]

# Relations that bloom's templates add to Build-Depends.
_TEMPLATE_RELATIONS = {"ament_python": ["python3-all", "python3-setuptools", "dh-python"]}
# Keys that the ROS build farm adds. They are used if they resolve, and never required.
FARM_KEYS = ("ros_workspace", "rosidl_typesupport_fastrtps_c", "rosidl_typesupport_fastrtps_cpp")


@dataclass(frozen=True, order=True)
class Unresolved:
    """A key that nothing provides, or whose rule cannot be used, and the package that wants it."""

    package: str
    key: str
    place: str = field(default="", compare=False)  # the line of package.xml
    fault: str | None = field(default=None, compare=False)  # what is wrong with the rule; None without one


@dataclass(frozen=True)
class NotFromApt:
    """A key that another installer than apt provides."""

    package: str
    key: str
    installer: str
    for_build: bool


@dataclass
class Needs:
    resolved: dict[str, list[str]] = field(default_factory=dict)  # key -> names for apt
    relations: list[str] = field(default_factory=list)  # to be satisfied by apt
    wanted: dict[str, list[Want]] = field(default_factory=dict)  # relation -> who wants it
    by_name: list[str] = field(default_factory=list)  # packages of an underlay, found without a rule
    unresolved: list[Unresolved] = field(default_factory=list)  # of selected packages
    unusable: dict[str, str] = field(default_factory=dict)  # selected package -> what is wrong with its override
    other: list[NotFromApt] = field(default_factory=list)


def collect(settings: Settings, plan: Plan, resolver: Callable[[list[str]], Mapping[str, Resolution]],
            underlay: Underlay) -> Needs:
    """A selected package that cannot be built is in unresolved or unusable, and wants nothing."""
    return _Collection(settings, plan, underlay).collect(resolver)


class _Collection:
    def __init__(self, settings: Settings, plan: Plan, underlay: Underlay) -> None:
        self._settings, self._plan, self._underlay = settings, plan, underlay
        self._concerned = closure([package.name for package in plan.packages if package.selected], plan.dependencies)
        self._provided = {package.deb for package in plan.present} | {settings.setup_deb}
        self._wanted: dict[str, set[Want]] = {"debhelper (>= 13~)": {Want("", "")}}
        self._needs = Needs()

    def collect(self, resolver: Callable[[list[str]], Mapping[str, Resolution]]) -> Needs:
        generated = [package for package in self._plan.present if self._is_generated(package)]
        self._resolve(generated, resolver)
        for package in generated:
            for key in self._installed_keys(package) if package.name in self._concerned else []:
                self._want(self._needs.resolved.get(key, []), package, self._place(package, key))
        self._needs.wanted = self._wanted_of_usable()
        self._needs.relations = list(self._needs.wanted)
        return self._needs

    def _wanted_of_usable(self) -> dict[str, list[Want]]:
        """The relations that packages outside the workspace have to satisfy."""
        profiles: set[str] = set() if self._settings.run_tests else {"nocheck"}
        faulty = {one.package for one in self._needs.unresolved}.union(self._needs.unusable)
        wanted: dict[str, set[Want]] = {}
        for relation, wants in self._wanted.items():
            for name in control.for_profiles([relation], profiles):
                wanted.setdefault(name, set()).update(want for want in wants if want.package not in faulty)
        return {relation: sorted(wants) for relation, wants in sorted(wanted.items())
                if wants and not self._provided.intersection(control.alternative_names(relation))}

    def _place(self, package: Package, key: str) -> str:
        return place_of(self._settings.source, package.path, key)

    def _want(self, relations: Iterable[str], package: Package, file: str) -> None:
        for relation in relations:
            self._wanted.setdefault(relation, set()).add(Want(package.name, file))

    def _is_generated(self, package: Package) -> bool:
        """See _look_at(). A package with an unusable override is not."""
        try:
            return self._look_at(package)
        except (overrides.OverrideError, control.ControlError) as error:
            if package.selected:
                self._needs.unusable[package.name] = str(error)
            return False

    def _look_at(self, package: Package) -> bool:
        """Whether the debian/ directory of the package is generated, so that its keys have to resolve."""
        override = overrides.find(self._settings.debian_dirs, package.name)
        concerned = package.name in self._concerned
        if override.whole:
            # Only its control file counts, whether its keys resolve or not.
            stanzas = overrides.read_control(os.path.join(override.whole, "control"))
            self._provided.update(control.binary_names(stanzas))
            if concerned:
                self._want(control.build_relations(stanzas), package, files.shown(os.path.join(override.whole, "control")))
            return False
        if concerned:
            self._want(self._template_relations(package), package, manifest_path(package.path))
            for key, relations in (("build_depends", override.fields.build_depends), ("depends", override.fields.depends)):
                for relation in relations:
                    self._want([relation], package, override.fields.place(key, relation))
            saved = os.path.join(self._settings.debian_dirs, package.name, "debian")
            if self._has_own_control(saved):
                path = os.path.join(saved, "control")
                self._want(control.build_relations(overrides.read_control(path)), package, files.shown(path))
        return True

    def _has_own_control(self, saved: str) -> bool:
        try:
            return "control" in edited_files(saved, roots(self._settings))
        except UserFileError:
            # The preparer says so. Other packages do not suffer.
            return False

    def _template_relations(self, package: Package) -> list[str]:
        """What bloom's template of the build type, or its correction, adds to Build-Depends."""
        source = os.path.join(self._settings.source, package.path)
        more = pyproject.build_relations(source) if package.build_type == "ament_python" and pyproject.is_alone(source) else []
        return _TEMPLATE_RELATIONS.get(package.build_type, []) + more

    def _resolve(self, packages: Iterable[Package], resolver: Callable[[list[str]], Mapping[str, Resolution]]) -> None:
        """Look up the keys of all packages, for their fingerprints. Keys of concerned packages have to resolve."""
        keys = set(FARM_KEYS)
        for package in packages:
            keys.update(package.keys.build, package.keys.run, package.keys.test, package.keys.relations)
        required = {key for package in packages if package.name in self._concerned
                    for key in self._installed_keys(package)}
        answers = self._with_underlay(resolver(sorted(keys)), keys, required)
        self._needs.resolved = {key: answer.packages for key, answer in answers.items() if not answer.fault}
        for package in packages:
            for key in sorted(set(self._installed_keys(package))) if package.name in self._concerned else []:
                answer = answers.get(key)
                if answer is None or answer.fault:
                    self._add_unresolved(package, key, answer.fault if answer else None)
                elif answer.other:
                    self._needs.other.append(NotFromApt(package.name, key, answer.other, key in package.keys.build))

    def _add_unresolved(self, package: Package, key: str, fault: str | None) -> None:
        """The last .deb of a package that is not selected is used, and says itself what it depends on."""
        if package.selected:
            self._needs.unresolved.append(Unresolved(package.name, key, self._place(package, key), fault))

    def _with_underlay(self, answers: Mapping[str, Resolution], keys: Iterable[str],
                       required: Collection[str]) -> dict[str, Resolution]:
        """Keys without a rule resolve to the package that has the name that a package of the workspace would have."""
        # Without a prefix any package of Debian could have the name by chance.
        names = {key: self._settings.deb_name(key) for key in keys
                 if key not in answers and self._settings.package_prefix}
        known = self._underlay(names.values(), {name for key, name in names.items() if key in required})
        self._needs.by_name = sorted(known.intersection(names.values()))
        return {**answers, **{key: Resolution([name]) for key, name in names.items() if name in known}}

    def _installed_keys(self, package: Package) -> list[str]:
        return package.keys.build + package.keys.run + (package.keys.test if self._settings.run_tests else [])
