# SPDX-License-Identifier: Apache-2.0
"""The list of all source files that the host made before it started this container (its form: docs/incremental.md).

The host reads every file that has changed anyway, to know whether there is anything to do; so nothing is read twice, and what a
package is made of is known before anything of it is copied: a file that changes meanwhile is seen as changed the next time.
"""

import bisect
import os
import urllib.parse

HEADER = "colcon-deb-sources 1"
# In place of the digest of a file that the host could not read.
UNREADABLE = "?"
MAX_ENTRIES = 1_000_000
_MAX_LINKS = 40
# An absolute link means what it means in the container.
_MOUNTED = "/workspace/src/"
_NO_LINK = (None, None, None, None)
# What compiles for long; a header or a script costs next to nothing.
_UNITS = (".c", ".cc", ".cpp", ".cxx", ".msg", ".srv", ".action", ".idl")
_SECONDS_PER_UNIT = 1.0
_SECONDS_PER_PACKAGE = 4.0


class SourceListError(Exception):
    """The list is not there, or not of the known form."""


class Sources:
    """Entries by path, relative to src/: (kind, mode, digest, target of a link or None)."""

    def __init__(self, entries, times):
        """times: path -> (size, time of change in nanoseconds)."""
        self._entries, self._times = entries, times
        self._paths = sorted(entries)

    @classmethod
    def read(cls, path):
        entries, times = {}, {}
        try:
            with open(path, encoding="ascii") as stream:
                # When the list was made and its digest follow; they are for the host.
                if stream.readline().split()[:2] != HEADER.split():
                    raise SourceListError("not a list of sources, or one of another version")
                for line in stream:
                    kind, mode, size, mtime, _ctime, _inode, digest, name, *more = line.rstrip("\n").split(" ")
                    target = _decode(more[1]) if kind == "l" and len(more) == 2 else None
                    entries[_decode(name)] = (kind, mode, digest, target)
                    times[_decode(name)] = (int(size), int(mtime))
                    if len(entries) > MAX_ENTRIES:
                        raise SourceListError("more than %d files" % MAX_ENTRIES)
        except (OSError, ValueError) as error:
            raise SourceListError(str(error)) from error
        return cls(entries, times)

    def of_package(self, package):
        """Parts of the package's fingerprint, as text: what it is made of, in the order of the paths. None when that is not known.

        A link that leaves the package is copied as what it points to (source_copy.py), so that counts too.
        """
        real = self._real("" if package["path"] == "." else package["path"])
        parts = self._below(real, set()) if real is not None else None
        return parts or None

    def _below(self, directory, seen):
        if directory in seen:
            return []
        seen.add(directory)
        prefix = directory + "/" if directory else ""
        result = []
        for path in self._paths_below(directory):
            kind, mode, digest, target = self._entries[path]
            result += [path[len(prefix):] if path != directory else "", kind, mode, digest]
            real = self._real(path) if target is not None else None
            if real is not None and not (real + "/").startswith(prefix):
                result += self._below(real, seen)
        return result

    def _real(self, path):
        """Where a path in src/ really leads, as the links on the way say; None for out of src/, or for nowhere."""
        done, waiting, links = [], path.split("/")[::-1], 0
        while waiting:
            part = waiting.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not done:
                    return None
                done.pop()
                continue
            target = self._entries.get("/".join(done + [part]), _NO_LINK)[3]
            if target is None:
                done.append(part)
                continue
            links += 1
            if links > _MAX_LINKS:
                return None
            if target.startswith("/"):
                if not (target + "/").startswith(_MOUNTED):
                    return None
                done, target = [], target[len(_MOUNTED):]
            waiting += target.split("/")[::-1]
        return "/".join(done)

    def _paths_below(self, directory):
        """Of a directory, or the one path of a file."""
        if directory in self._entries:
            return [directory]
        if not directory:
            return self._paths
        # "0" is what follows "/".
        return self._paths[bisect.bisect_left(self._paths, directory + "/"):bisect.bisect_left(self._paths, directory + "0")]

    def still_hold(self, package, source):
        """Whether no file of the package has been touched since the list was made: also one that is again as it was may have
        been another while it was copied. source: the directory src/."""
        real = self._real("" if package["path"] == "." else package["path"])
        for path in self._paths_below(real) if real is not None else []:
            try:
                status = os.lstat(os.path.join(source, path))
            except OSError:
                return False
            if self._entries[path][0] == "f" and (status.st_size, status.st_mtime_ns) != self._times[path]:
                return False
        return True

    def estimate(self, package):
        """Seconds that building the package may take, for one that was never built."""
        real = self._real("" if package["path"] == "." else package["path"])
        units = sum(path.endswith(_UNITS) for path in self._paths_below(real or ""))
        return _SECONDS_PER_PACKAGE + _SECONDS_PER_UNIT * units


def _decode(text):
    return os.fsdecode(urllib.parse.unquote_to_bytes(text))
