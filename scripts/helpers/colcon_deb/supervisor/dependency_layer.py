# SPDX-License-Identifier: Apache-2.0
"""The dependency layer: an image of what apt has installed, which the host keeps for the next build (docs/protocol.md).

Such an image carries the list of what it was made for. Whoever starts from it finds out by that list whether it has
something that this workspace does not ask for: then a dependency that nobody declares would go unnoticed.
"""

import contextlib
import hashlib
import json
import os
import shutil

from ..base import files

RECORD = "/usr/share/colcon-deb/dependencies.json"
# Part of the key: to be raised when what the layers hold changes.
FORMAT = 1


def key_of(relations):
    """What names a set of relations, in whatever order they are."""
    return hashlib.sha256(json.dumps([FORMAT, sorted(relations)]).encode()).hexdigest()


def is_foreign(relations, path=RECORD):
    """Whether this container has been made for more than these relations."""
    try:
        recorded = files.read_json(path)["relations"]
        return not set(recorded) <= set(relations)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError, KeyError):
        return True


def record(relations, path=RECORD):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    files.write_json(path, {"format": FORMAT, "relations": sorted(relations)})


@contextlib.contextmanager
def set_aside(directory):
    """Have a directory of small files in memory only, as long as the image is being made."""
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
