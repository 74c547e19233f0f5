# SPDX-License-Identifier: Apache-2.0
"""Which system packages the workspace needs, found out for all its packages at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from ..base.selection import closure
from ..base.settings import Settings
from ..packaging import control, overrides
from ..packaging.saved_edits import edited_files
from ..packaging.user_files import UserFileError, roots
from ..workspace.package import Package, Plan
from .rosdep import Resolution

# Relations that bloom's templates add to Build-Depends.
_TEMPLATE_RELATIONS = {"ament_python": ["python3-all", "python3-setuptools", "dh-python"]}
# Keys that the ROS build farm adds. They are used if they resolve, and never required.
FARM_KEYS = ("ros_workspace", "rosidl_typesupport_fastrtps_c", "rosidl_typesupport_fastrtps_cpp")


@dataclass(frozen=True, order=True)
class Unresolved:
    """A key that nothing provides, and the package that wants it."""

    package: str
    key: str


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
    unresolved: list[Unresolved] = field(default_factory=list)
    other: list[NotFromApt] = field(default_factory=list)


def collect(settings: Settings, plan: Plan, resolver: Callable[[list[str]], Mapping[str, Resolution]]) -> Needs:
    """Raises overrides.OverrideError or control.ControlError for an unusable override."""
    return _Collection(settings, plan).collect(resolver)


class _Collection:
    def __init__(self, settings: Settings, plan: Plan) -> None:
        self._settings, self._plan = settings, plan
        self._concerned = closure([package.name for package in plan.packages if package.selected], plan.dependencies)
        self._provided = {package.deb for package in plan.packages}
        self._relations = ["debhelper (>= 13~)"]
        self._needs = Needs()

    def collect(self, resolver: Callable[[list[str]], Mapping[str, Resolution]]) -> Needs:
        generated = [package for package in self._plan.packages if self._look_at(package)]
        self._resolve(generated, resolver)
        for package in generated:
            for key in self._installed_keys(package) if package.name in self._concerned else []:
                self._relations += self._needs.resolved.get(key, [])
        wanted = control.for_profiles(self._relations, set() if self._settings.run_tests else {"nocheck"})
        self._needs.relations = sorted({relation for relation in wanted
                                        if not self._provided.intersection(control.alternative_names(relation))})
        return self._needs

    def _look_at(self, package: Package) -> bool:
        """Whether the debian/ directory of the package is generated, so that its keys have to resolve."""
        override = overrides.find(self._settings.debian_dirs, package.name)
        concerned = package.name in self._concerned
        if override.whole:
            # Only its control file counts, whether its keys resolve or not.
            stanzas = _read_control(os.path.join(override.whole, "control"))
            self._provided.update(control.binary_names(stanzas))
            self._relations += control.build_relations(stanzas) if concerned else []
            return False
        if concerned:
            self._relations += _TEMPLATE_RELATIONS.get(package.build_type, [])
            self._relations += override.fields.build_depends + override.fields.depends
            saved = os.path.join(self._settings.debian_dirs, package.name, "debian")
            if self._has_own_control(saved):
                self._relations += control.build_relations(_read_control(os.path.join(saved, "control")))
        return True

    def _has_own_control(self, saved: str) -> bool:
        try:
            return "control" in edited_files(saved, roots(self._settings))
        except UserFileError:
            # The preparer says so. Other packages do not suffer.
            return False

    def _resolve(self, packages: Iterable[Package], resolver: Callable[[list[str]], Mapping[str, Resolution]]) -> None:
        """Look up the keys of all packages, for their fingerprints. Keys of concerned packages have to resolve."""
        keys = set(FARM_KEYS)
        for package in packages:
            keys.update(package.keys.build, package.keys.run, package.keys.test, package.keys.relations)
        answers = resolver(sorted(keys))
        self._needs.resolved = {key: answer.packages for key, answer in answers.items()}
        for package in packages:
            for key in sorted(set(self._installed_keys(package))) if package.name in self._concerned else []:
                answer = answers.get(key)
                if answer is None:
                    self._needs.unresolved.append(Unresolved(package.name, key))
                elif answer.other:
                    self._needs.other.append(NotFromApt(package.name, key, answer.other, key in package.keys.build))

    def _installed_keys(self, package: Package) -> list[str]:
        return package.keys.build + package.keys.run + (package.keys.test if self._settings.run_tests else [])


def _read_control(path: str) -> list[control.Stanza]:
    try:
        with open(path, encoding="utf-8") as stream:
            return control.parse(stream.read())
    except (OSError, UnicodeDecodeError, control.ControlError) as error:
        raise control.ControlError("%s: cannot be read: %s" % (path.replace("/workspace/", "", 1), error)) from error
