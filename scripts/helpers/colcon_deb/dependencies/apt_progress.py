# SPDX-License-Identifier: Apache-2.0
"""What apt is doing, as events. Its status lines tell how much is done; names and sizes are only in its output."""

from __future__ import annotations

import os
import re
import select
import subprocess
import time
from collections.abc import Callable

from ..base import logs
from ..base.protocol import Emitter, clean

# At most four events a second.
_PERIOD = 0.25
_MAX_NAME = 100  # characters
_MAX_LINE = 64 * 1024
# A program that a package starts may keep the pipe open after apt's end.
_LOOK_FOR_END = 0.2
_READ = 64 * 1024
# After apt's end, for what the pipe still holds: that program may also write without end.
_READS_AFTER_END = 16
_DOWNLOAD = re.compile(r"dlstatus:\d+:(?P<percent>\d{1,3}(?:\.\d{1,9})?):\D*(?P<number>\d{1,9}) of (?P<total>\d{1,9})")
_INSTALL = re.compile(r"pmstatus:(?P<name>[^:]+)(?::[a-z0-9-]+)?:(?P<percent>\d{1,3}(?:\.\d{1,9})?):")
_RUNS_DPKG = "dpkg-exec"
_COMMAND = re.compile(r"\$ apt-get (?P<command>\S+)")
_COUNT = re.compile(r"(?P<upgraded>\d{1,9}) upgraded, (?P<new>\d{1,9}) newly installed,")
_SIZE = re.compile(r"Need to get (?P<number>[\d.,]{1,12}) (?P<unit>[kMGT]?)B[ /]")
_UNITS = {"": 1, "k": 1000, "M": 1000 ** 2, "G": 1000 ** 3, "T": 1000 ** 4}
_GET = re.compile(r"Get:\d+ \S+ \S+ \S+ (?P<name>\S+) ")


class AptProgress:
    """Of the calls of apt that write to one log."""

    def __init__(self, emitter: Emitter, log_path: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._emitter, self._clock = emitter, clock
        self._log = logs.Follower(log_path, self._read_log)
        self._last: float | None = None  # when the last event was emitted
        self._shown: dict[str, object] = {}
        self._command = ""
        self._packages = 0
        self._bytes = 0
        self._name = ""  # of the last download

    def follow(self, descriptor: int, process: subprocess.Popen[bytes]) -> None:
        """Read the status lines of a running apt until it ends."""
        rest, left = b"", _READS_AFTER_END
        while process.poll() is None or (left and select.select([descriptor], [], [], 0)[0]):
            if process.returncode is not None:
                left -= 1
            if not select.select([descriptor], [], [], _LOOK_FOR_END)[0]:
                continue
            data = os.read(descriptor, _READ)
            if not data:
                process.wait()
                return
            *lines, rest = (rest + data).split(b"\n")
            rest = rest[:_MAX_LINE]
            for line in lines:
                self.on_status(line.decode("utf-8", "replace"))

    def on_status(self, line: str) -> None:
        """A status line."""
        now = self._clock()
        if self._last is not None and now - self._last < _PERIOD:
            return
        download, install = _DOWNLOAD.match(line), _INSTALL.match(line)
        if not download and (not install or install["name"] == _RUNS_DPKG):
            return
        self._last = now
        self._log.follow()
        if download:
            self._on_download(float(download["percent"]), int(download["number"]), int(download["total"]))
        elif install:
            self._on_install(install["name"], float(install["percent"]))

    def _on_download(self, percent: float, number: int, total: int) -> None:
        count = "(%d of %d)" % (number, total)
        if self._command == "update":
            self._emit(number, total, "fetching package lists " + count)
        elif self._bytes:
            self._emit(round(self._bytes * min(percent, 100) / 100), self._bytes,
                       "downloading %s %s" % (self._name or "packages", count), unit="bytes")
        else:
            self._emit(number, total, "downloading packages " + count)

    def _on_install(self, name: str, percent: float) -> None:
        # dpkg unpacks all packages, then configures all: by name most of them would be counted at the end.
        total = self._packages or 1
        number = min(total, int(total * percent / 100) + 1)
        self._emit(number, total, "installing %s (%d of %d)" % (clean(name, _MAX_NAME), number, total))

    def _emit(self, current: int, total: int, message: str, **fields: object) -> None:
        event = dict(fields, current=current, total=total, message=message)
        if event != self._shown:
            self._shown = event
            self._emitter.progress("general", **event)

    def _read_log(self, line: str) -> None:
        command, count, size, get = _COMMAND.match(line), _COUNT.match(line), _SIZE.match(line), _GET.match(line)
        if command:
            self._command, self._packages, self._bytes, self._name = command["command"], 0, 0, ""
        elif count:
            self._packages = int(count["upgraded"]) + int(count["new"])
        elif size:
            self._bytes = _bytes(size["number"], size["unit"])
        elif get:
            self._name = clean(get["name"], _MAX_NAME)


def _bytes(number: str, unit: str) -> int:
    try:
        return int(float(number.replace(",", "")) * _UNITS[unit])
    except ValueError:
        return 0
