# SPDX-License-Identifier: Apache-2.0
"""debian/control: just enough to read it, change fields and split relations."""

import re

_NAME = re.compile(r"\s*([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?\s*(?:\(|\[|<|$)")
_RELATION = re.compile(r"""[a-z0-9][a-z0-9+.-]+(?::[a-z0-9-]+)?         # name
                           (?:\s*\((?:<<|<=|=|>=|>>)\s*[A-Za-z0-9.+:~${}-]+\))?
                           (?:\s*\[[a-z0-9 !-]+\])?
                           (?:\s*<[a-z0-9.! -]+>)*\Z""", re.X)


class ControlError(Exception):
    """A control file that cannot be read."""


def parse(text):
    """List of stanzas, each a dict of field -> value (continuation lines kept), in the order of the file."""
    stanzas, current, field = [], {}, None
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("#"):
            continue
        if not line.strip():
            if current:
                stanzas.append(current)
            current, field = {}, None
        elif line[0] in " \t":
            if field is None:
                raise ControlError("line %d: a continuation of nothing" % number)
            current[field] += "\n" + line.rstrip()
        else:
            field, colon, value = line.partition(":")
            if not colon or field != field.strip():
                raise ControlError("line %d: not a field" % number)
            current[field] = value.strip()
    return stanzas


def serialise(stanzas):
    """The text of stanzas; empty fields are left out, as the policy asks."""
    return "\n".join("".join("%s: %s\n" % item if not item[1].startswith("\n") else "%s:%s\n" % item
                             for item in stanza.items() if item[1].strip()) for stanza in stanzas)


def split_relations(value):
    """The comma-separated members of a relation field, blank ones dropped."""
    return [part for part in (" ".join(item.split()) for item in (value or "").split(",")) if part]


def add_relations(stanza, field, relations):
    """Append what is not there yet."""
    present = split_relations(stanza.get(field))
    merged = present + [relation for relation in relations if relation not in present]
    if merged:
        stanza[field] = ", ".join(dict.fromkeys(merged))


def alternative_names(relation):
    """Package names of `a (>= 1) | b`; substitution variables have none."""
    matches = (_NAME.match(alternative) for alternative in relation.split("|"))
    return [match.group(1) for match in matches if match]


def is_relation(text):
    """Whether text is one relation, alternatives allowed, as it may stand in a field."""
    return all(_RELATION.match(alternative.strip()) for alternative in text.split("|"))


def for_profiles(relations, profiles):
    """The relations that hold under these build profiles, without their <restrictions>."""
    kept = []
    for relation in relations:
        formulas = re.findall(r"<([^<>=]*)>", relation)
        if not formulas or any(all((term.lstrip("!") in profiles) != term.startswith("!") for term in formula.split())
                               for formula in formulas):
            kept.append(re.sub(r"\s*<[^<>=]*>", "", relation))
    return kept


def build_relations(stanzas):
    """Everything that has to be installed to build the binary packages of these stanzas."""
    source = stanzas[0] if stanzas else {}
    relations = []
    for field in ("Build-Depends", "Build-Depends-Arch", "Build-Depends-Indep"):
        relations += [relation for relation in split_relations(source.get(field)) if "${" not in relation]
    return relations


def binary_names(stanzas):
    return [stanza["Package"] for stanza in stanzas if "Package" in stanza]
