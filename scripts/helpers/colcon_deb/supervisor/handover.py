# SPDX-License-Identifier: Apache-2.0
"""Give to the caller what root or the build has made in the caller's directories, and leave nothing set-user-id there.

The build may become root in the container (sudo, maintainer scripts), and the directories are the host's. Files that
belonged to somebody else before the build stay as they are.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
from collections.abc import Mapping

from ..base import files, tree

_SET_ID = stat.S_ISUID | stat.S_ISGID

TYPE_CHECKING = False
if TYPE_CHECKING:
    # (device, inode) -> owner.
    Foreign = Mapping[tuple[int, int], int]


def end_everything(uid: int, gid: int) -> None:
    """Kill the processes that the build has left running, so that nothing is made after the hand-over.

    Only as process 1, since the signal goes to every process of the namespace. Root has no CAP_KILL, but with the build
    user's effective uid and its own real uid it may signal the processes of both.
    """
    if os.getpid() == 1:
        with files.as_user(uid, gid), contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)


def foreign(directory: str, uid: int) -> Foreign:
    """Before the build: what is below the directory and belongs neither to root nor to the user.

    A directory that root cannot read counts, too: root of a rootless engine, or of a client of NFS, is an ordinary user
    on the host. Raises OSError if that is the directory itself.
    """
    found: dict[tuple[int, int], int] = {}

    def unreadable(entry: tree.Entry | None, _error: OSError) -> None:
        if entry:
            found[_identity(entry.status)] = entry.status.st_uid

    for entry in tree.walk(directory, unreadable):
        if entry.status.st_uid not in (0, uid):
            found[_identity(entry.status)] = entry.status.st_uid
    return found


def hand_over(directory: str, uid: int, gid: int, spared: Foreign) -> None:
    """Give everything else below the directory to the user. Never follows a link.

    What cannot be given away is left, and all else is given; then the first such OSError is raised. spared: see
    foreign(). If the user is root (also the user of a rootless engine), owners stay. Set-id bits go anyway:
    on the host such a file would be a program of root's for every user.
    """
    failures: list[OSError] = []

    def is_spared(entry: tree.Entry) -> bool:
        # A file that the build has made may have got the number of one that it has removed.
        return spared.get(_identity(entry.status)) == entry.status.st_uid

    def unreadable(entry: tree.Entry | None, error: OSError) -> None:
        is_gone = isinstance(error, FileNotFoundError)
        if entry is None or not (is_gone or is_spared(entry)):
            failures.append(error)

    for entry in tree.walk(directory, unreadable):
        if is_spared(entry):
            continue
        here = os.fstat(entry.directory)
        # The caller may have made the directory set-group-id, so that new files get its group.
        group = here.st_gid if here.st_mode & stat.S_ISGID else gid
        try:
            _give(entry, uid, group)
        except FileNotFoundError:
            pass
        except OSError as error:
            failures.append(error)
    if failures:
        raise failures[0]


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _give(entry: tree.Entry, uid: int, gid: int) -> None:
    status = entry.status
    if uid != 0 and (status.st_uid, status.st_gid) != (uid, gid):
        os.chown(entry.name, uid, gid, dir_fd=entry.directory, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode) or stat.S_ISDIR(status.st_mode) or not status.st_mode & _SET_ID:
        return
    # chmod always follows links: hold the file itself, without opening it, and check what is held.
    held = os.open(entry.name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=entry.directory)
    try:
        mode = os.fstat(held).st_mode
        if not stat.S_ISLNK(mode):
            os.chmod("/proc/self/fd/%d" % held, stat.S_IMODE(mode) & ~_SET_ID)
    finally:
        os.close(held)
