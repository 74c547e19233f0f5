# SPDX-License-Identifier: Apache-2.0
"""Root's one service to the build user: install these finished packages.

Requests are not trusted. A file must be a plain file in this build's output. It is copied to where only root can write
before it is looked at, and the package in it must be one that was announced before anything of the workspace ran.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterable

from ..base import debname, files

MAX_FILES = 256
MAX_REASON = 2000  # characters
# Patterns of lines that tell why, the most telling first.
_TELLING = [re.compile(pattern) for pattern in
            ("trying to overwrite", "(?i)conflicts", "Depends:|(?i:unmet)", "E: ", "(?i)error")]


class Refused(Exception):
    """A request that is not served."""


class Broker:
    def __init__(self, places: Iterable[str], private: str, uid: int, binaries: Iterable[str]) -> None:
        """places: directories of the build's own packages. private: directory of root. uid: of the build user.
        binaries: names of the packages that may be installed."""
        self._places, self._private, self._uid, self._binaries = frozenset(places), private, uid, frozenset(binaries)

    def take(self, request: object) -> list[str]:
        """Checked private copies of the files that the request names. Raises Refused."""
        paths = request.get("install") if isinstance(request, dict) else None
        if not isinstance(paths, list) or not 0 < len(paths) <= MAX_FILES \
                or not all(isinstance(path, str) for path in paths):
            raise Refused("not a request to install")
        files.make_empty_directory(self._private, 0o700)
        return [self._take_one(path) for path in paths]

    def _take_one(self, path: str) -> str:
        directory, name = os.path.split(path)
        package = debname.package_of(name)
        if directory not in self._places or not package:
            raise Refused("%s is not a package of this build's output" % path)
        if package not in self._binaries:
            raise Refused("%s is not a package of this workspace" % package)
        copy = os.path.join(self._private, name)
        self._copy(directory, name, copy)
        inside = subprocess.run(["dpkg-deb", "-f", copy, "Package"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, errors="replace", check=False).stdout.strip()
        if inside != package:
            raise Refused("%s holds the package %r" % (name, inside[:100]))
        return copy

    def _copy(self, place: str, name: str, copy: str) -> None:
        try:
            directory = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
            finally:
                os.close(directory)
            with os.fdopen(descriptor, "rb") as source:
                status = os.fstat(source.fileno())
                if not stat.S_ISREG(status.st_mode) or status.st_uid != self._uid:
                    raise Refused("%s is not a plain file of the build user" % name)
                with files.create(copy) as target:
                    shutil.copyfileobj(source, target)
        except OSError as error:
            raise Refused("%s cannot be read: %s" % (name, error.strerror)) from error


def install_commands(copies: list[str]) -> list[list[str]]:
    """Commands to try in this order. dpkg is several times faster; apt also finds dependencies that are not there yet."""
    return [["dpkg", "--force-unsafe-io", "-i", *copies],
            ["apt-get", "-y", "--no-install-recommends", "--allow-downgrades", "--reinstall",
             "-o", "DPkg::Options::=--force-unsafe-io", "install", *copies]]


def reason(output: str) -> str:
    """The line of dpkg's or apt's output that tells why: a line about this failure before one that fits any failure."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for telling in _TELLING:
        for line in lines:
            if telling.search(line):
                return line[:MAX_REASON]
    return (lines or ["no reason given"])[0][:MAX_REASON]
