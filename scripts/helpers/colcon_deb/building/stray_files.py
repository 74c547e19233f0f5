# SPDX-License-Identifier: Apache-2.0
"""Files that appear outside the directories of a build while packages are built.

Such a file is in no package: dependents would find it here, and a robot would not have it. An ordinary user can write
nowhere else, so there is nothing to watch. Root can, and so can everybody in a prefix that is writable for all.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import subprocess
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ..base import files
from ..base.settings import Settings
from ..packaging.installed_files import owners

# Where programs keep what they need while they run.
_FREE = ("/run", "/tmp", "/var")
# Programs of the system write these when something is installed, or when Python runs.
_OF_THE_SYSTEM = ("/etc/ld.so.cache", "/etc/alternatives/")
_BYTECODE = "__pycache__"
_SPECIAL = re.compile(r"([\\*?\[\]])")  # in a pattern of find
_CLOCK_REALTIME_COARSE = 5  # Python has no name for it
_SLACK = 1_000_000  # nanoseconds; find compares times that are written as decimal numbers


@dataclass
class _Build:
    """A package that is being built."""

    name: str
    log_path: str
    start: int
    blamed: set[str] = field(default_factory=set)  # files that another package's check found to be this one's


class StrayFiles:
    """Shared by the threads that build packages."""

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.prefix
        self._free = (*_FREE, *mount_points(), os.path.dirname(settings.build_root))
        self._lock = threading.Lock()
        self._watched: list[str] | None = None
        self._building: dict[str, _Build] = {}
        self._installs: list[tuple[int, int]] = []

    @contextlib.contextmanager
    def installing(self) -> Iterator[None]:
        """To be held while root installs packages: the files that appear then are dpkg's."""
        with self._lock:
            begin = _now()
            try:
                yield
            finally:
                self._installs.append((begin, time.time_ns()))

    def begin(self, name: str, log_path: str) -> None:
        """A package's debian/rules is about to run."""
        with self._lock:
            if self._watched is None:
                self._watched = _writable_directories(self._free)
            self._building[name] = _Build(name, log_path, _now())

    def end(self, name: str) -> list[str]:
        """It has ended. Removes the files that it left where no other package may find them, and returns them."""
        with self._lock:
            build = self._building[name]
            found = {path: self._writers(path, changed) for path, changed in self._appeared(build.start).items()}
            for path, writers in found.items():
                for writer in writers:
                    writer.blamed.add(path)
            _remove([path for path, writers in found.items() if writers])
            del self._building[name]
            return sorted(build.blamed)

    def _appeared(self, since: int) -> dict[str, int]:
        """path -> time of change of the files that appeared since then and that no package owns."""
        appeared: dict[str, int] = {}
        for directory in self._changed_directories(since) if self._watched else []:
            for path in _entries(directory):
                # Another build may have removed it.
                with contextlib.suppress(OSError):
                    status = os.lstat(path)
                    if status.st_ctime_ns >= since and not stat.S_ISDIR(status.st_mode) \
                            and not path.startswith(_OF_THE_SYSTEM):
                        appeared[path] = status.st_ctime_ns
        known = owners(appeared)
        return {path: changed for path, changed in appeared.items() if path not in known}

    def _changed_directories(self, since: int) -> list[str]:
        """The watched directories in which something changed."""
        newer = "@%.9f" % ((since - _SLACK) / 1e9)
        return [path for path in _find([*(self._watched or [])], self._free, ["-newerct", newer, "-print0"])
                if os.path.basename(path) != _BYTECODE]

    def _writers(self, path: str, changed: int) -> list[_Build]:
        """The builds that may have written the file: those whose logs name it, else all that were running.

        None if a maintainer script may have written the file and no log names it.
        """
        running = [build for build in self._building.values() if build.start <= changed]
        installing = any(begin <= changed <= end for begin, end in self._installs)
        if len(running) == 1 and not installing:
            return running
        return [build for build in running if _names(build.log_path, path)] or ([] if installing else running)


def described(paths: Sequence[str], prefix: str) -> str:
    """What is wrong with a package that left these files."""
    more = " (and %d more)" % (len(paths) - 1) if len(paths) > 1 else ""
    text = "its build wrote %s%s, which would not be in the package: a build may write only to its build directory, " \
           "$DESTDIR, $HOME and $TMPDIR" % (paths[0], more)
    if paths[0].startswith(prefix + "/"):
        text += ". Let ExternalProject install to a directory below CMAKE_CURRENT_BINARY_DIR, and install() that"
    return text


def mount_points(mounts: str = "/proc/self/mountinfo") -> list[str]:
    """Everything that is mounted below the root directory: files there are the host's, even on the same device."""
    with open(mounts, encoding="utf-8", errors="surrogateescape") as stream:
        paths = [line.split(" ")[4] for line in stream]
    # Spaces and the like are written as octal numbers.
    return [re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), path) for path in paths if path != "/"]


def _now() -> int:
    """Not later than the times of files that appear from now on: the kernel's clock for them lags behind the usual one."""
    return time.clock_gettime_ns(_CLOCK_REALTIME_COARSE)


def _writable_directories(free: Collection[str]) -> list[str]:
    """The topmost directories that this user may write, without those that are free to all."""
    if os.geteuid() == 0:
        return ["/"]
    return list(_find(["/"], free, ["-writable", "-print0", "-prune"]))


def _find(roots: Sequence[str], without: Iterable[str], expression: Sequence[str]) -> list[str]:
    """Directories of the file system of the roots that match the expression of find."""
    if not roots:
        return []
    pruned = [word for path in without for word in ("-path", _SPECIAL.sub(r"\\\1", path), "-prune", "-o")]
    output = subprocess.run(["find", *roots, "-xdev", *pruned, "-type", "d", *expression], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return [os.fsdecode(path) for path in output.split(b"\0") if path]


def _entries(directory: str) -> list[str]:
    with contextlib.suppress(OSError):
        return [os.path.join(directory, name) for name in os.listdir(directory)]
    return []


def _names(log_path: str, path: str) -> bool:
    wanted = os.fsencode(path)
    with contextlib.suppress(OSError), files.open_file(log_path) as stream:
        return any(wanted in line for line in stream)
    return False


def _remove(paths: Iterable[str]) -> None:
    """Remove the files, and the directories that are empty then and that no package owns."""
    parents = set()
    for path in paths:
        with contextlib.suppress(OSError):
            os.unlink(path)
            parents.add(os.path.dirname(path))
    while parents:
        empty = parents - set(owners(parents))
        parents = {os.path.dirname(path) for path in empty if _remove_directory(path)}


def _remove_directory(path: str) -> bool:
    try:
        os.rmdir(path)
    except OSError:
        return False
    return True
