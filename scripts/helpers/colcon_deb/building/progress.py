# SPDX-License-Identifier: Apache-2.0
"""The events of a package between its start and its end: what its build is doing, and what it prints.

One thread looks at the logs of all packages that are being built. It reads a bounded part of each, however fast a log
grows, and of most of that part no line is looked at.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator

from ..base import files, logs
from ..base.protocol import Emitter, clean
from ..base.settings import Settings
from . import phases
from .host_paths import HostPaths

# An event for each look: at most four a second.
_PERIOD = 0.25
_MAX_READ = 4 * 1024 * 1024
# Where the last line and the last percentage are looked for.
_TAIL = 64 * 1024
_MAX_LINE = 300  # characters


class Progress:
    """Of one package. Its own thread and that of the watcher share it."""

    def __init__(self, settings: Settings, name: str, log_path: str, paths: HostPaths, emitter: Emitter) -> None:
        self._name, self._path, self._paths, self._emitter = name, log_path, paths, emitter
        self._has_tests = settings.run_tests
        self._follower = logs.Follower(log_path, self._show) if settings.verbose else None
        self._lock = threading.Lock()
        self._ended = False
        self._position = 0
        self._phase = ""
        self._shown: dict[str, object] = {}  # of the last package_progress in this phase

    def enter(self, phase: str) -> None:
        """A phase begins that only the builder knows of."""
        with self._lock:
            self._read()
            self._begin(phase)

    @contextlib.contextmanager
    def holding(self, lock: threading.RLock) -> Iterator[None]:
        """Hold a lock. To wait for it is a phase."""
        if not lock.acquire(blocking=False):
            before = self._phase
            self.enter(phases.WAIT)
            lock.acquire()
            if before:
                self.enter(before)
        try:
            yield
        finally:
            lock.release()

    def follow(self) -> None:
        """Report what was written since the last time."""
        with self._lock:
            if not self._ended:
                if self._follower:
                    self._follower.follow()
                self._report(self._read())

    def end(self) -> None:
        """Report the phases that are left. Nothing comes after that."""
        with self._lock:
            if self._follower:
                self._follower.finish()
            self._read()
            self._ended = True

    def _read(self) -> bytes:
        """Look for phases in what was written. Returns the end of that, as far as it belongs to the present phase."""
        text = self._new_lines()
        begin = 0
        # dpkg, which installs packages, also prints to the log.
        for phase, begin in phases.calls(text) if self._phase in phases.OF_RULES else ():
            if phase != phases.TEST or self._has_tests:
                self._begin(phase)
        return text[max(begin, len(text) - _TAIL):]

    def _new_lines(self) -> bytes:
        """The whole lines since the last time. If they are too much, only the last ones."""
        try:
            with files.open_file(self._path) as stream:
                start = max(self._position, os.fstat(stream.fileno()).st_size - _MAX_READ)
                stream.seek(start)
                text = stream.read(_MAX_READ)
        except OSError:
            return b""
        skipped = start > self._position
        whole = text.rfind(b"\n") + 1
        # An endless line is given up; a short one is read again when it is whole.
        self._position = start + (whole if whole or len(text) < _TAIL else len(text))
        return text[text.find(b"\n") + 1 if skipped else 0:whole]

    def _begin(self, phase: str) -> None:
        if phase != self._phase:
            self._phase, self._shown = phase, {}
            self._emitter.progress("package_phase", name=self._name, phase=phase)

    def _report(self, tail: bytes) -> None:
        found = {"percent": phases.percent(tail) if self._phase == phases.COMPILE else None,
                 "output": self._last_line(tail) or None}
        fresh = {key: value for key, value in found.items() if value is not None and self._shown.get(key) != value}
        if fresh:
            self._shown.update(fresh)
            self._emitter.progress("package_progress", name=self._name, **fresh)

    def _last_line(self, tail: bytes) -> str:
        # Of a progress bar the last state.
        line = next((part for part in reversed(tail.replace(b"\r", b"\n").split(b"\n")) if part.strip()), b"")
        text = self._paths.of_text(clean(line, logs.MAX_SHOWN)).strip()
        return text if len(text) <= _MAX_LINE else text[:_MAX_LINE - 1] + "…"

    def _show(self, line: str) -> None:
        self._emitter.progress("package_output", name=self._name, msg=self._paths.of_text(line))


class Watcher:
    """The thread that follows the logs. It lives while there are some."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._followed: set[Progress] = set()
        self._is_running = False

    @contextlib.contextmanager
    def following(self, progress: Progress) -> Iterator[Progress]:
        with self._lock:
            self._followed.add(progress)
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, daemon=True).start()
        try:
            yield progress
        finally:
            with self._lock:
                self._followed.discard(progress)
            progress.end()

    def _watch(self) -> None:
        while True:
            time.sleep(_PERIOD)
            with self._lock:
                followed = list(self._followed)
                if not followed:
                    self._is_running = False
                    return
            for progress in followed:
                # What is shown is not worth a build.
                with contextlib.suppress(Exception):
                    progress.follow()
