# SPDX-License-Identifier: Apache-2.0
"""The dependency layer: an image with the packages that apt has installed, which the host keeps for the next build
(docs/protocol.md).

Such an image holds a list of the relations that it was made for. A build from the image compares that list with its
own: a package that this workspace does not ask for would hide an undeclared dependency.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Collection, Iterator

from ..base import files

RECORD = "/usr/share/colcon-deb/dependencies.json"
# Part of the key: to be raised when the content of layers changes.
FORMAT = 1


def key_of(relations: Collection[str]) -> str:
    """The name of a set of relations, whatever their order."""
    return hashlib.sha256(json.dumps([FORMAT, sorted(relations)]).encode()).hexdigest()


def is_foreign(relations: Collection[str], path: str = RECORD) -> bool:
    """Whether this container was made for more than these relations."""
    try:
        recorded = files.read_json(path)["relations"]
        return not set(recorded) <= set(relations)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError, KeyError):
        return True


def record(relations: Collection[str], path: str = RECORD) -> None:
    files.make_directory(os.path.dirname(path), follow=True)
    files.write_json(path, {"format": FORMAT, "relations": sorted(relations)})


@contextlib.contextmanager
def set_aside(directory: str) -> Iterator[None]:
    """Keep a directory of small files in memory only, while an image of the container is made."""
    held = {name: files.read_bytes(os.path.join(directory, name)) for name in files.list_files(directory)}
    files.clear(directory)
    yield
    files.make_empty_directory(directory)
    for name, data in held.items():
        files.replace(os.path.join(directory, name), data)
