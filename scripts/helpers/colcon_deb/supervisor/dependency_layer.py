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
import shutil
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
    os.makedirs(os.path.dirname(path), exist_ok=True)
    files.write_json(path, {"format": FORMAT, "relations": sorted(relations)})


@contextlib.contextmanager
def set_aside(directory: str) -> Iterator[None]:
    """Keep a directory of small files in memory only, while an image of the container is made."""
    held = {}
    for name in os.listdir(directory):
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            with open(path, "rb") as stream:
                held[name] = stream.read()
    shutil.rmtree(directory)
    yield
    os.makedirs(directory)
    for name, data in held.items():
        with open(os.path.join(directory, name), "wb") as stream:
            stream.write(data)
