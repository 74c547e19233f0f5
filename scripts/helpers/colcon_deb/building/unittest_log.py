# SPDX-License-Identifier: Apache-2.0
"""Results of Python's unittest, which writes no files of them: what it printed to the log of a build."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .junit import FAILED, PASSED, SKIPPED, Case

_RAN = re.compile(r"Ran (?P<tests>\d{1,6}) tests? in ")
_SKIPPED = re.compile(r"(?:OK|FAILED) \((?:.*, )?skipped=(?P<skipped>\d{1,6})")
# Since Python 3.11 the name in the brackets has the test at its end.
_BAD = re.compile(r"(?:FAIL|ERROR): (?P<test>\w+) \((?P<place>[\w.]+)\)")


def cases(lines: Sequence[str]) -> list[Case]:
    """The tests in the log; those that did not fail are without names."""
    failed = dict.fromkeys(_name(match["test"], match["place"]) for match in map(_BAD.match, lines) if match)
    tests = _sum(lines, _RAN, "tests")
    skipped = min(_sum(lines, _SKIPPED, "skipped"), max(0, tests - len(failed)))
    passed = max(0, tests - skipped - len(failed))
    return [Case(name, FAILED) for name in failed] + [Case("", SKIPPED)] * skipped + [Case("", PASSED)] * passed


def _name(test: str, place: str) -> str:
    return place if place.endswith("." + test) else "%s.%s" % (place, test)


def _sum(lines: Sequence[str], pattern: re.Pattern[str], group: str) -> int:
    return sum(int(match[group]) for match in map(pattern.match, lines) if match)
