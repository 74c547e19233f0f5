# SPDX-License-Identifier: Apache-2.0
"""As many processes at work as there are processors, over all packages that are being built.

This is GNU make's jobserver: a pipe with a token for each slot. Each package holds one token while it is built. Its
make takes more tokens from the same pipe and puts them back (make-with-slots.sh), so one package alone gets all slots
and several packages share them.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable

from ..base import files

# What a compiler may need. With less memory for each slot, the kernel may kill compilers.
MEMORY_PER_SLOT = 1536 * 1024 * 1024
# What an emulator needs for each process beside the process itself: above all the translated code.
MEMORY_OF_EMULATOR = 192 * 1024 * 1024
_TOKEN = b"+"
_MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Slots:
    def __init__(self, path: str, count: int) -> None:
        """path: of the pipe, which is created."""
        self.path, self.count = path, count
        files.clear(path)
        os.mkfifo(path, 0o600)
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.reset()

    def fileno(self) -> int:
        """Readable when a slot may be free."""
        return self._pipe

    def take(self) -> bool:
        """Take a slot if one is free. Returns whether there was one."""
        try:
            return bool(os.read(self._pipe, 1))
        except BlockingIOError:
            return False

    def give_back(self) -> None:
        os.write(self._pipe, _TOKEN)

    def reset(self) -> None:
        """Free all slots. Only while nothing is built: a make that was killed has not put its tokens back."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._pipe, 4096):
                pass
        os.write(self._pipe, _TOKEN * self.count)

    def close(self) -> None:
        os.close(self._pipe)


class Slot:
    """A slot that one package has taken. It knows whether the package still holds it."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._given_back: float | None = None  # when; None while the package holds it
        self.waited = 0.0  # seconds between giving it back and taking it again

    def take(self) -> bool:
        """Hold a slot again if one is free. Returns whether the package holds one."""
        if self._given_back is not None and self._slots.take():
            self.waited += time.monotonic() - self._given_back
            self._given_back = None
        return self._given_back is None

    def give_back(self) -> None:
        """Without effect if the package holds none."""
        if self._given_back is None:
            self._given_back = time.monotonic()
            self._slots.give_back()


def memory_per_slot(emulated: bool) -> int:
    return MEMORY_PER_SLOT + (MEMORY_OF_EMULATOR if emulated else 0)


def affordable(jobs: int, memory: int | None, emulated: bool = False) -> int:
    """How many of these jobs fit into that memory, in bytes; all of them if the memory is unknown."""
    return jobs if memory is None else max(1, min(jobs, memory // memory_per_slot(emulated)))


def memory_available(meminfo: str = "/proc/meminfo", limits: Iterable[str] = _MEMORY_LIMITS, builds: int = 1) -> int | None:
    """Bytes that each of so many builds may use here; None if that is unknown."""
    known = []
    with contextlib.suppress(OSError, ValueError), open(meminfo, encoding="ascii") as stream:
        known += [int(line.split()[1]) * 1024 for line in stream if line.startswith("MemAvailable:")]
    for path in limits:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as stream:
            known.append(int(stream.read()))
    return min(known) // builds if known else None
