# SPDX-License-Identifier: Apache-2.0
"""ccache, with what it keeps in a volume of the engine's: what was compiled once is not compiled again by a later build."""

import os
import shutil

DIRECTORY = "/var/cache/colcon-deb/ccache"
# Links named cc, c++, gcc… that Debian's package brings: whoever finds them first in PATH compiles through ccache.
LINKS = "/usr/lib/ccache"
# Which of them there are was settled when the package was configured: in an image that apt made at once, before compilers were there.
MAKE_LINKS = ("update-ccache-symlinks",)
STATISTICS = ("env", "CCACHE_DIR=" + DIRECTORY, "ccache", "--print-stats")
_HITS = ("direct_cache_hit", "preprocessed_cache_hit")


def is_installed():
    return bool(shutil.which("ccache")) and os.path.isdir(LINKS)


def environment(settings, environ=os.environ):
    """What to add to the environment of a build: nothing unless a cache is asked for and the image has ccache."""
    if not settings.compiler_cache or not is_installed():
        return {}
    return {
        "PATH": os.pathsep.join([LINKS, environ.get("PATH", os.defpath)]),
        "CCACHE_DIR": DIRECTORY,
        # Where a package is built does not matter, nor in which of its ever new directories CMake tries the compiler: paths
        # are hashed as relative ones, and the working directory, which only debugging information names, not at all.
        "CCACHE_BASEDIR": settings.build_root,
        "CCACHE_NOHASHDIR": "1",
    }


def counts(output):
    """(hits, misses) of what STATISTICS prints: a name, a tab and a number on each line."""
    numbers = {}
    for line in output.decode("utf-8", "replace").splitlines():
        name, _tab, number = line.partition("\t")
        if number.isdigit() and len(number) < 20:
            numbers[name] = int(number)
    return sum(numbers.get(name, 0) for name in _HITS), numbers.get("cache_miss", 0)
