# SPDX-License-Identifier: Apache-2.0
"""The indexes of an APT repository: dists/<suite>/Release, and main/binary-<architecture>/Packages below it.

The same packages give the same bytes: nothing here depends on the day, the machine or the order of a directory.
"""

import email.utils
import gzip
import hashlib
import lzma
import os
import re
import subprocess
import time

from ..base import files
from . import apt_pool

_ORIGIN = "colcon-deb"
_SUITE = re.compile(r"[a-z0-9][a-z0-9.-]*\Z")
_BINARY = re.compile(r"binary-([a-z0-9-]+)\Z")
_INDEXES = ("Packages", "Packages.gz", "Packages.xz", "Release")
_SIGNATURES = ("InRelease", "Release.gpg")
# The hash that apt trusts; the others are only read again, and are as long as all the rest.
_OPTIONS = ["-o", "APT::FTPArchive::MD5=false", "-o", "APT::FTPArchive::SHA1=false", "-o", "APT::FTPArchive::SHA512=false"]
_DATE = re.compile(rb"(?m)^Date: (.*)$")


class IndexesError(Exception):
    """The indexes could not be made."""


class Entry:
    """What a Packages file says of one package."""

    def __init__(self, text):
        fields = dict(re.findall(r"(?m)^(Version|Filename): (.*)$", text))
        self.text, self.version, self.path = text, fields.get("Version", ""), fields.get("Filename", "")


def scan(root):
    """{path: Entry} of everything in the pool."""
    entries = _entries(_apt_ftparchive([*_OPTIONS, "packages", "pool"], root).decode("utf-8", "replace"))
    return {entry.path: entry for entry in entries}


def read(root):
    """{(suite, architecture): paths of the packages} of a repository; what is not as write() leaves it is not there."""
    listed = {}
    for suite in _directories(os.path.join(root, "dists"), _SUITE):
        for name in _directories(os.path.join(root, "dists", suite, "main"), _BINARY):
            text = _content(os.path.join(root, "dists", suite, "main", name, "Packages")).decode("utf-8", "replace")
            listed[suite, _BINARY.match(name).group(1)] = [
                entry.path for entry in _entries(text)
                if apt_pool.path_of(os.path.basename(entry.path)) == entry.path and apt_pool.is_plain(os.path.join(root, entry.path))]
    return listed


def write(root, previous, listed, entries):
    """Write dists/. previous: the repository that this one takes the place of; listed: as read() gives it."""
    for (suite, architecture), paths in sorted(listed.items()):
        place = os.path.join("dists", suite, "main", "binary-" + architecture)
        _write_indexes(os.path.join(root, place), suite, architecture, [entries[path] for path in paths])
        _write_by_hash(os.path.join(root, place), os.path.join(previous, place))
    for suite in sorted({suite for suite, _architecture in listed}):
        architectures = sorted(architecture for other, architecture in listed if other == suite)
        newest = max(_package_time(os.path.join(root, path))
                     for (other, _architecture), paths in listed.items() if other == suite for path in paths)
        _write_release(root, previous, suite, architectures, newest)


def _write_indexes(directory, suite, architecture, entries):
    os.makedirs(directory)
    packages = "\n".join(entry.text for entry in sorted(entries, key=lambda entry: entry.path)).encode()
    _write(os.path.join(directory, "Packages"), packages)
    _write(os.path.join(directory, "Packages.gz"), gzip.compress(packages, 9, mtime=0))
    _write(os.path.join(directory, "Packages.xz"), lzma.compress(packages))
    _write(os.path.join(directory, "Release"), ("Archive: %s\nOrigin: %s\nLabel: %s\nAcquire-By-Hash: yes\nComponent: main\n"
                                                "Architecture: %s\n" % (suite, _ORIGIN, _ORIGIN, architecture)).encode())


def _write_by_hash(directory, previous):
    """Also the indexes of before: who has just fetched the old Release goes on to fetch what it names."""
    place = os.path.join(directory, "by-hash", "SHA256")
    os.makedirs(place)
    for path in (os.path.join(where, name) for where in (directory, previous) for name in _INDEXES):
        content = _content(path)
        target = os.path.join(place, hashlib.sha256(content).hexdigest())
        if content and not os.path.exists(target):
            apt_pool.link_or_copy(path, target)


def _write_release(root, previous, suite, architectures, newest):
    """One that says the same as before but for the time stays as it was, and its signatures stay good."""
    place = os.path.join("dists", suite)
    before = _content(os.path.join(previous, place, "Release"))
    release = _release(root, suite, architectures, _date(0))
    if _DATE.sub(b"", release) == _DATE.sub(b"", before):
        _write(os.path.join(root, place, "Release"), before)
        for name in _SIGNATURES:
            if apt_pool.is_plain(os.path.join(previous, place, name)):
                apt_pool.link_or_copy(os.path.join(previous, place, name), os.path.join(root, place, name))
        return
    # apt ignores a Release of a later time than its own clock, and one that is older than what it has.
    moment = max(min(newest, int(time.time())), _time_of(before) + 1)
    _write(os.path.join(root, place, "Release"), _DATE.sub(b"Date: " + _date(moment).encode(), release, count=1))


def _release(root, suite, architectures, date):
    fields = {"Origin": _ORIGIN, "Label": _ORIGIN, "Suite": suite, "Codename": suite, "Date": date,
              "Architectures": " ".join(architectures), "Components": "main", "Acquire-By-Hash": "yes"}
    options = [part for key, value in fields.items() for part in ("-o", "APT::FTPArchive::Release::%s=%s" % (key, value))]
    return _apt_ftparchive([*_OPTIONS, *options, "release", os.path.join("dists", suite)], root)


def _date(moment):
    return time.strftime("%a, %d %b %Y %H:%M:%S UTC", time.gmtime(moment))


def _time_of(release):
    """The time that a Release says; before all others when it says none."""
    found = _DATE.search(release)
    try:
        return int(email.utils.parsedate_to_datetime(found.group(1).decode()).timestamp()) if found else -1
    except (TypeError, ValueError):
        return -1


def _package_time(path):
    """When a .deb was made by what it says itself (the header of its first member, ar(5)): SOURCE_DATE_EPOCH."""
    with open(path, "rb") as stream:
        time_field = stream.read(36)[24:]
    return int(time_field) if time_field.strip().isdigit() else 0


def _entries(text):
    return [Entry(stanza.strip("\n") + "\n") for stanza in re.split(r"\n\n+", text) if stanza.strip()]


def _directories(path, pattern):
    """Names of the real directories in that directory that match."""
    try:
        with os.scandir(path) as found:
            return sorted(entry.name for entry in found if pattern.match(entry.name) and entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def _content(path):
    """Of a file that another run left; nothing when it is not there."""
    try:
        return files.read_bytes(path)
    except (OSError, ValueError):
        return b""


def _apt_ftparchive(arguments, directory):
    answer = subprocess.run(["apt-ftparchive", *arguments], cwd=directory, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, check=False)
    if answer.returncode:
        raise IndexesError("apt-ftparchive failed: %s" % answer.stderr.decode("utf-8", "replace").strip())
    return answer.stdout


def _write(path, data):
    with open(path, "wb") as stream:
        stream.write(data)
