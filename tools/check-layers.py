#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that the rooms of each source tree use only rooms below them.

usage: tools/check-layers.py

Prints one line for each fault, FILE:LINE: what is wrong; exit code 1 if there is any.
"""

from __future__ import annotations

import ast
import pathlib
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


def _imported(node: ast.AST, here: list[str]) -> list[list[str]]:
    """Absolute names, split at the dots, of what an import statement in that package may load."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".") for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = here[:len(here) + 1 - node.level] if node.level else []
        base = base + (node.module.split(".") if node.module else [])
        return [base + [alias.name] for alias in node.names]
    return []


TREES = (
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


def check(top: pathlib.Path, trees: tuple[Tree, ...] = TREES) -> list[str]:
    """The faults of all trees, one line each."""
    return [fault for tree in trees for fault in _check_tree(top, tree)]


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
            if here is None or use.room == here:
                continue
            if use.room not in floor_of:
                yield "%s:%d: %s uses %s, which is not in the table of tools/check-layers.py" \
                    % (shown, use.line, here, use.room)
            elif floor_of[use.room] >= floor_of[here]:
                yield "%s:%d: %s uses %s, which is not below it" % (shown, use.line, here, use.room)


def main() -> int:
    faults = check(TOP)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
