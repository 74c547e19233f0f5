#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Count tests: one JSON file per suite goes in, one table and one closing line come out.

usage: results.py meson TESTLOG OUT SUITE   count the cases in a meson testlog.json (TAP, else one per program)
       results.py one OUT SUITE STATUS      a check that is one case: passed if STATUS is 0, skipped if it is 77
       results.py total DIRECTORY...        print all suites of the directories and the sum; fails if anything failed
"""

from __future__ import annotations

import json
import pathlib
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

TAP_LINE = re.compile(r"^(?P<not>not )?ok\b(?P<rest>.*)$")
TAP_SKIP = re.compile(r"#\s*(skip|todo)", re.IGNORECASE)


class Counts(NamedTuple):
    """How many cases ended how."""

    passed: int
    failed: int
    skipped: int


def count_tap(text: str) -> Counts:
    """Count the cases of a TAP stream."""
    passed = failed = skipped = 0
    for line in text.splitlines():
        match = TAP_LINE.match(line)
        if match is None:
            continue
        if TAP_SKIP.search(match["rest"]):
            skipped += 1
        elif match["not"]:
            failed += 1
        else:
            passed += 1
    return Counts(passed, failed, skipped)


def count_program(entry: Mapping[str, Any]) -> Counts:
    """Count one test program of meson's; a crash outside every case is a failure of its own."""
    passed, failed, skipped = count_tap(entry.get("stdout", ""))
    result = entry["result"]
    if result == "SKIP":
        skipped += not (passed or failed or skipped)
    elif result not in ("OK", "EXPECTEDFAIL"):
        failed += failed == 0
    elif not (passed or failed or skipped):
        passed = 1
    return Counts(passed, failed, skipped)


def add(all_counts: Iterable[Counts]) -> Counts:
    return Counts(*map(sum, zip(Counts(0, 0, 0), *all_counts)))


def write(out: str, suite: str, counts: Counts, seconds: float = 0.0) -> None:
    path = pathlib.Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {"suite": suite, **counts._asdict(), "seconds": round(seconds, 1)}
    path.write_text(json.dumps(record) + "\n")


def from_meson(testlog: str, out: str, suite: str) -> None:
    entries = [json.loads(line) for line in pathlib.Path(testlog).read_text().splitlines()]
    write(out, suite, add(map(count_program, entries)), sum(entry.get("duration", 0.0) for entry in entries))


def total(*directories: str) -> int:
    records = [json.loads(path.read_text()) for one in directories for path in sorted(pathlib.Path(one).glob("*.json"))]
    print()
    for record in records:
        row = "  {suite:<34} {passed:>5} passed {failed:>4} failed {skipped:>4} skipped {seconds:>8.1f} s"
        print(row.format(**record))
    sums = add(Counts(record["passed"], record["failed"], record["skipped"]) for record in records)
    print("\n%d passed, %d failed, %d skipped" % sums)
    # Without any case, the tests did not run.
    return 1 if sums.failed or not sums.passed else 0


def main(argv: list[str]) -> int:
    if len(argv) == 4 and argv[0] == "meson":
        from_meson(*argv[1:])
    elif len(argv) == 4 and argv[0] == "one":
        status = argv[3]
        write(argv[1], argv[2], Counts(status == "0", status not in ("0", "77"), status == "77"))
    elif len(argv) >= 2 and argv[0] == "total":
        return total(*argv[1:])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
