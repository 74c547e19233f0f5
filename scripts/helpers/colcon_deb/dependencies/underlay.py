# SPDX-License-Identifier: Apache-2.0
"""Keys without a rule that apt knows all the same: ROS packages of an underlay, under the names that packages get here.

An image may have the packages of another workspace installed, or an APT source with them. rosdep has no rules for those.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection

from . import apt

_BLOCK = re.compile(r"^(?P<name>\S+):\n(?:  .*\n)*?  Candidate: (?P<candidate>.*)$", re.MULTILINE)


def known(names: Collection[str], required: Collection[str]) -> set[str]:
    """Those of the names that apt can install, or that are installed.

    apt's lists are fetched only if a required name is not in those of the image.
    """
    found = _candidates(names)
    if not found.issuperset(required) and apt.update():
        found = _candidates(names)
    return found


def _candidates(names: Collection[str]) -> set[str]:
    if not names:
        return set()
    try:
        answer = subprocess.run(["apt-cache", "policy", "--", *sorted(names)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace",
                                check=False, env=dict(os.environ, LC_ALL="C.UTF-8"))
    except OSError:
        return set()
    return available(answer.stdout)


def available(policy: str) -> set[str]:
    """The packages with a candidate in the output of apt-cache policy."""
    return {match["name"] for match in _BLOCK.finditer(policy) if match["candidate"] != "(none)"}
