# SPDX-License-Identifier: Apache-2.0
"""What to show of the log of a package that failed."""

import re

from . import files

SHOWN_LINES = 30
_READ_LINES = 20000
_READ_BYTES = 4 * 1024 * 1024
_ERROR_LINE = re.compile(r"(?:\berror:|\bError\b|CMake Error|\*\*\* |E: |fatal:)")
# After a failed configure step debhelper prints CMake's cache and logs: thousands of lines between the error and the end.
_DUMP_BEGINS = re.compile(r"\s*cd \S+ && tail -v -n ")
_DUMP_ENDS = re.compile(r"dh_auto_configure: error:")


def without_dumps(lines):
    kept, dumping = [], False
    for line in lines:
        if dumping:
            dumping = not _DUMP_ENDS.match(line)
        elif _DUMP_BEGINS.match(line):
            dumping = True
        if not dumping:
            kept.append(line)
    return kept


def last_lines(log_path):
    return without_dumps(files.tail(log_path, _READ_LINES, _READ_BYTES))[-SHOWN_LINES:]


def reason(code, log_path):
    """The line of the log that most likely says why dpkg-buildpackage ended with that code."""
    lines = without_dumps(files.tail(log_path, _READ_LINES, _READ_BYTES))
    ended = "was killed by signal %d" % -code if code < 0 else "ended with exit code %d" % code
    found = next((number for number, line in enumerate(lines) if "Unmet build dependencies" in line), None)
    if found is None:
        found = next((number for number, line in enumerate(lines) if _ERROR_LINE.search(line)), None)
    if found is None:
        return "dpkg-buildpackage %s" % ended
    said = lines[found].strip()
    # CMake says in one line where it is and in the next what it is.
    if said.endswith(":"):
        said += " " + next((line.strip() for line in lines[found + 1:found + 5] if line.strip()), "")
    return "dpkg-buildpackage %s: %s" % (ended, said.strip()[:500])
