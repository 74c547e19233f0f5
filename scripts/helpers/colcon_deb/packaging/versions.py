# SPDX-License-Identifier: Apache-2.0
"""How the version of a package grows, and how packages of a workspace are tied together (docs/repository.md).

A version is what debian/changelog says, and a stamp: X.Y.Z-0codename.YYYYMMDD.HHMMSS. The stamp is the time of the newest
source, of the package or of a package that it was built against. It never goes back. Dependencies on packages of the
workspace name the exact version that the package was built against, so that apt installs sets that were built together.
"""

from __future__ import annotations

import calendar
import os
import re
import time
from collections.abc import Collection, Iterable, Mapping, Sequence

from . import control

_FIELDS = ("Pre-Depends", "Depends")
_FORM = "%Y%m%d.%H%M%S"
_STAMP = re.compile(r"(?P<base>.*)\.(?P<stamp>\d{8}\.\d{6})\Z")
_FIRST_ENTRY = re.compile(r"\A\s*[a-z0-9][a-z0-9+.-]* \((?P<version>[^()\s]+)\)")


class VersionError(Exception):
    """debian/changelog has no version."""


def of_changelog(text: str) -> str:
    match = _FIRST_ENTRY.match(text)
    if not match:
        raise VersionError("debian/changelog: line 1 is not an entry such as: name (1.2.3-1) unstable; urgency=medium")
    return match["version"]


def successor(base: str, moment: int, against: Iterable[str], before: int) -> str:
    """The version for a new build.

    base: without a stamp. moment: time of the newest source. against: versions of the packages that it is built against.
    before: the time in the newest version until now, 0 for none.
    """
    newest = max([moment, *map(moment_of, against)])
    if newest <= before:
        newest = before + 1
    return "%s.%s" % (base, time.strftime(_FORM, time.gmtime(newest)))


def newest_of(base: str, versions: Iterable[str]) -> str | None:
    """The newest of the versions that have that base. versions: without epochs, as in file names."""
    epoch, colon, plain = base.rpartition(":")
    newest = max((version for version in versions if plain in (version, _base(version))), key=moment_of, default=None)
    return epoch + colon + newest if newest else None


def set_version(debian: str, version: str) -> None:
    """Give the first entry of debian/changelog that version."""
    path = os.path.join(debian, "changelog")
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    of_changelog(text)
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(re.sub(r"\(.*?\)", lambda _match: "(%s)" % version, text, count=1))


def pin(debian: str, versions: Mapping[str, str], loose: Collection[str]) -> None:
    """In debian/control, depend on these packages by exactly these versions. loose: names of packages to leave as they are.
    """
    path = os.path.join(debian, "control")
    with open(path, encoding="utf-8") as stream:
        before = stream.read()
    stanzas = control.parse(before)
    for stanza in stanzas[1:]:
        for field in _FIELDS:
            if field in stanza:
                pinned = [_pinned(relation, versions, loose) for relation in control.split_relations(stanza[field])]
                stanza[field] = ", ".join(dict.fromkeys(pinned))
    if stanzas != control.parse(before):
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(control.serialise(stanzas))


def versioned(stanzas: Sequence[control.Stanza]) -> set[str]:
    """Packages on which these stanzas depend with a version."""
    relations = [relation for stanza in stanzas[1:] for field in _FIELDS
                 for relation in control.split_relations(stanza.get(field))]
    return {name for relation in relations if "(" in relation for name in control.alternative_names(relation)}


def _pinned(relation: str, versions: Mapping[str, str], loose: Collection[str]) -> str:
    names = [] if "|" in relation else control.alternative_names(relation)
    name = names[0] if names else ""
    return "%s (= %s)" % (name, versions[name]) if name in versions and name not in loose else relation


def moment_of(version: str) -> int:
    """The time in a stamp; 0 without one."""
    match = _STAMP.match(version)
    try:
        return calendar.timegm(time.strptime(match["stamp"], _FORM)) if match else 0
    except ValueError:
        return 0


def _base(version: str) -> str:
    match = _STAMP.match(version)
    return match["base"] if match else version
