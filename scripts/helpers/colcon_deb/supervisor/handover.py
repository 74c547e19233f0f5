# SPDX-License-Identifier: Apache-2.0
"""What a run leaves in the caller's directories belongs to the caller, and nothing in them is set-user-id.

The build may be root in the container (sudo, maintainer scripts), and the directories are the host's.
"""

import contextlib
import os
import signal
import stat

from ..base import files

_SET_ID = stat.S_ISUID | stat.S_ISGID


def end_everything(uid, gid):
    """End what the build left running, so that nothing is made after the hand-over.

    Process 1 only, since the signal goes to every process of the namespace. Root has no CAP_KILL, but with the build user's
    effective uid and its own real one it may signal both the builder's processes and root's.
    """
    if os.getpid() == 1:
        with files.as_user(uid, gid), contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(-1, signal.SIGKILL)


def hand_over(directory, uid, gid):
    """Give everything below directory to the user. Never follows a link; raises OSError or RecursionError.

    For root (also the user of a rootless engine) nothing changes hands; set-id bits go all the same: on the host they would
    make a program of root's for everybody.
    """
    for _path, directories, names, descriptor in os.fwalk(directory, follow_symlinks=False, onerror=_raise):
        here = os.fstat(descriptor)
        # A set-group-id directory is the caller's wish: what is made in it has its group.
        group = here.st_gid if here.st_mode & stat.S_ISGID else gid
        for name in directories + names:
            with contextlib.suppress(FileNotFoundError):
                _give(descriptor, name, uid, group)


def _raise(error):
    raise error


def _give(directory, name, uid, gid):
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    if uid != 0 and (status.st_uid, status.st_gid) != (uid, gid):
        os.chown(name, uid, gid, dir_fd=directory, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode) or stat.S_ISDIR(status.st_mode) or not status.st_mode & _SET_ID:
        return
    # There is no chmod that does not follow links: hold the file itself, without opening it, and go by what is held.
    held = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    try:
        mode = os.fstat(held).st_mode
        if not stat.S_ISLNK(mode):
            os.chmod("/proc/self/fd/%d" % held, stat.S_IMODE(mode) & ~_SET_ID)
    finally:
        os.close(held)
