# SPDX-License-Identifier: Apache-2.0
"""Why apt could not satisfy the relations of the workspace, and who wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..packaging import control

_UNMET = re.compile(r"^ (?:\S+ : |\s+)(?:Pre)?-?Depends: (?P<name>\S+)(?: \([^)]*\))? (?P<why>but .*?)(?: or)?$")
_OURS = re.compile(r"^ satisfy:command-line : ")
_ANOTHER = re.compile(r"^ \S+ : ")


def unmet(log: Sequence[str]) -> dict[str, str]:
    """Name of a package that the workspace wants -> apt's words about it. Only the last attempt of the log counts."""
    result: dict[str, str] = {}
    ours = False
    for line in log:
        if line.startswith("$ apt-get "):
            result, ours = {}, False
        elif _OURS.match(line):
            ours = True
        elif _ANOTHER.match(line):
            ours = False
        match = _UNMET.match(line) if ours else None
        if match:
            result.setdefault(match["name"], match["why"][len("but "):])
    return result


def explain(log: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each package that apt cannot install. wanted: relation -> who wants it."""
    return ["%s %s %s, which apt cannot install: %s." % (_listed(whose), "wants" if len(whose) == 1 else "want", name, why)
            for name, why in unmet(log).items() for whose in [_who(name, wanted)]]


def _who(name: str, wanted: Mapping[str, Sequence[str]]) -> list[str]:
    found = {one for relation, whose in wanted.items() if name in control.alternative_names(relation) for one in whose}
    return sorted(found) or ["the build"]


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:5]) + (["%d more" % (len(names) - 5)] if len(names) > 5 else [])
    return shown[0] if len(shown) == 1 else "%s and %s" % (", ".join(shown[:-1]), shown[-1])
