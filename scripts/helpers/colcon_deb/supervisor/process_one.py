# SPDX-License-Identifier: Apache-2.0
"""Being process 1 of the container: run children, reap orphans, notice when the host has ended."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from .process_copy import ProcessCopy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import IO, NoReturn

GRACE = 5.0
# From the end of the input to SIGTERM, when the host stops the container.
SIGNAL_WAIT = 1.0
MAX_CAPTURE = 64 * 1024 * 1024
# Of a line from the host: the user's variables are the longest.
MAX_INPUT = 1024 * 1024


class Stopped(Exception):
    """SIGTERM, or end-of-file on standard input: the host wants the container to end, or has ended itself."""


class ProcessOne:
    """Runs one child after another (or one inside another's callback). Raises Stopped as soon as it is time to stop."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, subprocess.Popen[bytes] | ProcessCopy] = {}
        self._statuses: dict[int, int] = {}
        self._stop_reason: str | None = None
        self._signal: str | None = None
        self._input = bytearray()
        wake, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake_in)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._selector.register(wake, selectors.EVENT_READ, _drain)
        # The host holds a pipe. Any other standard input has no host that could end.
        mode = os.fstat(0).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            self._selector.register(0, selectors.EVENT_READ, self._on_input)

    def run(self, command: Sequence[str] | Callable[[], object], output: IO[bytes] | None = None, capture: bool = False,
            watch: Mapping[int, Callable[[int], None]] | None = None, inherit: Collection[int] = ()) -> tuple[int, bytes]:
        """Run a command, or a function in a copy of this process, to its end: (exit code, captured standard output).

        output: file for both its streams. capture: collect its standard output. watch: descriptor -> callback for when
        it is readable meanwhile. inherit: descriptors for the child; they are closed here.
        """
        self._check()
        process = self._start(command, output, capture, inherit)
        self._running[process.pid] = process
        for descriptor in inherit:
            os.close(descriptor)
        captured = _Capture()
        watch = dict(watch or {})
        if process.stdout:
            watch[process.stdout.fileno()] = captured.read
        for descriptor, callback in watch.items():
            self._selector.register(descriptor, selectors.EVENT_READ, callback)
        try:
            while process.pid not in self._statuses or process.stdout and not captured.ended:
                self._turn(None)
                self._check()
        finally:
            for descriptor in watch:
                self.unwatch(descriptor)
            if process.stdout:
                process.stdout.close()
        return self._statuses.pop(process.pid), bytes(captured.data)

    @staticmethod
    def _start(command: Sequence[str] | Callable[[], object], output: IO[bytes] | None, capture: bool,
               inherit: Collection[int]) -> subprocess.Popen[bytes] | ProcessCopy:
        if callable(command):
            return ProcessCopy(command, output, capture, inherit)
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if capture else output,
                                stderr=output, pass_fds=inherit, start_new_session=True)

    def read_line(self, seconds: float | None = None) -> str:
        """The next line from the host, without its newline. seconds: how long to wait for it; None for any time."""
        deadline = None if seconds is None else time.monotonic() + seconds
        self._check()
        while b"\n" not in self._input:
            if len(self._input) == MAX_INPUT:
                raise Stopped("the host sent a line of more than %d bytes" % MAX_INPUT)
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise Stopped("the host sent nothing within %d s" % (seconds or 0))
            self._turn(left)
            self._check()
        line, _newline, self._input = self._input.partition(b"\n")
        return line.decode("utf-8", "replace")

    def await_stop(self) -> NoReturn:
        """Raises Stopped when it is time to stop."""
        while True:
            self._check()
            self._turn(None)

    def unwatch(self, descriptor: int) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)

    def end_children(self) -> None:
        """End the children that root may signal, and wait for the others to end themselves."""
        deadline = time.monotonic() + GRACE
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in list(self._running):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, number)
            while self._running and time.monotonic() < deadline:
                self._turn(0.1)
            deadline = time.monotonic() + 0.5

    def why(self, stopped: Stopped) -> str:
        """The reason, once the children have ended.

        A host that stops the container closes the input first, and sends the signal then. A host that has crashed closes
        the input only. So wait a moment for the signal.
        """
        deadline = time.monotonic() + SIGNAL_WAIT
        while not self._signal and time.monotonic() < deadline:
            self._turn(0.1)
        return "%s received" % self._signal if self._signal else str(stopped)

    def _turn(self, timeout: float | None) -> None:
        for key, _events in self._selector.select(timeout):
            key.data(key.fd)
        self._reap()

    def _reap(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                process = self._running.pop(pid, None)
                if process:
                    process.returncode = self._statuses[pid] = os.waitstatus_to_exitcode(status)

    def _check(self) -> None:
        if self._stop_reason:
            raise Stopped(self._stop_reason)

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        self._signal = signal.Signals(number).name
        self._stop_reason = self._stop_reason or "%s received" % self._signal

    def _on_input(self, descriptor: int) -> None:
        try:
            data = os.read(descriptor, 4096)
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(descriptor)
            self._stop_reason = self._stop_reason or "the host has closed the input"
        self._input += data[:MAX_INPUT - len(self._input)]


def _drain(descriptor: int) -> None:
    with contextlib.suppress(BlockingIOError):
        while os.read(descriptor, 512):
            pass


class _Capture:
    """The output of a child, up to a bound. Output beyond it is read and dropped, so that the child does not block."""

    def __init__(self) -> None:
        self.data, self.ended = bytearray(), False

    def read(self, descriptor: int) -> None:
        data = os.read(descriptor, 65536)
        self.ended = not data
        self.data += data[:max(0, MAX_CAPTURE - len(self.data))]
