# SPDX-License-Identifier: Apache-2.0
"""The orchestrator's end of the line to root: JSON lines over a socket. End-of-file on the line means stop.

Root has no right to signal the builder's processes (the container has no CAP_KILL), so it closes the line and the
orchestrator stops its own children.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_LINE = 1024 * 1024
_GRACE = 2.0


class Stopped(Exception):
    """The host wants the build to end."""


class TookTooLong(Exception):
    """A command did not end within its time."""


@dataclass(frozen=True)
class InstallAnswer:
    """Root's answer to a request to install packages."""

    ok: bool
    output: str  # of dpkg and apt
    error: str = ""

    def to_json(self) -> dict[str, object]:
        return dict(vars(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> InstallAnswer:
        return cls(**data)


class Channel:
    """Any thread may ask and run. One more thread listens for the answers and the end of the line."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.set_inheritable(False)
        self._asking = threading.Lock()
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # Guards the following fields, so that no command starts after the commands were stopped.
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def install(self, paths: Sequence[str]) -> InstallAnswer:
        """Let root install these package files. Raises Stopped."""
        return InstallAnswer.from_json(self.ask({"install": list(paths)}))

    def ask(self, request: Mapping[str, object]) -> dict[str, Any]:
        """Send a request and wait for its answer. Raises Stopped."""
        with self._asking:
            try:
                self._socket.sendall(json.dumps(request).encode() + b"\n")
            except OSError as error:
                # The listening thread may not have seen the end of the line yet.
                with self._lock:
                    self._ended.set()
                raise Stopped() from error
            answer = self._answers.get()
            if answer is None:
                # For the next caller.
                self._answers.put(None)
                raise Stopped()
        data: dict[str, Any] = json.loads(answer)
        return data

    def run(self, command: Sequence[str], seconds: float | None = None, **options: Any) -> int:
        """Run a command in its own session to its end. Returns its exit code.

        Stops the command at the end of the line (raises Stopped), or after that many seconds (raises TookTooLong).
        options: of subprocess.Popen.
        """
        process = self._start(command, options)
        try:
            process.wait(seconds or None)
        except subprocess.TimeoutExpired as late:
            _stop([process])
            raise TookTooLong() from late
        finally:
            with self._lock:
                self._running.discard(process)
        if self._ended.is_set():
            raise Stopped()
        return process.returncode

    def pause(self, seconds: float) -> None:
        """Let that time pass. Raises Stopped."""
        if self._ended.wait(seconds):
            raise Stopped()

    def _start(self, command: Sequence[str], options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._ended.is_set():
                raise Stopped()
            process: subprocess.Popen[bytes] = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True,
                                                                **options)
            self._running.add(process)
        return process

    def _listen(self) -> None:
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
            self._ended.set()
            running = list(self._running)
        self._answers.put(None)
        _stop(running)


def _stop(processes: Iterable[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _GRACE
    processes = list(processes)
    for process in processes:
        _signal(process, signal.SIGTERM)
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in processes:
        # The leader of the session may be gone and the rest of it not.
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
