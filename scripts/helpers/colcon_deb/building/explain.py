# SPDX-License-Identifier: Apache-2.0
"""Why a package failed, and what to show of its log."""

import contextlib
import re

from ..base import files

SHOWN_LINES = 30
_READ_LINES = 20000
_READ_BYTES = 4 * 1024 * 1024
_ERROR_LINE = re.compile(r"(?:\berror:|\bError\b|CMake Error|\*\*\* |E: |fatal:)")
# After a failed configure step debhelper prints CMake's cache and logs: thousands of lines between the error and the end.
_DUMP_BEGINS = re.compile(r"\s*cd \S+ && tail -v -n ")
_DUMP_ENDS = re.compile(r"dh_auto_configure: error:")
# gcc's driver, of the compiler, the assembler and the linker that it runs.
_KILLED = re.compile(r"Killed signal terminated program|fatal error: ld terminated with signal 9")
_NETWORK = re.compile(r"Could not resolve host|Temporary failure (?:in name resolution|resolving)|Connection timed out"
                      r"|Connection refused|Connection reset by peer|Network is unreachable|Couldn't connect to server"
                      r"|Could not connect to|returned error: (?:429|5\d\d)|early EOF|RPC failed;")
_MEMORY_EVENTS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def killed_for_memory(paths=_MEMORY_EVENTS):
    """How often the kernel has ended a process of this container for want of memory; 0 where it does not say."""
    for path in paths:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as stream:
            return sum(int(line.split()[1]) for line in stream if line.startswith("oom_kill "))
    return 0


def says_killed(log_path):
    """Whether the log says that a compiler was ended from outside: nobody but the kernel, for want of memory, does that."""
    return any(_KILLED.search(line) for line in files.tail(log_path, _READ_LINES, _READ_BYTES))


def says_network(log_path):
    """Whether the log says that something of the network was not to be had."""
    return any(_NETWORK.search(line) for line in without_dumps(files.tail(log_path, _READ_LINES, _READ_BYTES)))


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
    """The line of the log that most likely says why debian/rules ended with that code."""
    lines = without_dumps(files.tail(log_path, _READ_LINES, _READ_BYTES))
    ended = "was killed by signal %d" % -code if code < 0 else "ended with exit code %d" % code
    found = next((number for number, line in enumerate(lines) if "Unmet build dependencies" in line), None)
    if found is None:
        found = next((number for number, line in enumerate(lines) if _ERROR_LINE.search(line)), None)
    if found is None:
        return "debian/rules %s" % ended
    said = lines[found].strip()
    # CMake says in one line where it is and in the next what it is.
    if said.endswith(":"):
        said += " " + next((line.strip() for line in lines[found + 1:found + 5] if line.strip()), "")
    return "debian/rules %s: %s" % (ended, said.strip()[:500])
