# SPDX-License-Identifier: Apache-2.0
"""Why a package failed, and what to show of its log."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable
from dataclasses import replace

from ..base import logs
from . import causes, git_advice, shlibs_advice
from .cause import Cause
from .host_paths import HostPaths

SHOWN_LINES = 30
_READ_LINES = 20000
_READ_BYTES = 4 * 1024 * 1024
_MAX_REASON = 2000  # characters
# After a failed configure step debhelper prints CMake's cache and logs: thousands of lines after the error.
_DUMP_BEGINS = re.compile(r"\s*cd \S+ && tail -v -n ")
_DUMP_ENDS = re.compile(r"dh_auto_configure: error:")
# The words of gcc's driver about the compiler, the assembler and the linker.
_KILLED = re.compile(r"Killed signal terminated program|fatal error: ld terminated with signal 9")
_NETWORK = re.compile(r"Could not resolve host|Temporary failure (?:in name resolution|resolving)|Connection timed out"
                      r"|Connection refused|Connection reset by peer|Network is unreachable|Couldn't connect to server"
                      r"|Could not connect to|returned error: (?:429|5\d\d)|early EOF|RPC failed;")
_MEMORY_EVENTS = ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control")


def killed_for_memory(paths: Iterable[str] = _MEMORY_EVENTS) -> int:
    """How many processes of this container the kernel has killed because memory ran out; 0 if it does not count."""
    for path in paths:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as stream:
            return sum(int(line.split()[1]) for line in stream if line.startswith("oom_kill "))
    return 0


def shows_killed_compiler(log_path: str) -> bool:
    """Whether the log shows that a compiler was killed. Only the kernel does that, when memory runs out."""
    return any(_KILLED.search(line) for line in logs.tail(log_path, _READ_LINES, _READ_BYTES))


def shows_network_failure(log_path: str) -> bool:
    return any(_NETWORK.search(line) for line in _read(log_path))


def last_lines(log_path: str) -> list[str]:
    return _read(log_path)[-SHOWN_LINES:]


def cause(code: int, log_path: str, paths: HostPaths) -> Cause:
    """Why debian/rules ended with that code: the cause that its log shows, or at least the code."""
    missing_library = shlibs_advice.advice(log_path)
    if missing_library:
        return Cause(bounded(missing_library))
    asked_git = git_advice.advice(log_path)
    hint = ". Perhaps: %s" % asked_git if asked_git else ""
    ended = "was killed by signal %d" % -code if code < 0 else "ended with exit code %d" % code
    found = causes.find(_read(log_path), paths) or Cause("debian/rules %s" % ended)
    text = bounded(found.text) + hint
    return replace(found, text=text) if paths.is_file(found.file) else Cause(text)


def bounded(text: str) -> str:
    """A reason as it is shown and kept. Only a line that no person reads is cut."""
    return text if len(text) <= _MAX_REASON else text[:_MAX_REASON] + "…"


def _read(log_path: str) -> list[str]:
    """The lines of the log, without dumps of CMake's cache."""
    kept, dumping = [], False
    for line in logs.tail(log_path, _READ_LINES, _READ_BYTES):
        if dumping:
            dumping = not _DUMP_ENDS.match(line)
        elif _DUMP_BEGINS.match(line):
            dumping = True
        if not dumping:
            kept.append(line)
    return kept
