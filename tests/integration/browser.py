# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven by the DevTools protocol over a pipe, and what a page did in it."""

from __future__ import annotations

import base64
import collections
import fcntl
import itertools
import json
import os
import pathlib
import select
import shutil
import struct
import subprocess
import tempfile
import time
import types
import zlib
from typing import Any

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
SECONDS = 60  # until an answer must have come
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


def find() -> str | None:
    """The browser of this machine; None if there is none."""
    for program in PROGRAMS:
        path = shutil.which(program)
        if path:
            return path
    return None


def _above_standard(descriptor: int) -> int:
    """A copy of it that is none of the two that Chromium uses, 3 and 4; the descriptor itself is closed."""
    copy = fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10)
    os.close(descriptor)
    return copy


class Browser:
    """One process. Use it as a context."""

    def __init__(self) -> None:
        program = find()
        assert program, "no Chromium on this machine"
        self._profile = tempfile.mkdtemp(prefix="cdd-browser-")
        theirs_in, self._out = map(_above_standard, os.pipe())
        self._in, theirs_out = map(_above_standard, os.pipe())
        options = ["--headless", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
                   "--force-color-profile=srgb", "--user-data-dir=" + self._profile]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        # Only bash can redirect descriptors of two digits.
        self._process = subprocess.Popen(
            ["bash", "-c", 'exec "$@" 3<&%d 4>&%d' % (theirs_in, theirs_out), "bash", program, *options],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self._numbers = itertools.count(1)
        self._rest = b""
        self._messages: collections.deque[dict[str, Any]] = collections.deque()
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: types.TracebackType | None) -> None:
        os.close(self._out)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _read(self, deadline: float) -> dict[str, Any]:
        while not self._messages:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._in], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise ConnectionError("the browser has ended")
            *whole, self._rest = (self._rest + data).split(b"\0")
            self._messages.extend(json.loads(message) for message in whole)
        return self._messages.popleft()

    def call(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """The result of one command; events that come meanwhile are kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data):]
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self._read(deadline)
            if answer.get("id") != number:
                self.events.append(answer)
            elif "error" in answer:
                raise RuntimeError("%s: %s" % (method, answer["error"].get("message")))
            else:
                return dict(answer["result"])

    def wait_for(self, method: str, session: str) -> None:
        deadline = time.monotonic() + SECONDS
        while not any(event.get("method") == method and event.get("sessionId") == session for event in self.events):
            self.events.append(self._read(deadline))


class Page:
    """A page in a browser of that size."""

    def __init__(self, browser: Browser, path: pathlib.Path, width: int, height: int, dark: bool = False) -> None:
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.set_dark(dark)
        self.call("Page.navigate", url=path.resolve().as_uri())
        browser.wait_for("Page.loadEventFired", self.session)
        # What a page asks for when it has been loaded comes a little later.
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def set_dark(self, dark: bool) -> None:
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def evaluate(self, expression: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError("%s: %s" % (expression, answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key: str, shift: bool = False) -> None:
        code = KEYS.get(key, ord(key.upper()[0]))
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        common = {"key": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **common)
        self.call("Input.dispatchKeyEvent", type="keyUp", **common)

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def _of(self, method: str) -> list[dict[str, Any]]:
        return [event["params"] for event in self.browser.events
                if event.get("sessionId") == self.session and event.get("method") == method]

    def requests(self) -> list[str]:
        return [event["request"]["url"] for event in self._of("Network.requestWillBeSent")]

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, and exceptions."""
        said = [str(event.get("args")) for event in self._of("Runtime.consoleAPICalled")
                if event["type"] in ("error", "warning", "assert")]
        logged = [event["entry"]["text"] for event in self._of("Log.entryAdded")
                  if event["entry"]["level"] in ("error", "warning")]
        return said + logged + [str(event["exceptionDetails"]) for event in self._of("Runtime.exceptionThrown")]


class Picture:
    """The pixels of a PNG of eight bits a channel, as Chromium writes it."""

    def __init__(self, png: bytes) -> None:
        place, packed, header = 8, b"", b""
        while place < len(png):
            length, kind = struct.unpack(">I4s", png[place:place + 8])
            if kind == b"IHDR":
                header = png[place + 8:place + 8 + length]
            elif kind == b"IDAT":
                packed += png[place + 8:place + 8 + length]
            place += 12 + length
        self.width, self.height, depth, colour = struct.unpack(">IIBB", header[:10])
        self.channels = {2: 3, 6: 4}[colour]
        assert depth == 8
        self.rows = self._unfilter(zlib.decompress(packed))

    def _unfilter(self, data: bytes) -> list[bytes]:
        size, step = self.width * self.channels, self.channels
        rows: list[bytes] = []
        above = bytearray(size)
        for start in range(0, len(data), size + 1):
            row = bytearray(data[start + 1:start + 1 + size])
            self._add(data[start], row, above, step)
            rows.append(bytes(row))
            above = row
        return rows

    @staticmethod
    def _add(kind: int, row: bytearray, above: bytearray, step: int) -> None:
        for i in range(len(row)) if kind else ():
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = above[i]
            elif kind == 3:
                guess = (left + above[i]) // 2
            else:
                guess = min((left, above[i], corner), key=lambda value: abs(left + above[i] - corner - value))
            row[i] = (row[i] + guess) & 255

    def colours(self) -> collections.Counter[bytes]:
        """How many pixels have each colour."""
        return collections.Counter(row[i:i + 3] for row in self.rows
                                   for i in range(0, len(row), self.channels))
