# SPDX-License-Identifier: Apache-2.0
"""The progress protocol (docs/protocol.md): one event a line, percent-encoded values.

progress-reporter.sh is the same emitter for the moments before Python is known to be there. Both, and the parsers here and
in the host program, are tested with tests/fixtures/protocol-vectors.json.
"""

import os
import re

PROGRESS = "::progress::"
LOG = "::log::"
FIRST_KEY = {PROGRESS: "type", LOG: "level"}
MAX_FIELDS = 64
MAX_LINE = 64 * 1024
MAX_TEXT = 3000

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_UNSAFE = re.compile("[%,\x00-\x1f\x7f]")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
# Terminal control sequences first, so that their letters go with them; then what remains of C0, DEL and C1.
_TERMINAL = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\-_])")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def encode(value):
    """A value as it stands on the line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    # Surrogates are how Python carries bytes of a file name that are not UTF-8.
    text = str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _UNSAFE.sub(lambda match: "%%%02X" % ord(match.group()), text)


def decode(value):
    """The value that a line carries. A `%` that no two hex digits follow stands for itself."""
    raw = _ESCAPE.sub(lambda match: bytes([int(match.group(1), 16)]), value.encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "replace")


def clean(text, limit=MAX_TEXT):
    """Text of a stranger made safe to show: no terminal control, bounded."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    text = _CONTROL.sub("", _TERMINAL.sub("", text.replace("\r\n", "\n")))
    return text if len(text) <= limit else text[:limit] + "…"


def format_line(marker, fields):
    """One line without its newline. fields is a dict whose first key is the marker's own."""
    return marker + ",".join("%s=%s" % (key, encode(value)) for key, value in fields.items())


def parse_line(line):
    """(marker, fields) of an event line; None for anything else, which is ordinary output."""
    if isinstance(line, bytes):
        line = line.decode("utf-8", "replace")
    marker = next((m for m in FIRST_KEY if line.startswith(m)), None)
    if marker is None or len(line.encode("utf-8", "surrogatepass")) > MAX_LINE:
        return None
    fields = {}
    rest = line[len(marker):]
    first = True
    while True:
        pair, comma, tail = rest.partition(",")
        key, equals, value = pair.partition("=")
        if not equals or not _KEY.match(key) or (first and key != FIRST_KEY[marker]):
            return None
        if marker == LOG and key == "msg" and fields.get("v") != "1":
            # Older emitters did not encode commas: what follows msg= is the message, whole.
            value, comma = rest[len("msg="):], ""
        fields[key] = decode(value)
        if len(fields) > MAX_FIELDS:
            return None
        first = False
        if not comma:
            break
        rest = tail
    return (marker, fields) if fields[FIRST_KEY[marker]] else None


class Emitter:
    """Writes events to a file descriptor, each with one write so that lines of several processes never mix."""

    def __init__(self, descriptor=1):
        self._descriptor = descriptor

    def progress(self, type_, **fields):
        self._write(PROGRESS, dict(type=type_, **fields))

    def log(self, level, message, **fields):
        # msg goes last: see parse_line.
        self._write(LOG, dict(level=level, **fields, msg=clean(message)))

    def error(self, message, **fields):
        self.log("error", message, **fields)

    def warning(self, code, message, name=None):
        fields = {"code": code, "msg": clean(message)}
        if name:
            fields["name"] = name
        self.progress("warning", **fields)

    def _write(self, marker, fields):
        data = (format_line(marker, fields) + "\n").encode("utf-8")
        while data:
            data = data[os.write(self._descriptor, data):]
