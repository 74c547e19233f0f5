# SPDX-License-Identifier: Apache-2.0
"""Results of Python's unittest, from the log of a build: unittest writes no files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .junit import FAILED, PASSED, SKIPPED, Case

_RAN = re.compile(r"Ran (?P<tests>\d{1,6}) tests? in ")
_SKIPPED = re.compile(r"(?:OK|FAILED) \((?:.*, )?skipped=(?P<skipped>\d{1,6})")
# Python 3.11 and later repeat the test in the brackets: FAIL: test_a (module.Class.test_a).
_BAD = re.compile(r"(?:FAIL|ERROR): (?P<test>\w+) \((?P<place>[\w.]+)\)")


def cases(lines: Sequence[str], most: int) -> list[Case]:
    """The tests in the log, at most so many; those that did not fail have no names."""
    failed = dict.fromkeys(_name(match["test"], match["place"]) for match in map(_BAD.match, lines) if match)
    tests = min(_sum(lines, _RAN, "tests"), most)
    skipped = min(_sum(lines, _SKIPPED, "skipped"), max(0, tests - len(failed)))
    passed = max(0, tests - skipped - len(failed))
    return [Case(name, FAILED) for name in failed][:most] + [Case("", SKIPPED)] * skipped + [Case("", PASSED)] * passed


def _name(test: str, place: str) -> str:
    return place if place.endswith("." + test) else "%s.%s" % (place, test)


def _sum(lines: Sequence[str], pattern: re.Pattern[str], group: str) -> int:
    return sum(int(match[group]) for match in map(pattern.match, lines) if match)
