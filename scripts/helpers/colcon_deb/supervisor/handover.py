# SPDX-License-Identifier: Apache-2.0
"""Give everything in the caller's directories to the caller, and leave nothing set-user-id in them.

The build may become root in the container (sudo, maintainer scripts), and the directories are the host's.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat

from ..base import files

_SET_ID = stat.S_ISUID | stat.S_ISGID


def end_everything(uid: int, gid: int) -> None:
    """Kill the processes that the build has left running, so that nothing is made after the hand-over.

    Only as process 1, since the signal goes to every process of the namespace. Root has no CAP_KILL, but with the build
    user's effective uid and its own real uid it may signal the processes of both.
    """
    if os.getpid() == 1:
        with files.as_user(uid, gid), contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)


def hand_over(directory: str, uid: int, gid: int) -> None:
    """Give everything below the directory to the user. Never follows a link. Raises OSError or RecursionError.

    If the user is root (also the user of a rootless engine), owners stay. Set-id bits go anyway: on the host such a
    file would be a program of root's for every user.
    """
    for _path, directories, names, descriptor in os.fwalk(directory, follow_symlinks=False, onerror=_raise):
        here = os.fstat(descriptor)
        # The caller may have made the directory set-group-id, so that new files get its group.
        group = here.st_gid if here.st_mode & stat.S_ISGID else gid
        for name in directories + names:
            with contextlib.suppress(FileNotFoundError):
                _give(descriptor, name, uid, group)


def _raise(error: OSError) -> None:
    raise error


def _give(directory: int, name: str, uid: int, gid: int) -> None:
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    if uid != 0 and (status.st_uid, status.st_gid) != (uid, gid):
        os.chown(name, uid, gid, dir_fd=directory, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode) or stat.S_ISDIR(status.st_mode) or not status.st_mode & _SET_ID:
        return
    # chmod always follows links: hold the file itself, without opening it, and check what is held.
    held = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    try:
        mode = os.fstat(held).st_mode
        if not stat.S_ISLNK(mode):
            os.chmod("/proc/self/fd/%d" % held, stat.S_IMODE(mode) & ~_SET_ID)
    finally:
        os.close(held)
