# SPDX-License-Identifier: Apache-2.0
"""A copy of this process as a child, in place of another program."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Collection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, NoReturn


# The exit code of a copy whose function does not end the process itself. Steps end with 0 or 1, and have said why.
FAILED = 2


class ProcessCopy:
    """What subprocess.Popen is to ProcessOne. The child calls a function, which ends the process.

    The thread that reports the load does not live on in the copy, and holds no lock that the copy takes.
    """

    def __init__(self, call: Callable[[], object], output: IO[bytes] | None, capture: bool, inherit: Collection[int]) -> None:
        self.returncode: int | None = None
        self.stdout: IO[bytes] | None = None
        reading, writing = os.pipe2(os.O_CLOEXEC) if capture else (-1, -1)
        self.pid = os.fork()
        if self.pid == 0:
            _be_child(call, writing if capture else output.fileno() if output else -1, output, inherit)
        if capture:
            os.close(writing)
            self.stdout = os.fdopen(reading, "rb", 0)


def _be_child(call: Callable[[], object], stdout: int, output: IO[bytes] | None, inherit: Collection[int]) -> NoReturn:
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        if stdout >= 0:
            os.dup2(stdout, 1)
        if output:
            os.dup2(output.fileno(), 2)
        _close_others(inherit)
        call()
    except BaseException:  # the copy must not go on as process 1
        traceback.print_exc()
    finally:
        os._exit(FAILED)


def _close_others(kept: Collection[int]) -> None:
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        if descriptor > 2 and descriptor not in kept:
            try:
                os.close(descriptor)
            except OSError:
                pass  # the one of the list itself
