# SPDX-License-Identifier: Apache-2.0
"""The line between the orchestrator and root: JSON lines over a socket. Its end-of-file means stop.

Root has no right to signal the builder's processes (the container has no CAP_KILL), so it closes the line and the
orchestrator stops its own children.
"""

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time

MAX_LINE = 1024 * 1024
_GRACE = 2.0
_TICK = 0.2


class Stopped(Exception):
    """The host wants the build to end."""


class TookTooLong(Exception):
    """A command that was given a time did not end within it."""


class Channel:
    """The orchestrator's end. Any of its threads may ask and run; one thread more listens, for the answers and the end."""

    def __init__(self, descriptor):
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)
        self._asking = threading.Lock()
        self._answers = queue.SimpleQueue()
        # Guards what follows, so that no command begins between the end of the line and the ending of the commands.
        self._lock = threading.Lock()
        self._running, self._ended = set(), False
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def ask(self, request):
        """Send a request and wait for its answer."""
        with self._asking:
            try:
                self._socket.sendall(json.dumps(request).encode() + b"\n")
            except OSError as error:
                # Whoever listens may not have seen the end yet.
                with self._lock:
                    self._ended = True
                raise Stopped() from error
            answer = self._answers.get()
            if answer is None:
                # For whoever asks next.
                self._answers.put(None)
                raise Stopped()
        return json.loads(answer)

    def run(self, command, tick=None, seconds=None, **options):
        """Run a command in a session of its own to its end; its exit code. Stops it when the line is cut, or after that time.

        tick: called again and again meanwhile.
        """
        deadline = time.monotonic() + seconds if seconds else None
        process = self._start(command, options)
        try:
            while True:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_TICK if tick or deadline else None)
                if tick:
                    tick()
                if process.returncode is not None:
                    break
                if deadline and time.monotonic() > deadline:
                    _stop([process])
                    raise TookTooLong()
        finally:
            with self._lock:
                self._running.discard(process)
        if self._ended:
            raise Stopped()
        return process.returncode

    def _start(self, command, options):
        with self._lock:
            if self._ended:
                raise Stopped()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
            self._running.add(process)
        return process

    def _listen(self):
        buffer = b""
        with contextlib.suppress(OSError):
            while len(buffer) <= MAX_LINE:
                data = self._socket.recv(65536)
                if not data:
                    break
                *lines, buffer = (buffer + data).split(b"\n")
                for line in lines:
                    self._answers.put(line)
        with self._lock:
            self._ended = True
            running = list(self._running)
        self._answers.put(None)
        _stop(running)


def _stop(processes):
    deadline = time.monotonic() + _GRACE
    for process in processes:
        _signal(process, signal.SIGTERM)
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in processes:
        # The leader may be gone and others of its session not.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process, number):
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass
