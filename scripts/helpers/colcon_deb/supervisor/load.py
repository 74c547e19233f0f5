# SPDX-License-Identifier: Apache-2.0
"""How busy the container is, as its control group counts: an event every two seconds, or none if nothing counts."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ..base.protocol import Emitter

_PERIOD = 2.0
_ROOT = "/sys/fs/cgroup"


@dataclass(frozen=True)
class Sample:
    """What the container has used. moment: of time.monotonic(). cpu: seconds of all processors. memory: bytes."""

    moment: float
    cpu: float
    memory: int

    def percent_since(self, before: Sample) -> int:
        """Of one processor."""
        return max(0, round(100 * (self.cpu - before.cpu) / max(self.moment - before.moment, 1e-3)))


@contextlib.contextmanager
def reported(emitter: Emitter) -> Iterator[None]:
    """Report the load meanwhile. No event comes after that."""
    end = threading.Event()
    thread = threading.Thread(target=_report, args=(emitter, end), daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()


def _report(emitter: Emitter, end: threading.Event) -> None:
    before = sample()
    with contextlib.suppress(OSError):
        while not end.wait(_PERIOD):
            now = sample()
            if now and before:
                emitter.progress("load", cpu=now.percent_since(before), memory=now.memory)
            before = now or before


def sample(root: str = _ROOT, membership: str = "/proc/self/cgroup") -> Sample | None:
    """None if the control group does not count."""
    for read in (_version_2, _version_1):
        with contextlib.suppress(OSError, ValueError, KeyError):
            return read(root, membership)
    return None


def _version_2(root: str, membership: str) -> Sample:
    group = os.path.join(root, _own_group(membership))
    cpu = _fields(os.path.join(group, "cpu.stat"))["usage_usec"]
    cache = _fields(os.path.join(group, "memory.stat"))["inactive_file"]
    return Sample(time.monotonic(), cpu / 1e6, max(0, _number(os.path.join(group, "memory.current")) - cache))


def _own_group(membership: str) -> str:
    """A container with a control group namespace is in the root of it; any other sees the groups of the host."""
    with open(membership, encoding="utf-8", errors="surrogateescape") as stream:
        return next((line[len("0::"):].strip().strip("/") for line in stream if line.startswith("0::")), "")


def _version_1(root: str, _membership: str) -> Sample:
    """The group of the container is mounted, whether it has a namespace or not."""
    cache = _fields(os.path.join(root, "memory", "memory.stat"))["total_inactive_file"]
    memory = _number(os.path.join(root, "memory", "memory.usage_in_bytes"))
    return Sample(time.monotonic(), _number(os.path.join(root, "cpuacct", "cpuacct.usage")) / 1e9, max(0, memory - cache))


def _fields(path: str) -> dict[str, int]:
    with open(path, encoding="ascii") as stream:
        return {key: int(value) for key, value in (line.split() for line in stream)}


def _number(path: str) -> int:
    with open(path, encoding="ascii") as stream:
        return int(stream.read())
