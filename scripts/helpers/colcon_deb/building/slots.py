# SPDX-License-Identifier: Apache-2.0
"""As many processes at work as there are processors, over all packages that are being built.

This is GNU make's jobserver: a pipe with a token for each slot. Each package holds one while it is built; whatever more it
wants, its make takes out of the same pipe and puts back (make-with-slots.sh), so that one package alone gets all slots and
several share them.
"""

import contextlib
import os

# What a compiler may need: less memory than that for each slot, and the kernel ends one of them.
MEMORY_PER_SLOT = 1536 * 1024 * 1024
_TOKEN = b"+"
_MEMORY_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


class Slots:
    def __init__(self, path, count):
        """path: of the pipe, which is made."""
        self.path, self.count = path, count
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        os.mkfifo(path, 0o600)
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self.reset()

    def fileno(self):
        """Readable when a slot may be free."""
        return self._pipe

    def take(self):
        """Whether there was a free one, which is then the caller's."""
        try:
            return bool(os.read(self._pipe, 1))
        except BlockingIOError:
            return False

    def give_back(self):
        os.write(self._pipe, _TOKEN)

    def reset(self):
        """All slots are free. A make that was killed has not put back what it had, so for when nothing is being built."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._pipe, 4096):
                pass
        os.write(self._pipe, _TOKEN * self.count)

    def close(self):
        os.close(self._pipe)


def affordable(jobs, memory):
    """How many slots that memory, in bytes, is enough for; None for memory that is not known."""
    return jobs if memory is None else max(1, min(jobs, memory // MEMORY_PER_SLOT))


def memory_available(meminfo="/proc/meminfo", limits=_MEMORY_LIMITS):
    """Bytes that may be used here; None when that is not known."""
    known = []
    with contextlib.suppress(OSError, ValueError), open(meminfo, encoding="ascii") as stream:
        known += [int(line.split()[1]) * 1024 for line in stream if line.startswith("MemAvailable:")]
    for path in limits:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as stream:
            known.append(int(stream.read()))
    return min(known, default=None)
