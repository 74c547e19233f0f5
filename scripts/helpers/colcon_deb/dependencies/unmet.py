# SPDX-License-Identifier: Apache-2.0
"""Which relations of the workspace apt could not satisfy, why, and who wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..packaging import control
from .apt import Want

_UNMET = re.compile(r"^ (?:\S+ : |\s+)(?:Pre)?-?Depends: (?P<name>\S+)(?P<version> \([^)]*\))? (?P<why>but .*?)(?: or)?$")
_OURS = re.compile(r"^ satisfy:command-line : ")
_ANOTHER = re.compile(r"^ \S+ : ")
_ARCHITECTURE = re.compile(r"\s*\[[^]]*\]|:[a-z0-9-]+(?=\s|\(|$)")
_PARSE_ERROR = "E: Problem parsing dependency"
# In these words apt also names relations that it gave up because of another one.
_VAGUE = "it is not going to be installed"


@dataclass(frozen=True)
class Refused:
    """Something that apt could not install. relations: those of the workspace that ask for it."""

    what: str
    why: str
    relations: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        """Whether apt has said why."""
        return self.why != _VAGUE


def unmet(log: Sequence[str]) -> dict[str, str]:
    """What the workspace wants, with its version -> apt's words about it. Only the last attempt of the log counts."""
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
            result.setdefault(_plain(match["name"] + (match["version"] or "")), match["why"][len("but "):])
    return result


def refused(log: Sequence[str], relations: Sequence[str]) -> list[Refused]:
    """What apt could not install, as far as the log tells; nothing after a failure of another kind."""
    found = [Refused(what, why, _asking_for(what, relations)) for what, why in unmet(log).items()]
    if not found and any(line.startswith(_PARSE_ERROR) for line in log[-20:]):
        found = [Refused(repr(relation), "it is not a relation such as 'libfoo-dev (>= 1.2)'", (relation,))
                 for relation in relations if not control.is_relation(relation)]
    return [one for one in found if one.relations]


def sentence(one: Refused, wanted: Mapping[str, Sequence[Want]]) -> str:
    """About one of them. wanted: relation -> who wants it."""
    whose = sorted({want for relation in one.relations for want in wanted[relation]})
    return "%s %s %s, which apt cannot install: %s." % (_listed([str(want) for want in whose]),
                                                        "wants" if len(whose) == 1 else "want", one.what, one.why)


def _asking_for(what: str, relations: Sequence[str]) -> tuple[str, ...]:
    """The relations with that alternative; if there are none, those with that name."""
    exact = [relation for relation in relations if what in map(_plain, relation.split("|"))]
    names = control.alternative_names(what)
    return tuple(exact or [relation for relation in relations
                           if names and names[0] in control.alternative_names(relation)])


def _plain(alternative: str) -> str:
    """In one form, without architectures."""
    return re.sub(r"\(\s*([<>=]+)\s*", r"(\1 ", " ".join(_ARCHITECTURE.sub("", alternative).split()))


def _listed(names: Sequence[str]) -> str:
    shown = list(names[:5]) + (["%d more" % (len(names) - 5)] if len(names) > 5 else [])
    return shown[0] if len(shown) == 1 else "%s and %s" % (", ".join(shown[:-1]), shown[-1])
