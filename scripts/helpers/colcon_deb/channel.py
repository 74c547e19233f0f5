# SPDX-License-Identifier: Apache-2.0
"""The line between the orchestrator and root: JSON lines over a socket. Its end-of-file means stop.

Root has no right to signal the builder's processes (the container has no CAP_KILL), so it closes the line and the
orchestrator stops its own children.
"""

import json
import os
import select
import signal
import socket
import subprocess
import time

MAX_LINE = 1024 * 1024
_GRACE = 2.0
_TICK = 0.2


class Stopped(Exception):
    """The host wants the build to end."""


class Channel:
    """The orchestrator's end."""

    def __init__(self, descriptor):
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)
        self._buffer = b""

    def close(self):
        self._socket.close()

    def ask(self, request):
        """Send a request and wait for its answer."""
        try:
            self._socket.sendall(json.dumps(request).encode() + b"\n")
            while b"\n" not in self._buffer:
                data = self._socket.recv(65536)
                if not data or len(self._buffer) > MAX_LINE:
                    raise Stopped()
                self._buffer += data
        except OSError as error:
            raise Stopped() from error
        line, _newline, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def run(self, command, tick=None, **options):
        """Run a command in a session of its own to its end; its exit code. Stops it when the line is cut.

        tick: called again and again meanwhile.
        """
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)
        watched = [self._socket]
        timeout = _TICK if tick else None
        try:
            ended = os.pidfd_open(process.pid)
            watched.append(ended)
        except (OSError, AttributeError):  # an old kernel, or user-mode emulation: look in between
            ended, timeout = None, 0.05
        try:
            while process.poll() is None:
                ready = select.select(watched, [], [], timeout)[0]
                if tick:
                    tick()
                if self._socket in ready:
                    _stop(process)
                    raise Stopped()
        finally:
            if ended is not None:
                os.close(ended)
        return process.returncode


def _stop(process):
    deadline = time.monotonic() + _GRACE
    _signal(process, signal.SIGTERM)
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    # The leader may be gone and others of its session not.
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process, number):
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        pass
