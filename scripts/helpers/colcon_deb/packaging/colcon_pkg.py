# SPDX-License-Identifier: Apache-2.0
"""colcon.pkg in the directory of a package: its CMake arguments, as colcon reads them. Nothing else of it is used."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..base import yaml_file
from ..workspace.package import Package
from . import overrides
from .cmake_arguments import KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILE = "colcon.pkg"
_MAX_SIZE = 64 * 1024


class UnusableError(Exception):
    """Why nothing of the file is used."""


def read(source: str, package: Package) -> tuple[list[str], str | None]:
    """(arguments, a sentence that names the keys without effect, or None). source: the directory that has the packages."""
    path = os.path.join(source, package.path, FILE)
    shown = os.path.normpath(os.path.join("src", package.path, FILE))
    if not os.path.isfile(path):
        return [], None
    used = KINDS.get(package.build_type, ())
    try:
        data = _load(path)
        arguments = [argument for key in used for argument in _arguments(data, key)]
    except UnusableError as error:
        return [], "%s is not used: %s." % (shown, error)
    ignored = sorted(str(key) for key in data if key not in used)
    if not ignored:
        return arguments, None
    return arguments, "%s: not used: %s. A package with the build type %s gets %s from there; dependencies belong into " \
                      "package.xml." % (shown, ", ".join(ignored), package.build_type, " and ".join(used) or "nothing")


def _load(path: str) -> Mapping[Any, Any]:
    try:
        data = yaml_file.read(path, _MAX_SIZE).data
    except yaml_file.UnusableError as error:
        where = "line %d, column %d: " % error.place if error.place else ""
        raise UnusableError("%s%s" % (where, error)) from error
    if not isinstance(data, (dict, type(None))):
        raise UnusableError("a mapping of keys is needed")
    return data or {}


def _arguments(data: Mapping[Any, Any], key: str) -> list[str]:
    value = data.get(key, [])
    problem = overrides.problem_of_cmake_args(value)
    if problem:
        raise UnusableError("%s: %s" % (key, problem))
    return list(value)
