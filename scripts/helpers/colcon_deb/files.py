# SPDX-License-Identifier: Apache-2.0
"""Files that cross the line between root and the build user."""

import contextlib
import json
import os

from .protocol import clean

MAX_JSON = 64 * 1024 * 1024


@contextlib.contextmanager
def as_user(uid, gid):
    """Touch files with the rights of the build user, so that root's never reach into a directory that is not root's."""
    if os.geteuid() != 0 or (uid, gid) == (0, 0):
        yield
        return
    os.setegid(gid)
    try:
        os.seteuid(uid)
        try:
            yield
        finally:
            os.seteuid(0)
    finally:
        os.setegid(0)


def open_log(path):
    """A new log for writing (binary, unbuffered); what stood there before is replaced, a link is never followed."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_APPEND, 0o644)
    return os.fdopen(descriptor, "wb", buffering=0)


def tail(path, lines, size=64 * 1024):
    """The last lines of a log, safe to show."""
    try:
        with open(path, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - size))
            data = stream.read(size)
    except OSError:
        return []
    return [clean(line.rstrip("\r"), 1000) for line in data.decode("utf-8", "replace").splitlines()[-lines:]]


def write_json(path, data):
    temporary = path + ".tmp"
    with open(temporary, "w", encoding="utf-8") as stream:
        json.dump(data, stream, indent=1, sort_keys=True)
    os.replace(temporary, path)


def read_json(path):
    """Data of a file that another user may have written: never a link, bounded. ValueError when it is unusable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(MAX_JSON + 1)
    if len(data) > MAX_JSON:
        raise ValueError("larger than %d bytes" % MAX_JSON)
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
