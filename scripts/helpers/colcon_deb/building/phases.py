# SPDX-License-Identifier: Apache-2.0
"""What a build is doing, as its log tells: the tools of debhelper are printed before they run.

The builder knows the other phases itself. docs/protocol.md lists them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

WAIT, NEEDS, COPY, CHECK, PUBLISH = "wait", "needs", "copy", "check", "publish"
CONFIGURE, COMPILE, TEST, INSTALL, SHLIBDEPS, PACK = "configure", "compile", "test", "install", "shlibdeps", "pack"
OF_RULES = (CONFIGURE, COMPILE, TEST, INSTALL, SHLIBDEPS, PACK)

# The beginnings of the names of tools; the first match counts.
_TOOLS = (
    (b"dh_update_autotools_config", CONFIGURE), (b"dh_autoreconf", CONFIGURE), (b"dh_auto_configure", CONFIGURE),
    (b"dh_auto_build", COMPILE), (b"dh_auto_test", TEST),
    (b"dh_prep", INSTALL), (b"dh_auto_install", INSTALL), (b"dh_installdeb", PACK), (b"dh_install", INSTALL),
    (b"dh_strip_nondeterminism", INSTALL), (b"dh_strip", SHLIBDEPS), (b"dh_dwz", SHLIBDEPS),
    (b"dh_makeshlibs", SHLIBDEPS), (b"dh_shlibdeps", SHLIBDEPS), (b"dpkg-shlibdeps", SHLIBDEPS),
    (b"dh_gencontrol", PACK), (b"dpkg-gencontrol", PACK), (b"dh_md5sums", PACK), (b"dh_builddeb", PACK),
    (b"dpkg-deb", PACK), (b"dpkg-genbuildinfo", PACK),
)
# dh indents its commands and names the target of an override; a tool that calls others
# indents them by a tab; make does not indent.
_CALL = re.compile(rb"\n[ \t]*(?:debian/rules (?:override|execute_before)_)?(dh_\w+|dpkg-\w+)(?=[ \t\n\\])")
# make: `[ 45%] Building`, ninja: `[12/345] c++`, colcon: `[12/345 complete] [name]`.
_PERCENT = re.compile(rb"\n\[ *(?:(?P<percent>\d{1,3})%|(?P<done>\d{1,7})/(?P<all>\d{1,7})(?: complete)?)\]")


def calls(text: bytes) -> Iterator[tuple[str, int]]:
    """The phases that begin in whole lines of a log, and the offset of each."""
    for match in _CALL.finditer(b"\n" + text):
        phase = next((phase for name, phase in _TOOLS if match[1].startswith(name)), None)
        if phase:
            yield phase, match.start()


def percent(text: bytes) -> int | None:
    """How much is compiled, by the last line that has a percentage or a count; None without such a line."""
    last = None
    for last in _PERCENT.finditer(b"\n" + text):
        pass
    if last is None:
        return None
    if last["percent"]:
        return min(100, int(last["percent"]))
    total = int(last["all"])
    return min(100, int(last["done"]) * 100 // total) if total else None
