# SPDX-License-Identifier: Apache-2.0
"""The progress protocol (docs/protocol.md): one event a line, percent-encoded values.

progress-reporter.sh emits the same events before it is known that the image has Python. Both emitters, and the parsers
here and in the program, are tested with tests/fixtures/protocol-vectors.json.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

PROGRESS = "::progress::"
LOG = "::log::"
FIRST_KEY = {PROGRESS: "type", LOG: "level"}
MAX_FIELDS = 64
MAX_LINE = 64 * 1024
MAX_TEXT = 3000

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_UNSAFE = re.compile("[%,\x00-\x1f\x7f]")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
# Whole terminal control sequences first, then the remaining characters of C0, DEL and C1.
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def encode(value: object) -> str:
    """A value as it stands on the line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    # Surrogates are how Python carries bytes of a file name that are not UTF-8.
    text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _UNSAFE.sub(lambda match: "%%%02X" % ord(match.group()), text)


def decode(value: str) -> str:
    """The value that a line carries. A `%` without two hex digits after it stands for itself."""
    raw = _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), value.encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "replace")


def clean(text: str | bytes, limit: int = MAX_TEXT) -> str:
    """Untrusted text made safe to show: no terminal control, bounded."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = _CONTROL.sub("", _TERMINAL.sub("", text.replace("\r\n", "\n")))
    return text if len(text) <= limit else text[:limit] + "…"


def format_line(marker: str, fields: Mapping[str, object]) -> str:
    """One line without its newline. The first key of fields is the marker's own."""
    return marker + ",".join("%s=%s" % (key, encode(value)) for key, value in fields.items())


def parse_line(line: str | bytes) -> tuple[str, dict[str, str]] | None:
    """(marker, fields) of an event line; None for any other line."""
    if isinstance(line, bytes):
        line = line.decode("utf-8", "replace")
    marker = next((marker for marker in FIRST_KEY if line.startswith(marker)), None)
    if marker is None or len(line.encode("utf-8", "surrogatepass")) > MAX_LINE:
        return None
    fields: dict[str, str] = {}
    rest = line[len(marker):]
    while True:
        pair, comma, tail = rest.partition(",")
        key, equals, value = pair.partition("=")
        if not equals or not _KEY.match(key) or (not fields and key != FIRST_KEY[marker]):
            return None
        if marker == LOG and key == "msg" and fields.get("v") != "1":
            # Older emitters did not encode commas: all text after msg= is the message.
            value, comma = rest[len("msg="):], ""
        fields[key] = decode(value)
        if len(fields) > MAX_FIELDS:
            return None
        if not comma:
            break
        rest = tail
    return (marker, fields) if fields[FIRST_KEY[marker]] else None


class Emitter:
    """Writes events to a file descriptor, each with one write so that lines of several processes never mix."""

    def __init__(self, descriptor: int = 1) -> None:
        self._descriptor = descriptor

    def progress(self, type_: str, **fields: object) -> None:
        self._write(PROGRESS, dict(type=type_, **fields))

    def log(self, level: str, message: str, **fields: object) -> None:
        # msg goes last: see parse_line.
        self._write(LOG, dict(level=level, **fields, msg=clean(message)))

    def error(self, message: str, **fields: object) -> None:
        self.log("error", message, **fields)

    def warning(self, code: str, message: str, name: str | None = None) -> None:
        """name: the package that the warning is about."""
        fields = {"code": code, "msg": clean(message)}
        if name:
            fields["name"] = name
        self.progress("warning", **fields)

    def _write(self, marker: str, fields: Mapping[str, object]) -> None:
        data = (format_line(marker, fields) + "\n").encode("utf-8")
        while data:
            data = data[os.write(self._descriptor, data):]
