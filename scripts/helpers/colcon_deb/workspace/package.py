# SPDX-License-Identifier: Apache-2.0
"""The plan of a build: the packages of the workspace, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True)
class Keys:
    """Names in a package.xml that are not packages of the workspace."""

    build: list[str]
    run: list[str]
    test: list[str]
    relations: list[str]  # of replaces and conflicts; they need not exist


@dataclass(frozen=True)
class Package:
    name: str
    version: str
    path: str  # relative to src/
    build_type: str
    deb: str  # the Debian name
    deb_version: str
    deps: list[str]  # packages of the workspace that it needs
    group_members: list[str]  # packages of the workspace in the groups that it depends on
    keys: Keys
    selected: bool = True
    ignored: bool = False  # the others are built as if it were not in the workspace

    def to_json(self) -> dict[str, object]:
        return {**vars(self), "keys": vars(self.keys)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Package:
        fields: dict[str, Any] = {**data, "keys": Keys(**data["keys"])}
        return cls(**fields)


@dataclass(frozen=True)
class Notice:
    """A warning, of one package or of none."""

    code: str
    msg: str
    name: str | None = None


@dataclass(frozen=True)
class Fault:
    """An error that leaves nothing to build."""

    msg: str
    file: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Plan:
    """packages are in build order. With errors, packages may be missing.

    unreadable: paths in src/ of directories whose package.xml cannot be read, and which are left out.
    """

    packages: list[Package]
    warnings: list[Notice]
    errors: list[Fault]
    unreadable: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        return {"packages": [package.to_json() for package in self.packages],
                "warnings": [_without_none(warning) for warning in self.warnings],
                "errors": [_without_none(error) for error in self.errors],
                "unreadable": self.unreadable}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        return cls([Package.from_json(package) for package in data["packages"]],
                   [Notice(**warning) for warning in data["warnings"]], [Fault(**error) for error in data["errors"]],
                   data["unreadable"])

    @property
    def present(self) -> list[Package]:
        """The packages that are not ignored."""
        return [package for package in self.packages if not package.ignored]

    @property
    def dependencies(self) -> dict[str, list[str]]:
        """name -> the workspace packages that it needs, in build order."""
        return {package.name: package.deps for package in self.packages}


def _without_none(item: Notice | Fault) -> dict[str, object]:
    return {name: value for name, value in vars(item).items() if value is not None}
