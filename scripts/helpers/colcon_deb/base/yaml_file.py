# SPDX-License-Identifier: Apache-2.0
"""YAML of somebody who may want to harm the build: a small file must not take long, or become large in memory.

Merge keys copy what they merge, and a chain of aliases is short in the file but grows with each use.
"""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from . import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    Extent = tuple[int, int]  # characters and nodes; levels of collections
    Place = Optional[tuple[int, int]]

MAX_DEPTH = 32
# Of a file whose aliases are written out.
MAX_EXPANDED = 4 * 1024 * 1024
# Of a number or a date: a long number takes long to convert.
MAX_VALUE = 256
_TEXT = "tag:yaml.org,2002:str"
_MERGE = "tag:yaml.org,2002:merge"


class UnusableError(Exception):
    """Why a file cannot be read, without the file and a full stop. place: line and column, from 1; None if unknown."""

    def __init__(self, problem: str, place: Place = None) -> None:
        super().__init__(problem)
        self.place = place

    def at(self, shown: str) -> str:
        """FILE:LINE:COLUMN, or the file."""
        return "%s:%d:%d" % (shown, *self.place) if self.place else shown


@dataclass(frozen=True)
class Document:
    """A file as nodes, which have their places, and as data; both are None if it is empty."""

    node: Any
    data: Any


def read(path: str, most: int) -> Document:
    """A file of at most that many bytes; links are followed. Raises UnusableError."""
    try:
        text = files.read_bytes(path, follow=True, most=most).decode()
    except (OSError, ValueError) as error:
        raise UnusableError(str(getattr(error, "strerror", None) or error)) from error
    return parse(text)


def parse(text: str) -> Document:
    """Raises UnusableError."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return Document(node, _data(loader, node))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = (mark.line + 1, mark.column + 1) if mark else None
        raise UnusableError(getattr(error, "problem", None) or str(error), place) from error
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # For example "!!int ''", "!!bool x" or the 31st of February.
        raise UnusableError("a value does not fit its type (%s)" % error) from error


def _data(loader: _Loader, node: Any) -> Any:
    return None if node is None else loader.construct_document(node)  # type: ignore[no-untyped-call]


class _Loader(yaml.SafeLoader):
    """Knows the extent of each node while it composes them, so that it ends before anything large is made."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._extents: dict[Any, Extent] = {}

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        is_collection = isinstance(event, yaml.CollectionStartEvent)
        if is_collection and self._depth == MAX_DEPTH:
            raise _refused("it is nested too deeply", event)
        self._depth += is_collection
        node = super().compose_node(parent, index)
        self._depth -= is_collection
        if isinstance(event, yaml.AliasEvent):
            if node not in self._extents:
                raise _refused("an alias is a part of what it stands for", event)
        else:
            self._extents[node] = self._extent(node, event)
        return node

    def _extent(self, node: Any, event: Any) -> Extent:
        # The tag may be written at any node: "!!merge [x]: ...".
        if node.tag == _MERGE:
            raise _refused("merge keys (<<) are not supported here", event)
        if isinstance(node, yaml.ScalarNode):
            if node.tag != _TEXT and len(node.value) > MAX_VALUE:
                raise _refused("a value that is no text has more than %d characters" % MAX_VALUE, event)
            return 1 + len(node.value), 0
        children = node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
        extents = [self._extents[child] for child in children]
        size = 1 + sum(size for size, _depth in extents)
        depth = 1 + max((depth for _size, depth in extents), default=0)
        if depth > MAX_DEPTH:
            raise _refused("it is nested too deeply", event)
        if size > MAX_EXPANDED:
            raise _refused("its aliases make it too large", event)
        return size, depth


def _refused(problem: str, event: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
