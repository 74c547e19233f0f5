# SPDX-License-Identifier: Apache-2.0
"""The list of all source files that the host made before it started this container (its form: docs/incremental.md).

The host reads every file that has changed anyway, to know whether there is anything to do; so nothing is read twice, and what a
package is made of is known before anything of it is copied: a file that changes meanwhile is seen as changed the next time.
"""

import bisect
import os
import posixpath
import urllib.parse

HEADER = "colcon-deb-sources 1"
# In place of the digest of a file that the host could not read.
UNREADABLE = "?"
MAX_ENTRIES = 5_000_000
# What compiles for long; a header or a script costs next to nothing.
_UNITS = (".c", ".cc", ".cpp", ".cxx", ".msg", ".srv", ".action", ".idl")
_SECONDS_PER_UNIT = 1.0
_SECONDS_PER_PACKAGE = 4.0


class SourceListError(Exception):
    """The list is not there, or not of the known form."""


class Sources:
    """Entries by path, relative to src/: (kind, mode, digest, target of a link or None)."""

    def __init__(self, entries):
        self._entries = entries
        self._paths = sorted(entries)

    @classmethod
    def read(cls, path):
        entries = {}
        try:
            with open(path, encoding="ascii") as stream:
                # When the list was made and its digest follow; they are for the host.
                if stream.readline().split()[:2] != HEADER.split():
                    raise SourceListError("not a list of sources, or one of another version")
                for line in stream:
                    kind, mode, _size, _mtime, _ctime, _inode, digest, name, *more = line.rstrip("\n").split(" ")
                    target = _decode(more[1]) if kind == "l" and len(more) == 2 else None
                    entries[_decode(name)] = (kind, mode, digest, target)
                    if len(entries) > MAX_ENTRIES:
                        raise SourceListError("more than %d files" % MAX_ENTRIES)
        except (OSError, ValueError) as error:
            raise SourceListError(str(error)) from error
        return cls(entries)

    def of_package(self, package):
        """Parts of the package's fingerprint, as text: what it is made of, in the order of the paths.

        A link that leaves the package is copied as what it points to, so that counts too, down to a bound of links.
        """
        return self._below(package["path"], set())

    def _below(self, directory, seen):
        directory = "" if directory == "." else directory
        if directory in seen:
            return []
        seen.add(directory)
        prefix = directory + "/" if directory else ""
        result = []
        for path in self._paths_below(directory):
            kind, mode, digest, target = self._entries[path]
            result += [path[len(prefix):] if path != directory else "", kind, mode, digest]
            if target is not None and not target.startswith("/"):
                real = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
                if not (real + "/").startswith(prefix) and not real.startswith(".."):
                    result += self._below(real, seen)
        return result

    def _paths_below(self, directory):
        """Of a directory, or the one path of a file."""
        if directory in self._entries:
            return [directory]
        if not directory:
            return self._paths
        # "0" is what follows "/".
        return self._paths[bisect.bisect_left(self._paths, directory + "/"):bisect.bisect_left(self._paths, directory + "0")]

    def estimate(self, package):
        """Seconds that building the package may take, for one that was never built."""
        units = sum(path.endswith(_UNITS) for path in self._paths_below("" if package["path"] == "." else package["path"]))
        return _SECONDS_PER_PACKAGE + _SECONDS_PER_UNIT * units


def _decode(text):
    return os.fsdecode(urllib.parse.unquote_to_bytes(text))
