# SPDX-License-Identifier: Apache-2.0
"""Being process 1 of the container: run children, reap orphans, notice when the host is gone."""

import contextlib
import os
import selectors
import signal
import stat
import subprocess
import time

GRACE = 5.0
MAX_CAPTURE = 64 * 1024 * 1024
# A line of the host's: the user's variables are the longest.
MAX_INPUT = 1024 * 1024


class Stopped(Exception):
    """SIGTERM, or end-of-file on standard input: the host wants the container to end, or is gone."""


class ProcessOne:
    """run() one child after another (or one inside another's callback). Raises Stopped as soon as it is time to stop."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._running, self._statuses, self._reason = {}, {}, None
        self._input = bytearray()
        wake, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._wake_in)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._selector.register(wake, selectors.EVENT_READ, self._drain)
        # The host holds a pipe, and writes only what read_line() is for. With anything else on standard input there is no
        # host to watch.
        mode = os.fstat(0).st_mode
        if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
            self._selector.register(0, selectors.EVENT_READ, self._on_input)

    def run(self, command, output=None, capture=False, watch=None, inherit=()):
        """Run a command to its end: (exit code, captured standard output).

        output: file for both its streams; capture: collect standard output; watch: {descriptor: callback} served meanwhile;
        inherit: descriptors that the child keeps.
        """
        self._check()
        stream = subprocess.PIPE if capture else output
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=output if output else None,
                                   pass_fds=inherit, start_new_session=True)
        self._running[process.pid] = process
        for descriptor in inherit:
            os.close(descriptor)
        captured = _Capture()
        watch = dict(watch or {})
        if capture:
            watch[process.stdout.fileno()] = captured.read
        for descriptor, callback in watch.items():
            self._selector.register(descriptor, selectors.EVENT_READ, callback)
        try:
            while process.pid not in self._statuses or capture and not captured.ended:
                self._turn(None)
                self._check()
        finally:
            for descriptor in watch:
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(descriptor)
            if capture:
                process.stdout.close()
        return self._statuses.pop(process.pid), bytes(captured.data)

    def read_line(self):
        """The next line that the host writes, without its end."""
        self._check()
        while b"\n" not in self._input:
            if len(self._input) == MAX_INPUT:
                raise Stopped("the host sent a line of more than %d bytes" % MAX_INPUT)
            self._turn(None)
            self._check()
        line, _newline, self._input = self._input.partition(b"\n")
        return line.decode("utf-8", "replace")

    def unwatch(self, descriptor):
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(descriptor)

    def end_children(self):
        """End what may be ended (root's own), and wait for what ends itself."""
        deadline = time.monotonic() + GRACE
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in list(self._running):
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(pid, number)
            while self._running and time.monotonic() < deadline:
                self._turn(0.1)
            deadline = time.monotonic() + 0.5

    def _turn(self, timeout):
        for key, _events in self._selector.select(timeout):
            key.data(key.fd)
        self._reap()

    def _reap(self):
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    return
                process = self._running.pop(pid, None)
                if process:
                    process.returncode = self._statuses[pid] = os.waitstatus_to_exitcode(status)

    def _check(self):
        if self._reason:
            raise Stopped(self._reason)

    def _on_signal(self, number, _frame):
        self._reason = self._reason or "asked to by %s" % signal.Signals(number).name

    def _on_input(self, descriptor):
        try:
            data = os.read(descriptor, 4096)
        except OSError:
            data = b""
        if not data:
            self._selector.unregister(descriptor)
            self._reason = self._reason or "the host is gone"
        self._input += data[:MAX_INPUT - len(self._input)]

    @staticmethod
    def _drain(descriptor):
        with contextlib.suppress(BlockingIOError):
            while os.read(descriptor, 512):
                pass


class _Capture:
    """What a child prints, up to a bound; what comes after is read, so that the child does not wait, and dropped."""

    def __init__(self):
        self.data, self.ended = bytearray(), False

    def read(self, descriptor):
        data = os.read(descriptor, 65536)
        self.ended = not data
        self.data += data[:max(0, MAX_CAPTURE - len(self.data))]
