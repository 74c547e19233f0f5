#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Count tests: one JSON file per suite goes in, one table and one closing line come out.

usage: results.py meson TESTLOG OUT SUITE   count the cases in a meson testlog.json (TAP, else one per program)
       results.py one OUT SUITE STATUS      a check that is one case: passed if STATUS is 0
       results.py total DIRECTORY...        print all suites of the directories and the sum; fails if anything failed
"""
import json
import pathlib
import re
import sys

TAP_LINE = re.compile(r"^(?P<not>not )?ok\b(?P<rest>.*)$")
TAP_SKIP = re.compile(r"#\s*(skip|todo)", re.IGNORECASE)


def count_tap(text):
    """Count the cases of a TAP stream as (passed, failed, skipped)."""
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
    return passed, failed, skipped


def count_program(entry):
    """Count one test program of meson's; a crash outside every case is a failure of its own."""
    passed, failed, skipped = count_tap(entry.get("stdout", ""))
    result = entry["result"]
    if result == "SKIP":
        skipped += not (passed or failed or skipped)
    elif result not in ("OK", "EXPECTEDFAIL"):
        failed += failed == 0
    elif not (passed or failed or skipped):
        passed = 1
    return passed, failed, skipped


def write(path, suite, counts, seconds=0.0):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    passed, failed, skipped = counts
    record = {"suite": suite, "passed": passed, "failed": failed, "skipped": skipped, "seconds": round(seconds, 1)}
    path.write_text(json.dumps(record) + "\n")


def from_meson(testlog, out, suite):
    totals, seconds = [0, 0, 0], 0.0
    for line in pathlib.Path(testlog).read_text().splitlines():
        entry = json.loads(line)
        seconds += entry.get("duration", 0.0)
        totals = [a + b for a, b in zip(totals, count_program(entry))]
    write(out, suite, totals, seconds)


def total(*directories):
    records = [json.loads(path.read_text()) for one in directories for path in sorted(pathlib.Path(one).glob("*.json"))]
    print()
    for record in records:
        row = "  {suite:<34} {passed:>5} passed {failed:>4} failed {skipped:>4} skipped {seconds:>8.1f} s"
        print(row.format(**record))
    sums = {key: sum(record[key] for record in records) for key in ("passed", "failed", "skipped")}
    print("\n{passed} passed, {failed} failed, {skipped} skipped".format(**sums))
    # No case at all is not a success: something that should have run did not.
    return 1 if sums["failed"] or not sums["passed"] else 0


def main(argv):
    if len(argv) == 4 and argv[0] == "meson":
        from_meson(*argv[1:])
    elif len(argv) == 4 and argv[0] == "one":
        write(argv[1], argv[2], (1, 0, 0) if argv[3] == "0" else (0, 1, 0))
    elif len(argv) >= 2 and argv[0] == "total":
        return total(*argv[1:])
    else:
        print(__doc__, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
