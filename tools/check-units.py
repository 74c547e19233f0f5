#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that the public headers say the unit of each time.

usage: tools/check-units.py HEADER...

A member of a structure or a parameter of a function is a time if its name says so (timeout, interval, since, created_at…).
Its text in the documentation must name the unit: docs/library.md has the rule. A time that is a text is in RFC 3339.
"""

from __future__ import annotations

import pathlib
import re
import sys
from collections.abc import Iterator

TIME = re.compile(r"(?:\A|_)(?:timeout|interval|duration|period|delay|time|at|since|until)\Z")
UNIT = re.compile(r"\b(?:milliseconds|microseconds|nanoseconds)\b")
DATE = re.compile(r"\bRFC 3339\b")
# A documentation comment, and the declaration that follows it up to the end of a structure or a function.
BLOCK = re.compile(r"/\*\*\n(.*?)\*/\s*(typedef struct \{.*?\} \w+;|CDD_API [^;{]*?\);)", re.DOTALL)
PLAIN = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARED = re.compile(r"([\w ]+?[ *]+)(\w+)\s*\Z")


def descriptions(comment: str) -> dict[str, str]:
    """The text of each "@name:", which ends at the next one or at an empty line."""
    found: dict[str, str] = {}
    name = ""
    for line in comment.splitlines():
        text = line.strip().removeprefix("*").strip()
        begin = re.match(r"@(\w+):", text)
        if begin:
            name = begin.group(1)
        elif not text:
            name = ""
        if name:
            found[name] = found.get(name, "") + " " + text
    return found


def declarations(code: str) -> Iterator[tuple[str, str]]:
    """The type and the name of each member or parameter."""
    inner = code[code.index("{" if code.startswith("typedef") else "(") + 1:]
    inner = inner.rsplit("}" if code.startswith("typedef") else ")", 1)[0]
    for part in re.split("[;,]", PLAIN.sub("", inner)):
        declared = DECLARED.search(part)
        if declared:
            yield declared.group(1), declared.group(2)


def check(text: str) -> Iterator[str]:
    for comment, code in BLOCK.findall(text):
        described = descriptions(comment)
        subject = comment.split(":", 1)[0].strip(" *\n")
        for kind, name in declarations(code):
            if not TIME.search(name):
                continue
            is_text = "*" in kind and "char" in kind
            if not (DATE if is_text else UNIT).search(described.get(name, "")):
                yield f"{subject}: @{name} does not say its unit" + (" (RFC 3339)" if is_text else "")


def main(names: list[str]) -> int:
    status = 0
    for name in names:
        for fault in check(pathlib.Path(name).read_text()):
            print(f"{name}: {fault}; docs/library.md has the rule")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
