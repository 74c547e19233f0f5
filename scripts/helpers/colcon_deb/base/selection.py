# SPDX-License-Identifier: Apache-2.0
"""Which packages of the workspace the user wants, by colcon's names for it; several wishes at once are all to be met."""

import difflib


class SelectionError(Exception):
    """A wish that names what is not there; the text is for the user."""


def select(settings, dependencies):
    """Set of names. dependencies: name -> names of workspace packages that it needs. Raises SelectionError."""
    dependents = {name: [] for name in dependencies}
    for name, needs in dependencies.items():
        for need in needs:
            dependents[need].append(name)
    selected = set(dependencies)
    for flag, names, further in (("--packages-select", settings.packages_select, {}),
                                 ("--packages-up-to", settings.packages_up_to, dependencies),
                                 ("--packages-above", settings.packages_above, dependents)):
        if names:
            _check(flag, names, dependencies)
            selected &= closure(names, further)
    if not selected:
        raise SelectionError("No package meets all of --packages-select, --packages-up-to and --packages-above.")
    return selected


def closure(names, further):
    """These, and everything that further (name -> names) leads to."""
    found, queue = set(), list(names)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += further.get(name, ())
    return found


def _check(flag, names, known):
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = "did you mean %s?" % near[0] if near else "colcon-deb list shows what there is."
            raise SelectionError("%s: there is no package %s in the workspace; %s" % (flag, name, hint))
