# SPDX-License-Identifier: Apache-2.0
"""ccache, with its files in a volume of the engine: a later build does not compile the same code again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from ..base.settings import Settings

DIRECTORY = "/var/cache/colcon-deb/ccache"
# Debian's package has links named cc, c++, gcc… here. If they come first in PATH, ccache compiles.
LINKS = "/usr/lib/ccache"
# Makes the links again: compilers that were installed after ccache, or together with it, may have none.
MAKE_LINKS = ("update-ccache-symlinks",)
STATISTICS = ("env", "CCACHE_DIR=" + DIRECTORY, "ccache", "--print-stats")
_HITS = ("direct_cache_hit", "preprocessed_cache_hit")


def is_installed() -> bool:
    return bool(shutil.which("ccache")) and os.path.isdir(LINKS)


def environment(settings: Settings, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Variables to add to the environment of a build; none unless the user wants a cache and the image has ccache."""
    if not settings.compiler_cache or not is_installed():
        return {}
    return {
        "PATH": os.pathsep.join([LINKS, environ.get("PATH", os.defpath)]),
        "CCACHE_DIR": DIRECTORY,
        # Paths are hashed as relative ones and the working directory, which only debugging information names, is not
        # hashed. So it does not matter where a package is built, nor where CMake tries the compiler.
        "CCACHE_BASEDIR": settings.build_root,
        "CCACHE_NOHASHDIR": "1",
    }


def counts(output: bytes) -> tuple[int, int]:
    """(hits, misses) in the output of STATISTICS: a name, a tab and a number on each line."""
    numbers = {}
    for line in output.decode("utf-8", "replace").splitlines():
        name, _tab, number = line.partition("\t")
        if number.isdigit() and len(number) < 20:
            numbers[name] = int(number)
    return sum(numbers.get(name, 0) for name in _HITS), numbers.get("cache_miss", 0)
