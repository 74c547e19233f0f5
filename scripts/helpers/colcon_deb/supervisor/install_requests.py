# SPDX-License-Identifier: Apache-2.0
"""Root's end of the line to the orchestrator (building/channel.py has the other): requests in, answers out, one at a time."""

import contextlib
import json

from ..building.channel import MAX_LINE


class Requests:
    """To answer, root runs commands, and ProcessOne serves the line meanwhile. What comes then is only kept: a second
    request must not begin while the first still uses the broker's private directory."""

    def __init__(self, channel, answer, unwatch):
        """channel: socket; answer: callback that makes a dict of a line; unwatch: callback for when the line is done."""
        self._channel, self._answer, self._unwatch = channel, answer, unwatch
        self._buffer, self._answering = b"", False

    def receive(self, _descriptor=None):
        """The line is readable."""
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
