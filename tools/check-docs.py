#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check Markdown files: links to other files and to headings must resolve, and prose has at most 100 columns.

usage: check-docs.py FILE...

Tables and code may be wider. Prints one line for each fault; exit code 1 if there is one.
"""

from __future__ import annotations

import pathlib
import re
import sys
from collections.abc import Iterator

COLUMNS = 100
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE_SPAN = re.compile(r"`(?:(?!\n\n)[^`])*`")
_HEADING = re.compile(r"#{1,6} +(.*?)\s*#*\Z")


def prose(text: str) -> Iterator[tuple[int, str]]:
    """(number, line) of each line that is neither in a code block nor empty."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif line.strip() and not fenced and not line.startswith(("    ", "\t")):
            yield number, line


def anchors(text: str) -> set[str]:
    """The names by which links reach the headings: as GitHub makes them."""
    names: set[str] = set()
    for _number, line in prose(text):
        heading = _HEADING.match(line)
        if heading:
            name = re.sub(r"[^\w\- ]", "", heading.group(1).lower()).replace(" ", "-")
            count = 1
            unique = name
            while unique in names:
                unique = "%s-%d" % (name, count)
                count += 1
            names.add(unique)
    return names


def check_link(path: pathlib.Path, target: str) -> str | None:
    """What is wrong with a link in the file at path; None if nothing is."""
    if re.match(r"[a-z]+:", target):
        return None
    name, _mark, anchor = target.partition("#")
    aim = path.parent / name if name else path
    if not aim.exists():
        return "%s does not exist" % target
    if anchor and aim.suffix == ".md" and anchor not in anchors(aim.read_text(encoding="utf-8")):
        return "%s has no heading #%s" % (name or path.name, anchor)
    return None


def links(text: str) -> Iterator[tuple[int, str]]:
    """(number, target) of each link outside code; its words may be wrapped."""
    lines = [""] * (text.count("\n") + 1)
    for number, line in prose(text):
        lines[number - 1] = line
    # What is dropped keeps its line feeds, so that they count.
    plain = _CODE_SPAN.sub(lambda span: "\n" * span.group().count("\n"), "\n".join(lines))
    for link in _LINK.finditer(plain):
        yield plain.count("\n", 0, link.start(1)) + 1, link.group(1)


def check(path: pathlib.Path) -> Iterator[tuple[int, str]]:
    """(line, fault) of each fault in the file at path."""
    text = path.read_text(encoding="utf-8")
    for number, target in links(text):
        fault = check_link(path, target)
        if fault:
            yield number, fault
    for number, line in prose(text):
        # A word that is wider than a line cannot be wrapped.
        if len(line) > COLUMNS and not line.startswith("|") and " " in line.strip()[:COLUMNS]:
            yield number, "%d columns; wrap prose at %d" % (len(line), COLUMNS)


def main(names: list[str]) -> int:
    if not names:
        print(__doc__, file=sys.stderr)
        return 2
    faults = ["%s:%d: %s" % (name, number, fault) for name in names for number, fault in check(pathlib.Path(name))]
    print("\n".join(faults), end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
