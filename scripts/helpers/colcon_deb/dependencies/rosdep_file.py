# SPDX-License-Identifier: Apache-2.0
"""A file of rosdep rules: read, and everything in it that rosdep could not use."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import yaml

from ..base import files, yaml_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Of the rules of the workspace. Such a file takes some seconds to read.
MAX_SIZE = 512 * 1024
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+:~-]+)?\Z")
# Where rules without an installer are for apt.
_APT_SYSTEMS = ("debian", "ubuntu")
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"


class RulesError(Exception):
    """Rules that cannot be read; the text names the file."""


def read(path: str, shown: str) -> dict[str, Any]:
    """Rules of the workspace: key -> operating system -> rule. Raises RulesError."""
    return _checked(_load(path, shown).data, shown)


def read_of_image(path: str) -> dict[str, Any]:
    """Rules that the maker of the image has chosen: they may be large. Raises RulesError."""
    try:
        return _checked(yaml.safe_load(files.read_bytes(path, follow=True).decode()), path)
    except (OSError, RecursionError, ValueError, yaml.YAMLError) as error:
        raise RulesError("%s: cannot be read: %s." % (path, getattr(error, "strerror", None) or error)) from error


def _checked(data: Any, shown: str) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(rule, dict) for rule in data.values()):
        raise RulesError("%s: not rosdep rules: a mapping of key to operating systems is needed." % shown)
    return data


def problems(path: str, shown: str) -> list[str]:
    """A sentence for each; none for a file that does not exist."""
    if not os.path.lexists(path):
        return []
    try:
        root = _load(path, shown).node
    except RulesError as error:
        return [str(error)]
    if root is None or root.tag == _NULL:
        return []
    return ["%s:%d:%d: %s." % (shown, node.start_mark.line + 1, node.start_mark.column + 1, text)
            for node, text in _of_file(root)]


def _load(path: str, shown: str) -> yaml_file.Document:
    try:
        return yaml_file.read(path, MAX_SIZE)
    except yaml_file.UnusableError as error:
        raise RulesError("%s: cannot be read: %s." % (error.at(shown), error)) from error


def _of_file(root: Any) -> Iterator[tuple[Any, str]]:
    if not isinstance(root, yaml.MappingNode):
        yield root, "a mapping of key to operating systems is needed"
        return
    for key, systems in root.value:
        if not isinstance(systems, yaml.MappingNode):
            yield key, "%s: a mapping of operating system to rule is needed" % key.value
            continue
        for system, rule in systems.value:
            yield from _of_rule("%s: %s" % (key.value, system.value), rule, system.value in _APT_SYSTEMS, depth=0)


def _of_rule(name: str, node: Any, is_apt: bool, depth: int) -> Iterator[tuple[Any, str]]:
    """A rule is a list of packages, a mapping of release to rule, or one of installer to its own rule."""
    if node.tag == _NULL:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "packages":
                yield from _of_packages("%s: packages" % name, value, is_apt)
            elif not _is_installer(node) and depth < 2 and not (depth and isinstance(value, yaml.ScalarNode)):
                of_apt = key.value == "apt" or is_apt and not _is_installer(value)
                yield from _of_rule("%s: %s" % (name, key.value), value, of_apt, depth + 1)
        return
    yield from _of_packages(name, node, is_apt)


def _is_installer(node: Any) -> bool:
    return isinstance(node, yaml.MappingNode) and any(key.value == "packages" for key, _value in node.value)


def _of_packages(name: str, node: Any, is_apt: bool) -> Iterator[tuple[Any, str]]:
    if isinstance(node, yaml.ScalarNode) and node.tag == _TEXT:
        # A text of several lines is a script.
        names = [] if "\n" in node.value else [(node, word) for word in node.value.split()]
    elif isinstance(node, yaml.SequenceNode) and all(isinstance(item, yaml.ScalarNode) for item in node.value):
        names = [(item, item.value) for item in node.value]
    else:
        yield node, "%s: a list of packages is needed" % name
        return
    for item, word in names:
        if is_apt and not PACKAGE.match(word):
            yield item, "%s: %r is not a package name" % (name, word)
