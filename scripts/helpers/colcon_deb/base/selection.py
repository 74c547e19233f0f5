# SPDX-License-Identifier: Apache-2.0
"""Select packages of the workspace as colcon does. A package has to match all options that are given."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Collection, Iterable, Mapping

from .settings import Settings


class SelectionError(Exception):
    """An option that matches nothing; the text is for the user."""


def check_patterns(settings: Settings) -> None:
    """Raises SelectionError for a pattern that is no regular expression."""
    for option, patterns in (("--packages-select-regex", settings.packages_select_regex),
                             ("--packages-skip-regex", settings.packages_skip_regex),
                             ("--packages-ignore-regex", settings.packages_ignore_regex)):
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise SelectionError("%s: %r is not a regular expression: %s." % (option, pattern, error)) from error


def is_ignored(settings: Settings, name: str, path: str) -> bool:
    """Whether the build does as if that package, in that directory of src/, were not in the workspace."""
    if name in settings.packages_ignore or _matches(name, settings.packages_ignore_regex):
        return True
    bases = [os.path.normpath(base) for base in settings.base_paths]
    return bool(bases) and not any(base in (".", path) or path.startswith(base + "/") for base in bases)


def select(settings: Settings, dependencies: Mapping[str, Collection[str]]) -> set[str]:
    """Names of the selected packages. dependencies: name -> the workspace packages that it needs."""
    dependents: dict[str, list[str]] = {name: [] for name in dependencies}
    for name, needs in dependencies.items():
        for need in needs:
            dependents[need].append(name)
    selected = set(dependencies)
    if settings.packages_select or settings.packages_select_regex:
        _check_known("--packages-select", settings.packages_select, dependencies)
        selected &= {name for name in dependencies
                     if name in settings.packages_select or _matches(name, settings.packages_select_regex)}
    options: tuple[tuple[str, tuple[str, ...], Mapping[str, Collection[str]]], ...] = (
        ("--packages-up-to", settings.packages_up_to, dependencies),
        ("--packages-above", settings.packages_above, dependents))
    for option, names, edges in options:
        if names:
            _check_known(option, names, dependencies)
            selected &= closure(names, edges)
    selected -= {name for name in dependencies
                 if name in settings.packages_skip or _matches(name, settings.packages_skip_regex)}
    if not selected:
        raise SelectionError("No package matches all of the options --packages-… and --base-paths. Leave one of the "
                             "options out.")
    return selected


def without_match(settings: Settings, names: Collection[str]) -> list[str]:
    """What the options leave out and the workspace does not have, as sentences. A list may be for several workspaces."""
    said = []
    for option, left_out in (("--packages-skip", settings.packages_skip), ("--packages-ignore", settings.packages_ignore)):
        said += ["%s: there is no package %s in the workspace." % (option, name) for name in left_out if name not in names]
    for option, patterns in (("--packages-select-regex", settings.packages_select_regex),
                             ("--packages-skip-regex", settings.packages_skip_regex),
                             ("--packages-ignore-regex", settings.packages_ignore_regex)):
        said += ["%s: %s matches no package of the workspace." % (option, pattern) for pattern in patterns
                 if not any(_matches(name, (pattern,)) for name in names)]
    return said


def _matches(name: str, patterns: Iterable[str]) -> bool:
    """As in colcon, a pattern has to match the beginning of a name."""
    return any(re.match(pattern, name) for pattern in patterns)


def closure(names: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """The names, and every name that can be reached from them."""
    found: set[str] = set()
    queue = list(names)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += edges.get(name, ())
    return found


def _check_known(option: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), 1)
            hint = "did you mean %s?" % near[0] if near else "colcon-deb list shows all packages."
            raise SelectionError("%s: there is no package %s in the workspace; %s" % (option, name, hint))
