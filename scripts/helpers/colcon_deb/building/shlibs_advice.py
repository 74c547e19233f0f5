# SPDX-License-Identifier: Apache-2.0
"""What dpkg-shlibdeps means when it finds no package that has a library, and the lines that allow it."""

from __future__ import annotations

import os
import re

from ..base import logs

_MISSING = re.compile(r"dpkg-shlibdeps: error: (?:cannot find library (?P<lost>\S+) needed by (?P<by>.+?) \(ELF format"
                      r"|no dependency information found for (?P<unowned>.+?) \(used by (?P<user>.+)\))")
_STAGING = re.compile(r"\A(?:\S*/)?debian/[^/]+(?=/)")
_LINES, _BYTES = 20000, 4 * 1024 * 1024


def advice(log_path: str) -> str | None:
    """For the log of a package that failed; None if the reason is another one."""
    wanted: dict[str, str] = {}
    for match in filter(None, map(_MISSING.search, logs.tail(log_path, _LINES, _BYTES))):
        library = match["lost"] or os.path.basename(match["unowned"])
        wanted.setdefault(library, _STAGING.sub("", match["by"] or match["user"]))
    if not wanted:
        return None
    package = os.path.basename(log_path)[:-len(".log")]
    return ("%s. No package has %s. Declare the package that has it in package.xml; or, if this package brings the library "
            "itself, or the robot has it, write the line `shlibs_allow: [%s]` to debian_dirs/%s/override.yaml" % (
                "; ".join("%s needs %s" % (file, library) for library, file in wanted.items()),
                "it" if len(wanted) == 1 else "them", ", ".join(wanted), package))
