# SPDX-License-Identifier: Apache-2.0
"""Whether a build asked git for its version: a build sees a copy of the source, which has no .git."""

from __future__ import annotations

import re

from ..base import logs

_ASKED = re.compile(r"fatal: not a git repository|Could NOT find Git\b|\bgit: (?:command )?not found"
                    r"|No such file or directory: '?git'?|setuptools-scm was unable to detect version")
_LINES, _BYTES = 20000, 4 * 1024 * 1024
ADVICE = ("The build asked git, but a build sees neither .git nor, perhaps, git itself: a version that comes from git is "
          "missing or wrong. Set it by cmake_args of override.yaml, or read it from a file of the source")


def advice(log_path: str) -> str | None:
    """What to do about it, for the log of a build; None if the log shows no question to git."""
    return ADVICE if any(_ASKED.search(line) for line in logs.tail(log_path, _LINES, _BYTES)) else None
