# SPDX-License-Identifier: Apache-2.0
"""debian/control: read it, change fields, split relations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

_NAME = re.compile(r"\s*([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?\s*(?:\(|\[|<|$)")
_RELATION = re.compile(r"""[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?         # name
                           (?:\s*\((?:<<|<=|=|>=|>>)\s*[A-Za-z0-9.+:~${}-]+\))?
                           (?:\s*\[[a-z0-9 !-]+\])?
                           (?:\s*<[a-z0-9.! -]+>)*\Z""", re.X)

# Field -> value, in the order of the file; continuation lines are kept.
Stanza = dict[str, str]


class ControlError(Exception):
    """A control file that cannot be read."""


def parse(text: str) -> list[Stanza]:
    stanzas: list[Stanza] = []
    current: Stanza = {}
    field = None
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            if current:
                stanzas.append(current)
            current, field = {}, None
        elif line[0] in " \t":
            if field is None:
                raise ControlError("line %d: a continuation line without a field before it" % number)
            current[field] += "\n" + line.rstrip()
        else:
            field, colon, value = line.partition(":")
            if not colon or field != field.strip():
                raise ControlError("line %d: not a field" % number)
            current[field] = value.strip()
    return stanzas


def serialise(stanzas: Iterable[Stanza]) -> str:
    """The text of stanzas. Empty fields are left out, as Debian's policy asks."""
    return "\n".join("".join("%s: %s\n" % item if not item[1].startswith("\n") else "%s:%s\n" % item
                             for item in stanza.items() if item[1].strip()) for stanza in stanzas)


def split_relations(value: str | None) -> list[str]:
    """The comma-separated members of a relation field, without blank ones."""
    return [part for part in (" ".join(item.split()) for item in (value or "").split(",")) if part]


def add_relations(stanza: Stanza, field: str, relations: Iterable[str]) -> None:
    """Append the relations that the field does not have yet."""
    present = split_relations(stanza.get(field))
    merged = present + [relation for relation in relations if relation not in present]
    if merged:
        stanza[field] = ", ".join(dict.fromkeys(merged))


def alternative_names(relation: str) -> list[str]:
    """Package names of `a (>= 1) | b`, without substitution variables."""
    matches = (_NAME.match(alternative) for alternative in relation.split("|"))
    return [match.group(1) for match in matches if match]


def is_relation(text: str) -> bool:
    """Whether the text is one relation, alternatives allowed, as it may stand in a field."""
    return all(_RELATION.match(alternative.strip()) for alternative in text.split("|"))


def for_profiles(relations: Iterable[str], profiles: Collection[str]) -> list[str]:
    """The relations that hold under these build profiles, without their <restrictions>."""
    kept = []
    for relation in relations:
        formulas = re.findall(r"<([^<>=]*)>", relation)
        if not formulas or any(all((term.lstrip("!") in profiles) != term.startswith("!") for term in formula.split())
                               for formula in formulas):
            kept.append(re.sub(r"\s*<[^<>=]*>", "", relation))
    return kept


def build_relations(stanzas: Sequence[Mapping[str, str]]) -> list[str]:
    """All packages that must be installed to build these stanzas."""
    source = stanzas[0] if stanzas else {}
    relations = []
    for field in ("Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep"):
        relations += [relation for relation in split_relations(source.get(field)) if "${" not in relation]
    return relations


def binary_names(stanzas: Iterable[Mapping[str, str]]) -> list[str]:
    return [stanza["Package"] for stanza in stanzas if "Package" in stanza]
