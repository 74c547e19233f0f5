# SPDX-License-Identifier: Apache-2.0
"""Select packages of the workspace as colcon does. A package has to match all options that are given."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping

from .settings import Settings


class SelectionError(Exception):
    """An option that matches nothing; the text is for the user."""


def select(settings: Settings, dependencies: Mapping[str, Collection[str]]) -> set[str]:
    """Names of the selected packages. dependencies: name -> the workspace packages that it needs."""
    dependents: dict[str, list[str]] = {name: [] for name in dependencies}
    for name, needs in dependencies.items():
        for need in needs:
            dependents[need].append(name)
    selected = set(dependencies)
    options: tuple[tuple[str, tuple[str, ...], Mapping[str, Collection[str]]], ...] = (
        ("--packages-select", settings.packages_select, {}),
        ("--packages-up-to", settings.packages_up_to, dependencies),
        ("--packages-above", settings.packages_above, dependents))
    for option, names, edges in options:
        if names:
            _check_known(option, names, dependencies)
            selected &= closure(names, edges)
    if not selected:
        raise SelectionError("No package matches all of --packages-select, --packages-up-to and --packages-above. "
                             "Leave one of the options out.")
    return selected


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
