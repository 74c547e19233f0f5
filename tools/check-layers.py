#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that the rooms of each source tree use only rooms below them, and a few things that only one file may do.

usage: tools/check-layers.py

Prints one line for each fault, FILE:LINE: what is wrong; exit code 1 if there is any.
"""

from __future__ import annotations

import ast
import pathlib
import re
import sys
from collections.abc import Callable, Iterator
from typing import NamedTuple

TOP = pathlib.Path(__file__).resolve().parent.parent


class Use(NamedTuple):
    """A file uses a room of its own tree."""

    line: int
    room: str


class Tree(NamedTuple):
    """A folder whose sub-folders are rooms. Files beside the rooms may use all of them."""

    folder: str
    suffixes: tuple[str, ...]
    uses: Callable[[pathlib.Path, pathlib.Path], Iterator[Use]]  # of a file, in the tree with that folder
    floors: tuple[tuple[str, ...], ...]  # from the lowest; rooms of one floor do not use each other


def python_uses(path: pathlib.Path, folder: pathlib.Path) -> Iterator[Use]:
    """Imports of the package that the folder is: `from ..room import name` or `import package.room.module`."""
    here = [folder.name, *path.relative_to(folder).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        for module in _imported(node, here):
            if module[0] == folder.name and len(module) > 1:
                yield Use(getattr(node, "lineno", 1), module[1])


INCLUDE = re.compile(r"\s*(?:/\*.*?\*/\s*)*#\s*(?:include|import)\b(?:/\*.*?\*/|\s)*(.*?)\s*(?:/[*/].*)?$")
QUOTED = re.compile(r'"(?:(?:\.\./)?([a-z]+)/)?(?:proto/)?[a-z0-9.-]+"$')
SYSTEM = re.compile(r"<[a-z0-9_./-]+>$")


def c_uses(path: pathlib.Path, folder: pathlib.Path) -> Iterator[Use]:
    """Includes of another room: `"../room/file.h"`, or `"room/file.h"` by the include path of the folder.

    The room of an include in any other form is the include itself, which no table has.
    """
    rooms = {room.name for room in folder.iterdir() if room.is_dir()}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name = match[1]
        quoted = QUOTED.match(name)
        if quoted and quoted[1]:
            yield Use(number, quoted[1])
        elif not quoted and (not SYSTEM.match(name) or ".." in name or name[1:].split("/")[0] in rooms):
            yield Use(number, name)


class Only(NamedTuple):
    """What a line of a folder's files may have in some files only."""

    folder: str
    pattern: re.Pattern[str]
    files: tuple[str, ...]  # in the folder
    why: str


def _imported(node: ast.AST, here: list[str]) -> list[list[str]]:
    """Absolute names, split at the dots, of what an import statement in that package may load."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = here[:len(here) + 1 - node.level] if node.level else []
        base = base + (node.module.split(".") if node.module else [])
        return [base + [alias.name] for alias in node.names]
    return []


JSON_PARSING = re.compile(r"json-glib/|\bjson_(parser|generator|reader|gobject)_|\bJSON_TYPE_(PARSER|GENERATOR|READER)\b"
                          r"|\bjson_(to|from)_string\b")
FOREIGN_INCLUDE = re.compile(r"\s*#\s*(include|import)\b(?!\s*<(colcon-deb-docker/cdd-[a-z-]+\.h|gio/[a-z-]+\.h|"
                             r"glib[a-z-]*(/[a-z-]+)?\.h|stddef\.h|stdint\.h)>)")

ONLY = (
    Only("src/colcon-deb", JSON_PARSING, ("base/json.c", "base/json.h"), "JSON is read and written by base/json.h"),
    Only("src/docker", JSON_PARSING, ("wire/json.c", "wire/json.h"), "JSON is read and written by wire/json.h"),
    Only("include", FOREIGN_INCLUDE, (), "a public header includes only public headers, GIO and GLib"),
)

TREES = (
    Tree("src/colcon-deb", (".c", ".h"), c_uses, (
        ("base",),
        ("config",),
        ("events",),
        ("report",),
        ("view",),
        ("incremental",),
        ("repository",),
        ("engine",),
        ("image",),
        ("transfer",),
        ("layer",),
        ("run",),
        ("checks",),
        ("commands",),
    )),
    Tree("src/docker", (".c", ".h"), c_uses, (
        ("value",),
        ("wire", "files"),
        ("transport",),
        ("engine",),
        ("api", "buildkit"),
        ("service", "workspace"),
        ("mock",),
    )),
    Tree("scripts/helpers/colcon_deb", (".py",), python_uses, (
        ("base",),
        ("workspace", "repository"),
        ("packaging",),
        ("dependencies",),
        ("incremental",),
        ("building",),
        ("supervisor",),
    )),
)


def check(top: pathlib.Path, trees: tuple[Tree, ...] = TREES, only: tuple[Only, ...] = ONLY) -> list[str]:
    """The faults of all trees, one line each."""
    return [*(fault for tree in trees for fault in _check_tree(top, tree)),
            *(fault for rule in only for fault in _check_only(top, rule))]


def _check_only(top: pathlib.Path, rule: Only) -> Iterator[str]:
    folder = top / rule.folder
    for path in sorted(path for path in folder.rglob("*.[ch]") if str(path.relative_to(folder)) not in rule.files):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if rule.pattern.search(line):
                yield "%s:%d: %s" % (path.relative_to(top), number, rule.why)


def _check_tree(top: pathlib.Path, tree: Tree) -> Iterator[str]:
    folder = top / tree.folder
    floor_of = {room: floor for floor, rooms in enumerate(tree.floors) for room in rooms}
    for room in floor_of:
        if not (folder / room).is_dir():
            yield "%s:1: the room %s is in the table of tools/check-layers.py, but is no folder" % (tree.folder, room)
    for path in sorted(path for path in folder.rglob("*") if path.suffix in tree.suffixes):
        shown = path.relative_to(top)
        inside = path.relative_to(folder).parts
        here = inside[0] if len(inside) > 1 else None
        if here is not None and here not in floor_of:
            yield "%s:1: the room %s is not in the table of tools/check-layers.py" % (shown, here)
            continue
        for use in sorted(set(tree.uses(path, folder))):
            if use.room == here:
                continue
            if use.room not in floor_of:
                yield "%s:%d: %s uses %s, which is not in the table of tools/check-layers.py" \
                    % (shown, use.line, here or tree.folder, use.room)
            elif here is not None and floor_of[use.room] >= floor_of[here]:
                yield "%s:%d: %s uses %s, which is not below it" % (shown, use.line, here, use.room)


def main() -> int:
    faults = check(TOP)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
