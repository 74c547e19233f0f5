# SPDX-License-Identifier: Apache-2.0
"""Reads JUnit XML as CTest, googletest, pytest and ament write it.

The files come from code of the workspace: without DTDs and entities, and bounded in depth and number of elements.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from ..base.protocol import clean

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"
MAX_NAME = 300
MAX_MESSAGE = 500
_MAX_DEPTH = 50
_MAX_ELEMENTS = 200_000
_MAX_TEXT = 4096
_NOT_RUN = {"notrun", "disabled", "skipped", "suppressed"}
_PLACE = re.compile(r"\S+:\d+:?")


class JunitError(Exception):
    """Why a file is no usable JUnit XML."""


@dataclass(frozen=True)
class Case:
    """A test."""

    name: str  # SUITE.CASE
    outcome: str
    message: str = ""  # why it failed: one line


def parse(data: bytes) -> list[Case]:
    """The tests in a file. Raises JunitError."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise JunitError("not XML: %s" % error) from error
    return reader.cases


def _refuse_doctype(*_declaration: object) -> None:
    raise JunitError("it has a document type declaration")


class _Open:
    """A test whose end has not come."""

    def __init__(self, name: str, attributes: Mapping[str, str]) -> None:
        self.name = name
        self.not_run = attributes.get("status") == "notrun" and "result" not in attributes
        states = {attributes.get("status"), attributes.get("result")}
        self.outcome = SKIPPED if states & _NOT_RUN else PASSED
        self.message = ""
        self.details: list[str] = []  # the text of a failure
        self.output: deque[str] = deque(maxlen=50)  # the end of what it printed

    def fail(self, message: str) -> None:
        self.outcome, self.message = FAILED, self.message or message

    def skip(self, message: str) -> None:
        # CTest counts a test as failed that it could not start, but writes that it was skipped.
        if self.not_run and message and not message.startswith("SKIP_"):
            self.fail(message)
        elif self.outcome != FAILED:
            self.outcome = SKIPPED

    def close(self) -> Case:
        name = clean(" ".join(self.name.split()), MAX_NAME)
        if self.outcome != FAILED:
            return Case(name, self.outcome)
        said = _first_line(self.message) or _first_line("".join(self.details)) or _last_line("".join(self.output))
        return Case(name, FAILED, clean(said, MAX_MESSAGE))


class _Reader:
    def __init__(self) -> None:
        self.cases: list[Case] = []
        self._path: list[str] = []
        self._elements = 0
        self._suite = ""
        self._case: _Open | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if not self._path and tag not in ("testsuites", "testsuite"):
            raise JunitError("it is not JUnit XML, but <%s>" % clean(tag, 50))
        if len(self._path) == _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise JunitError("it is nested too deeply, or has too many elements")
        self._path.append(tag)
        message = attributes.get("message", "")[:_MAX_TEXT]
        if tag == "testsuite":
            self._suite = attributes.get("name", "")
        elif tag == "testcase":
            self._case = _Open(_full_name(self._suite, attributes), attributes)
        elif self._case and tag in ("failure", "error"):
            self._case.fail(message)
        elif self._case and tag == "skipped":
            self._case.skip(message)

    def text(self, text: str) -> None:
        if not self._case:
            return
        if self._path[-1] in ("failure", "error") and len(self._case.details) < 50:
            self._case.details.append(text[:_MAX_TEXT])
        elif self._path[-1] == "system-out":
            self._case.output.append(text[-_MAX_TEXT:])

    def end(self, tag: str) -> None:
        self._path.pop()
        if tag == "testcase" and self._case:
            self.cases.append(self._case.close())
            self._case = None


def _full_name(suite: str, attributes: Mapping[str, str]) -> str:
    """CTest gives a test its own name as its class."""
    name, place = attributes.get("name", ""), attributes.get("classname") or suite
    return name if place in ("", name) else "%s.%s" % (place, name)


def _first_line(text: str) -> str:
    """googletest writes the place alone into the first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and _PLACE.fullmatch(lines[0]):
        return "%s: %s" % (lines[0].rstrip(":"), lines[1])
    return lines[0] if lines else ""


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
