# SPDX-License-Identifier: Apache-2.0
"""Warnings of compilers and of CMake in the log of a package: counted, and kept in a file beside the log.

The program prints that file (--show-warnings), also for a package that is up to date. Other tools warn in words that
are too different to count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from ..base import files, logs
from ..base.protocol import clean
from .host_paths import HostPaths

# Different lines in the file. One more stands for all others, which are in the log.
MAX_KEPT = 50
_MAX_LINE = 64 * 1024
_COMPILER = re.compile(rb"\S[^:\n]*:\d+:\d+: warning: ")
# debhelper and colcon-deb give every package the same arguments.
_OURS = b"Manually-specified variables were not used"
_CMAKE = re.compile(rb"CMake (?:Deprecation )?Warning(?: \(dev\))?(?: at | in |:)")


def path_of(log: str) -> str:
    """Of the log logs/NAME.log: logs/NAME.warnings."""
    return os.path.splitext(log)[0] + ".warnings"


def collect(log: str, paths: HostPaths) -> int:
    """Write the file of that log, if there are any. Returns how many lines of the log are warnings."""
    count, kept = 0, dict[str, None]()
    for line in _warnings(log):
        count += 1
        if len(kept) <= MAX_KEPT:
            kept[paths.of_text(clean(line, logs.MAX_SHOWN))] = None
    _write(path_of(log), "".join(line + "\n" for line in kept))
    return count


def _warnings(log: str) -> Iterator[bytes]:
    """The lines; those of CMake with the text below them."""
    above = b""  # CMake's first line, as long as its text has not come
    for line in _lines(log):
        if above and line[:1] in (b" ", b"\n"):
            if line.strip():
                if not line.strip().startswith(_OURS):
                    yield above + b" " + line.strip()
                above = b""
            continue
        if above:
            yield above
            above = b""
        if b"arning" in line and _COMPILER.match(line):
            yield line.rstrip()
        elif line.startswith(b"CMake ") and _CMAKE.match(line):
            above = line.rstrip()
    if above:
        yield above


def _lines(log: str) -> Iterator[bytes]:
    with files.open_file(log) as stream:
        left = files.MAX_READ
        for line in iter(lambda: stream.readline(_MAX_LINE), b""):
            left -= len(line)
            if left < 0:
                return
            yield line


def _write(path: str, text: str) -> None:
    if text:
        files.replace(path, text.encode("utf-8", "replace"))
    else:
        files.clear(path)
