# SPDX-License-Identifier: Apache-2.0
"""Root's end of the line to the orchestrator, which answers one request at a time. building/channel.py is the other."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Callable, Mapping

from ..building.channel import MAX_LINE


class Requests:
    """Root runs commands to answer a request, and ProcessOne serves the line meanwhile. Requests that arrive then are
    only kept: the first request still uses the broker's private directory."""

    def __init__(self, channel: socket.socket, answer: Callable[[bytes], Mapping[str, object]],
                 unwatch: Callable[[int], None]) -> None:
        """answer: makes the answer to a line. unwatch: called with the descriptor at the end of the line."""
        self._channel, self._answer, self._unwatch = channel, answer, unwatch
        self._buffer, self._answering = b"", False

    def receive(self, _descriptor: int | None = None) -> None:
        """To be called when the line is readable."""
        data = self._channel.recv(65536)
        self._buffer += data
        if not data or len(self._buffer) > MAX_LINE:
            self._unwatch(self._channel.fileno())
            return
        if self._answering:
            return
        self._answering = True
        try:
            while b"\n" in self._buffer:
                line, _newline, self._buffer = self._buffer.partition(b"\n")
                answer = json.dumps(self._answer(line)).encode() + b"\n"
                with contextlib.suppress(OSError):
                    self._channel.sendall(answer)
        finally:
            self._answering = False
