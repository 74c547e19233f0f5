# SPDX-License-Identifier: Apache-2.0
"""The indexes of an APT repository: dists/<suite>/Release, and main/binary-<architecture>/Packages below it.

The same packages give the same bytes on any day, any machine and any file system.
"""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import lzma
import os
import re
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..base import files
from . import apt_pool

_ORIGIN = "colcon-deb"
_SUITE = re.compile(r"([a-z0-9][a-z0-9.-]*)\Z")
_BINARY = re.compile(r"binary-([a-z0-9-]+)\Z")
_INDEXES = ("Packages", "Packages.gz", "Packages.xz", "Release")
_SIGNATURES = ("InRelease", "Release.gpg")
# apt trusts SHA256 alone. Other hashes cost time to make, and as much space as all the rest.
_OPTIONS = ["-o", "APT::FTPArchive::MD5=false", "-o", "APT::FTPArchive::SHA1=false",
            "-o", "APT::FTPArchive::SHA512=false"]
_EXACT = re.compile(r"([a-z0-9][a-z0-9+.-]+) \(= ([^)\s]+)\)")
_DATE = re.compile(rb"(?m)^Date: (.*)$")


class IndexesError(Exception):
    """The indexes could not be made."""


@dataclass(frozen=True)
class Target:
    """The systems that packages are for."""

    suite: str
    architecture: str

    def __str__(self) -> str:
        return "%s %s" % (self.suite, self.architecture)

    @property
    def place(self) -> str:
        """The directory of its Packages files in the repository."""
        return os.path.join("dists", self.suite, "main", "binary-" + self.architecture)


@dataclass(frozen=True)
class Entry:
    """What a Packages file says of one package."""

    text: str
    version: str
    path: str
    sha256: str
    exact_dependencies: list[tuple[str, str]]  # (package, version)

    @classmethod
    def parse(cls, text: str) -> Entry:
        fields = dict(re.findall(r"(?m)^(Version|Filename|SHA256|Depends): (.*)$", text))
        return cls(text, fields.get("Version", ""), fields.get("Filename", ""), fields.get("SHA256", ""),
                   _EXACT.findall(fields.get("Depends", "")))


# Target -> paths of its packages in the repository.
Listed = dict[Target, list[str]]
# Path -> the SHA256 that a repository lists for it.
Digests = dict[str, str]


def scan(root: str) -> dict[str, Entry]:
    """The entries of everything in the pool, by path."""
    entries = _entries(_apt_ftparchive([*_OPTIONS, "packages", "pool"], root).decode("utf-8", "replace"))
    return {entry.path: entry for entry in entries}


def read_entries(root: str) -> dict[Target, list[Entry]]:
    """What a repository lists, without packages that write() would not put there."""
    found: dict[Target, list[Entry]] = {}
    for suite in _directories(os.path.join(root, "dists"), _SUITE):
        for architecture in _directories(os.path.join(root, "dists", suite, "main"), _BINARY):
            target = Target(suite, architecture)
            text = _content(os.path.join(root, target.place, "Packages")).decode("utf-8", "replace")
            found[target] = [entry for entry in _entries(text)
                             if apt_pool.path_of(os.path.basename(entry.path)) == entry.path
                             and files.is_file(os.path.join(root, entry.path))]
    return found


def read(root: str) -> tuple[Listed, Digests]:
    """The paths and digests of read_entries()."""
    found = read_entries(root)
    return ({target: [entry.path for entry in entries] for target, entries in found.items()},
            {entry.path: entry.sha256 for entries in found.values() for entry in entries})


def is_suite(name: str) -> bool:
    """Whether a suite may have that name."""
    return bool(_SUITE.match(name))


def write(root: str, previous: str, listed: Listed, entries: Mapping[str, Entry]) -> None:
    """Write dists/. previous: the repository that this one replaces."""
    for target in sorted(listed, key=lambda target: target.place):
        directory = os.path.join(root, target.place)
        _write_indexes(root, directory, target, [entries[path] for path in listed[target]])
        _write_by_hash(directory, os.path.join(previous, target.place))
    for suite in sorted({target.suite for target in listed}):
        targets = [target for target in listed if target.suite == suite]
        newest = max((_package_time(os.path.join(root, path)) for target in targets for path in listed[target]), default=0)
        _write_release(root, previous, suite, sorted(target.architecture for target in targets), newest)


def _write_indexes(root: str, directory: str, target: Target, entries: Iterable[Entry]) -> None:
    files.make_directory(directory, below=root)
    packages = "\n".join(entry.text for entry in sorted(entries, key=lambda entry: entry.path)).encode()
    files.replace(os.path.join(directory, "Packages"), packages)
    files.replace(os.path.join(directory, "Packages.gz"), gzip.compress(packages, 9, mtime=0))
    files.replace(os.path.join(directory, "Packages.xz"), lzma.compress(packages))
    release = ("Archive: %s\nOrigin: %s\nLabel: %s\nAcquire-By-Hash: yes\nComponent: main\nArchitecture: %s\n"
               % (target.suite, _ORIGIN, _ORIGIN, target.architecture))
    files.replace(os.path.join(directory, "Release"), release.encode())


def _write_by_hash(directory: str, previous: str) -> None:
    """Also the previous indexes: an apt that has fetched the old Release goes on to fetch the indexes in it."""
    place = os.path.join(directory, "by-hash", "SHA256")
    files.make_directory(place, below=directory)
    for path in (os.path.join(where, name) for where in (directory, previous) for name in _INDEXES):
        content = _content(path)
        target = os.path.join(place, hashlib.sha256(content).hexdigest())
        if content and not files.is_file(target):
            files.link_or_copy(path, target)


def _write_release(root: str, previous: str, suite: str, architectures: Iterable[str], newest: int) -> None:
    """If only the time has changed, the old Release is kept, so that its signatures stay valid."""
    place = os.path.join("dists", suite)
    before = _content(os.path.join(previous, place, "Release"))
    release = _release(root, suite, architectures, _date(0))
    if _DATE.sub(b"", release) == _DATE.sub(b"", before):
        files.replace(os.path.join(root, place, "Release"), before)
        for name in _SIGNATURES:
            if files.is_file(os.path.join(previous, place, name)):
                files.link_or_copy(os.path.join(previous, place, name), os.path.join(root, place, name))
        return
    # apt ignores a Release that is newer than its own clock, or older than the Release that it has.
    moment = max(min(newest, int(time.time())), _time_of(before) + 1)
    files.replace(os.path.join(root, place, "Release"), _DATE.sub(b"Date: " + _date(moment).encode(), release, count=1))


def _release(root: str, suite: str, architectures: Iterable[str], date: str) -> bytes:
    fields = {"Origin": _ORIGIN, "Label": _ORIGIN, "Suite": suite, "Codename": suite, "Date": date,
              "Architectures": " ".join(architectures), "Components": "main", "Acquire-By-Hash": "yes"}
    options = [part for key, value in fields.items() for part in ("-o", "APT::FTPArchive::Release::%s=%s" % (key, value))]
    return _apt_ftparchive([*_OPTIONS, *options, "release", os.path.join("dists", suite)], root)


def _date(moment: int) -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S UTC", time.gmtime(moment))


def _time_of(release: bytes) -> int:
    """The time in a Release; -1 if it has none."""
    found = _DATE.search(release)
    try:
        return int(email.utils.parsedate_to_datetime(found.group(1).decode()).timestamp()) if found else -1
    except (TypeError, ValueError):
        return -1


def _package_time(path: str) -> int:
    """The time in a .deb, in the header of its first member (ar(5)): SOURCE_DATE_EPOCH when it was made."""
    with files.open_file(path) as stream:
        time_field = stream.read(36)[24:]
    return int(time_field) if time_field.strip().isdigit() else 0


def _entries(text: str) -> list[Entry]:
    return [Entry.parse(stanza.strip("\n") + "\n") for stanza in re.split(r"\n\n+", text) if stanza.strip()]


def _directories(path: str, pattern: re.Pattern[str]) -> list[str]:
    """The first groups of the names of all real directories in that directory that match."""
    try:
        with os.scandir(path) as found:
            matches = [pattern.match(entry.name) for entry in found if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(match.group(1) for match in matches if match)


def _content(path: str) -> bytes:
    """Of a file that another run left; b"" if it is missing."""
    try:
        return files.read_bytes(path)
    except (OSError, ValueError):
        return b""


def _apt_ftparchive(arguments: Sequence[str], directory: str) -> bytes:
    answer = subprocess.run(["apt-ftparchive", *arguments], cwd=directory, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    if answer.returncode:
        raise IndexesError("apt-ftparchive failed: %s" % answer.stderr.decode("utf-8", "replace").strip())
    return answer.stdout
