# SPDX-License-Identifier: Apache-2.0
"""The only way to open, make, replace or remove something in a directory that a build can write (docs/files.md).

A build may have put anything at any name there: a link to a file of the user, a directory, a named pipe, a tree that is
thousands of directories deep. Nothing here follows a link at the last part of a path, waits for a pipe, or fails because
a name of colcon-deb's own has something of another kind.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import io
import json
import math
import os
import shutil
import stat
import subprocess
import time
from collections.abc import Callable, Iterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

MAX_READ = 64 * 1024 * 1024
_LOCK_INTERVAL = 0.05
# A named pipe that appears meanwhile does not make this wait.
_LOCK_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_LOCK_PATIENCE = 3.0
_KINDS = ((stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a directory"), (stat.S_ISFIFO, "a named pipe"),
          (stat.S_ISSOCK, "a socket"), (stat.S_ISREG, "a file"))


class InTheWay(OSError):
    """Something of another kind has a name that colcon-deb needs, and may be the user's. The text is for the user."""

    def __init__(self, path: str, advice: str) -> None:
        super().__init__(errno.EEXIST, "%s is %s; %s" % (shown(path), _kind(path), advice))

    def __str__(self) -> str:
        return str(self.strerror)


def shown(path: str) -> str:
    """As the user knows it."""
    return path.replace("/workspace/", "", 1)


@contextlib.contextmanager
def as_user(uid: int, gid: int) -> Iterator[None]:
    """Touch files with the rights of the build user, in directories that do not belong to root."""
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


def clear(path: str) -> None:
    """Remove whatever has that name. A link is removed, not what it leads to; of a directory everything goes that is on
    its file system, however deep."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError:
        if not is_directory(path):
            raise
        _remove_tree(path)


def _remove_tree(path: str) -> None:
    # shutil.rmtree() ends at the limit of recursion or of the length of a path.
    command = ["rm", "-rf", "--one-file-system", "--", path]
    if _run(command) and os.path.lexists(path):
        # A directory in it may be without the rights of its owner. chmod -R follows no link.
        _run(["chmod", "-R", "u+rwx", "--", path])
        said = _run(command)
        if os.path.lexists(path):
            raise OSError(errno.ENOTEMPTY, "cannot be removed (%s)" % shown((said.splitlines() or ["rm failed"])[0]), path)


def _run(command: list[str]) -> str:
    """What the command complained of; "" if it succeeded."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C"}, text=True, errors="replace", check=False)
    return (done.stderr or "failed") if done.returncode else ""


def create(path: str) -> IO[bytes]:
    """A new file for writing, in place of whatever has that name."""
    return os.fdopen(_create(path, 0o666), "wb")


def create_log(path: str) -> io.FileIO:
    """A new log: unbuffered, and each write goes to its end."""
    return os.fdopen(_create(path, 0o644, os.O_APPEND), "wb", buffering=0)


def _create(path: str, mode: int, flags: int = 0) -> int:
    clear(path)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC | flags, mode)


def temporary_of(path: str) -> str:
    """Where a file is written before it gets its name."""
    return path + ".tmp"


def replace(path: str, data: bytes, mode: int | None = None, temporary: str | None = None) -> None:
    """Write a whole file at a name of colcon-deb's own, or leave the old one. temporary: another than temporary_of()."""
    with _replacing(path, temporary or temporary_of(path)) as stream:
        stream.write(data)
        if mode is not None:
            os.fchmod(stream.fileno(), mode)


def replace_by_copy(path: str, source: str) -> None:
    """The same with the content of another file."""
    with open_file(source) as origin, _replacing(path, temporary_of(path)) as stream:
        shutil.copyfileobj(origin, stream)


@contextlib.contextmanager
def _replacing(path: str, temporary: str) -> Iterator[IO[bytes]]:
    try:
        with create(temporary) as stream:
            yield stream
        move(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def move(path: str, target: str) -> None:
    """Rename, on one file system. Whatever has the target's name goes."""
    try:
        os.replace(path, target)
    except OSError:
        if not os.path.lexists(path) or not os.path.lexists(target):
            raise
        clear(target)
        os.replace(path, target)


@contextlib.contextmanager
def locked(path: str, waits: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the lock on a file of colcon-deb's own, which is made for it, or on an existing directory whose name ends with
    a slash. On a file system without locks nobody waits.

    waits: called once, if another holds the lock for some seconds.
    """
    late = time.monotonic() + _LOCK_PATIENCE
    while True:
        descriptor = _try_lock(path)
        if descriptor is not None:
            break
        if time.monotonic() >= late:
            late = math.inf
            waits()
        time.sleep(_LOCK_INTERVAL)
    try:
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked_at_once(path: str) -> Iterator[bool]:
    """The same without waiting: whether the lock is held."""
    descriptor = _try_lock(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def is_locked(path: str) -> bool:
    """Whether the lock on a file is held. To look at it is no lock for others who look, but may disturb one who takes it."""
    if not is_file(path):
        return False
    try:
        descriptor = os.open(path, _LOCK_FLAGS)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return isinstance(error, BlockingIOError)
    finally:
        os.close(descriptor)
    return False


def _try_lock(path: str) -> int | None:
    """A descriptor that has the lock; None if another has it."""
    while True:
        descriptor = _open_for_lock(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        except OSError:
            return descriptor
        # A lock on a file that was removed meanwhile is no lock.
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), os.lstat(path)):
                return descriptor
        os.close(descriptor)


def _open_for_lock(path: str) -> int:
    if path.endswith("/"):
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    if os.path.lexists(path) and not is_file(path):
        clear(path)
    return os.open(path, _LOCK_FLAGS | os.O_CREAT, 0o644)


def write_json(path: str, data: object) -> None:
    replace(path, json.dumps(data, indent=1, sort_keys=True).encode())


def make_own_directory(path: str, below: str) -> None:
    """Make the directory if it is not there, and those between. All names below the given directory are colcon-deb's own:
    whatever else has one of them goes."""
    if path == below or is_directory(path):
        return
    make_own_directory(os.path.dirname(path), below)
    make_empty_directory(path)


def make_directory(path: str, below: str | None = None, follow: bool = False) -> None:
    """Make the directory if it is not there, and its parents. Raises InTheWay.

    below: the parents below that directory must be no links, either. follow: a link of the user to a directory is good,
    too.
    """
    parent = os.path.dirname(path)
    if below is not None and below not in (path, parent):
        make_directory(parent, below)
    try:
        _make_with_parents(path, 0o777)
    except FileExistsError:
        if not is_directory(path) and not (follow and os.path.isdir(path)):
            raise InTheWay(path, "colcon-deb makes a directory there: remove it") from None


def make_empty_directory(path: str, mode: int = 0o777) -> None:
    """In place of whatever has that name."""
    clear(path)
    _make_with_parents(path, mode)


def _make_with_parents(path: str, mode: int) -> None:
    try:
        os.mkdir(path, mode)
    except FileNotFoundError:
        make_directory(os.path.dirname(path))
        os.mkdir(path, mode)


def link_or_copy(source: str, target: str) -> None:
    """A new name for a file, or a copy on a file system without hard links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        replace_by_copy(target, source)


def copy_tree(source: str, target: str) -> None:
    """A file, a link, or a directory with all that is in it, to a name that is free. Files are linked if possible."""
    for options in ("-al", "-a"):
        said = _run(["cp", options, "-T", "--", source, target])
        if not said:
            return
        clear(target)
    raise OSError(errno.EIO, "%s cannot be copied (%s): move it away" % (shown(source), shown(said.splitlines()[0])))


def is_file(path: str) -> bool:
    """Whether it is a regular file, and no link to one."""
    return _has_kind(path, stat.S_ISREG)


def is_directory(path: str) -> bool:
    """Whether it is a directory, and no link to one."""
    return _has_kind(path, stat.S_ISDIR)


def _has_kind(path: str, test: Any) -> bool:
    try:
        return bool(test(os.lstat(path).st_mode))
    except OSError:
        return False


def _kind(path: str) -> str:
    mode = os.lstat(path).st_mode
    kind = next((name for test, name in _KINDS if test(mode)), "a device")
    return "%s to %s" % (kind, shown(os.readlink(path))) if stat.S_ISLNK(mode) else kind


def list_files(directory: str) -> list[str]:
    """The names of the regular files in a directory, sorted; none if it is missing or something else."""
    return [name for name in _list(directory) if is_file(os.path.join(directory, name))]


def list_directories(directory: str) -> list[str]:
    """The same for the directories in it."""
    return [name for name in _list(directory) if is_directory(os.path.join(directory, name))]


def remove_empty(directory: str) -> bool:
    """Remove a directory if nothing is in it. Returns whether it is gone."""
    try:
        os.rmdir(directory)
    except OSError:
        return False
    return True


def clear_temporaries(directory: str, *endings: str) -> None:
    """Remove what interrupted runs have left of files whose names end so."""
    for name in _list(directory):
        if name.endswith(tuple(map(temporary_of, endings))):
            clear(os.path.join(directory, name))


def _list(directory: str) -> list[str]:
    try:
        return sorted(os.listdir(directory)) if is_directory(directory) else []
    except OSError:
        return []


def open_file(path: str, follow: bool = False) -> IO[bytes]:
    """A regular file for reading. follow: a link counts as what it leads to. OSError for anything else."""
    link = 0 if follow else os.O_NOFOLLOW
    descriptor = os.open(path, os.O_RDONLY | link | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return os.fdopen(descriptor, "rb")


def read_bytes(path: str, follow: bool = False, most: int = MAX_READ) -> bytes:
    """The content of a file. ValueError when it is too large."""
    with open_file(path, follow) as stream:
        data = stream.read(most + 1)
    if len(data) > most:
        raise ValueError("larger than %d bytes" % most)
    return data


def read_json(path: str) -> Any:
    """The data in a file. ValueError when it is unusable."""
    try:
        return json.loads(read_bytes(path))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
