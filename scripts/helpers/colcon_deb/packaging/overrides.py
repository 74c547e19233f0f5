# SPDX-License-Identifier: Apache-2.0
"""debian_dirs/<package>/ (docs/overrides.md): a complete debian/ directory, or single changes in override.yaml."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

import yaml

from ..base import files, yaml_file
from ..base.settings import Settings
from . import control
from .saved_edits import MARKER, edited_files
from .user_files import Tree, read_users, roots

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    # Says what is wrong with a value; None if nothing is.
    Check = Callable[[Any], Optional[str]]

MAX_SIZE = 256 * 1024
# Key of override.yaml -> field of debian/control.
RELATIONS = {"depends": "Depends", "recommends": "Recommends", "suggests": "Suggests", "breaks": "Breaks",
             "replaces": "Replaces", "conflicts": "Conflicts", "provides": "Provides"}
_OVERRIDES = ("override.yaml", "debian", "control", "rules")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# libfoo.so.1.2 or libfoo-1.2.so: the two forms that dpkg-shlibdeps splits into a name and a version.
_LIBRARY = re.compile(r"(?P<name>[A-Za-z0-9+._-]+?)(?:\.so\.(?P<after>[A-Za-z0-9.]+)|-(?P<before>[0-9][0-9.]*)\.so)\Z")


class OverrideError(Exception):
    """An override that cannot be used. Each of the problems names the file."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Fields:
    """The checked content of override.yaml: each key of the file is an attribute."""

    depends: list[str] = field(default_factory=list)
    recommends: list[str] = field(default_factory=list)
    suggests: list[str] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    replaces: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    provides: list[str] = field(default_factory=list)
    build_depends: list[str] = field(default_factory=list)
    remove_depends: list[str] = field(default_factory=list)
    remove_build_depends: list[str] = field(default_factory=list)
    loose_depends: list[str] = field(default_factory=list)
    cmake_args: list[str] = field(default_factory=list)
    rules_exports: Mapping[str, str | int] = field(default_factory=dict)
    rules_append: str = ""
    patches: list[str] = field(default_factory=list)
    shlibs_allow: list[str] = field(default_factory=list)
    places: Mapping[tuple[str, str], str] = field(default_factory=dict, compare=False)  # see place()

    def place(self, key: str, item: str) -> str:
        """Where the file has an item of a list, as FILE:LINE:COLUMN."""
        return self.places.get((key, item), "override.yaml")

    def relations(self, key: str) -> list[str]:
        """Of a key of RELATIONS."""
        relations: list[str] = getattr(self, key)
        return relations


@dataclass(frozen=True)
class Override:
    whole: str | None  # path of a complete debian/ directory
    fields: Fields
    directory: str


def find(debian_dirs: str, package: str) -> Override:
    """The override of that package; one without any effect if there is none. Raises OverrideError or ControlError."""
    directory = os.path.join(debian_dirs, package)
    fields_file = os.path.join(directory, "override.yaml")
    whole = _complete_directory(directory)
    fields = Fields()
    if os.path.lexists(fields_file):
        if whole:
            raise OverrideError("debian_dirs/%s: has both a complete debian/ directory and an override.yaml, which "
                                "changes a generated one. Keep one of them." % package)
        fields = _read_fields(fields_file, "debian_dirs/%s/override.yaml" % package)
        missing = [patch for patch in fields.patches if not os.path.isfile(os.path.join(directory, patch))]
        if missing:
            raise OverrideError(*("%s: there is no patch %s. Add the file, or correct its name."
                                  % (fields.place("patches", patch), patch) for patch in missing))
    return Override(whole, fields, directory)


def users_files(settings: Settings, package: str) -> Tree:
    """The user's files in debian_dirs/<package>, through links too. Generated files do not count.
    Raises OverrideError, ControlError or UserFileError."""
    directory = os.path.join(settings.debian_dirs, package)
    whole = find(settings.debian_dirs, package).whole
    tree = {name: file for name, file in read_users(directory, roots(settings)).items()
            if whole or not name.startswith("debian" + os.sep)}
    for name, file in edited_files(os.path.join(directory, "debian"), roots(settings)).items():
        tree[os.path.join("debian", name)] = file
    return {name: file for name, file in tree.items() if not os.path.basename(name).startswith(MARKER)}


def problem_of_cmake_args(value: object) -> str | None:
    """What is wrong with a value of cmake_args; None if nothing is."""
    return _CHECKS["cmake_args"](value)


def read_control(path: str) -> list[control.Stanza]:
    """A control file of the user's. Raises ControlError, which names the file."""
    try:
        return control.parse(files.read_bytes(path, follow=True).decode())
    except (OSError, ValueError, control.ControlError) as error:
        raise control.ControlError("%s: cannot be read: %s" % (files.shown(path), error)) from error


def unused(debian_dirs: str, packages: Collection[str]) -> list[str]:
    """Paths below debian_dirs of overrides that belong to none of the packages.

    A debian/ directory that was generated for a package that has left the workspace is no override.
    """
    result = []
    for name in sorted(os.listdir(debian_dirs)) if os.path.isdir(debian_dirs) else []:
        path = os.path.join(debian_dirs, name)
        if name in _OVERRIDES and name != "debian":
            result.append(name)
        elif name not in packages and not _is_generated(path):
            result += [os.path.join(name, part) for part in _OVERRIDES if os.path.exists(os.path.join(path, part))][:1]
    return result


def _is_generated(directory: str) -> bool:
    return any(os.path.exists(os.path.join(directory, place, MARKER)) for place in ("", "debian"))


def shlibs_local(libraries: Iterable[str]) -> str:
    """Text of debian/shlibs.local: dpkg-shlibdeps then asks for no dependency that has these libraries."""
    matches = [match for match in map(_LIBRARY.match, libraries) if match]
    return "".join("%s %s\n" % (match.group("name"), match.group("after") or match.group("before")) for match in matches)


def _complete_directory(directory: str) -> str | None:
    for candidate in (os.path.join(directory, "debian"), directory):
        if os.path.lexists(os.path.join(candidate, MARKER)):
            continue
        have = [name for name in ("control", "rules") if os.path.isfile(os.path.join(candidate, name))]
        if len(have) == 2:
            return candidate
        if have:
            shown = os.path.join("debian_dirs", os.path.relpath(candidate, os.path.dirname(directory)))
            missing = "rules" if have == ["control"] else "control"
            raise OverrideError("%s: has %s but no %s. A debian/ directory needs both." % (shown, have[0], missing))
    return None


def _read_fields(path: str, shown: str) -> Fields:
    try:
        document = yaml_file.read(path, MAX_SIZE)
    except yaml_file.UnusableError as error:
        raise OverrideError("%s: cannot be read: %s." % (error.at(shown), error)) from error
    node, data = document.node, document.data
    if data is None:
        return Fields()
    if not isinstance(data, dict):
        raise OverrideError("%s:1:1: a mapping of keys is needed." % shown)
    problems = [problem for problem in (_problem_of(shown, node, key, value) for key, value in data.items()) if problem]
    if problems:
        raise OverrideError(*problems)
    places = {(key.value, item.value): _place(shown, item.start_mark) for key, value in node.value
              if isinstance(value, yaml.SequenceNode) for item in value.value}
    return Fields(**data, places=places)


def _problem_of(shown: str, node: Any, key: object, value: object) -> str | None:
    """What is wrong with a key of the file; None if nothing is. node: the file."""
    key_node, items = next(((one, items) for one, items in node.value if one.value == str(key)), (node, node))
    place = _place(shown, key_node.start_mark)
    check = _CHECKS.get(key) if isinstance(key, str) else None
    if check is None:
        return "%s: unknown key %r; use one of %s." % (place, key, ", ".join(sorted(_CHECKS)))
    problem = check(value)
    return "%s: %s: %s." % (_place_of_item(shown, check, items) or place, key, problem) if problem else None


def _place_of_item(shown: str, check: Check, node: Any) -> str | None:
    """The first item of a list that is wrong by itself."""
    items = node.value if isinstance(node, yaml.SequenceNode) else []
    return next((_place(shown, item.start_mark) for item in items
                 if isinstance(item, yaml.ScalarNode) and check([item.value])), None)


def _place(shown: str, mark: Any) -> str:
    """mark: where the YAML reader is in the file, or None."""
    return "%s:%d:%d" % (shown, mark.line + 1, mark.column + 1) if mark else shown


def _check_list(check_item: Callable[[str], str | None]) -> Check:
    def check(value: object) -> str | None:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return "a list of strings is needed"
        return next((problem for problem in map(check_item, value) if problem), None)
    return check


def _check_relation(item: str) -> str | None:
    return None if control.is_relation(item) else "%r is not a relation such as 'libfoo-dev (>= 1.2)'" % item


def _check_name(item: str) -> str | None:
    return None if control.alternative_names(item) == [item] else "%r is not a package name" % item


def _check_argument(item: str) -> str | None:
    return "%r: no blanks, quotes, dollar signs or control characters" % item \
        if re.search(r"[\s'\"$`\\#\x00-\x1f]", item) else None


def _check_patch(item: str) -> str | None:
    return "%r must be a path below the directory of override.yaml" % item \
        if item.startswith("/") or ".." in item.split("/") or "\n" in item else None


def _check_library(item: str) -> str | None:
    return None if _LIBRARY.match(item) else "%r is not a library such as libfoo.so.1" % item


def _check_exports(value: object) -> str | None:
    if not isinstance(value, dict):
        return "a mapping of variable to value is needed"
    for name, text in value.items():
        if not isinstance(name, str) or not _VARIABLE.match(name):
            return "%r is not a variable name" % (name,)
        if not isinstance(text, (str, int)) or "\n" in str(text):
            return "%s: one line of text is needed" % name
    return None


def _check_text(value: object) -> str | None:
    return None if isinstance(value, str) else "text is needed"


_CHECKS: dict[str, Check] = {
    **{key: _check_list(_check_relation) for key in RELATIONS},
    "build_depends": _check_list(_check_relation),
    "remove_depends": _check_list(_check_name),
    "remove_build_depends": _check_list(_check_name),
    "loose_depends": _check_list(_check_name),
    "cmake_args": _check_list(_check_argument),
    "rules_exports": _check_exports,
    "rules_append": _check_text,
    "patches": _check_list(_check_patch),
    "shlibs_allow": _check_list(_check_library),
}
