# SPDX-License-Identifier: Apache-2.0
"""Paths in messages as the user knows them: in the workspace, not in the container."""

from __future__ import annotations

import os
import re

from ..base.settings import Settings
from ..workspace.package import Package

# A compiler that was called in the build directory names a source by the way out of there.
_UP = re.compile(r"^(?:\./)?(?:\.\./)+(?=[^\s:/]+[^\s:]*:\d+)")
_DOTS = re.compile(r"^(?:\.{1,2}/)+")


class HostPaths:
    """Of one package."""

    def __init__(self, settings: Settings, package: Package) -> None:
        self._source = os.path.normpath(os.path.join("src", package.path))
        self._packaging = os.path.join("debian_dirs", package.name, "debian")
        work = re.escape(os.path.join(settings.build_root, package.name))
        here = r"(?![\w.+-])"
        self._roots = {"src": settings.source, "debian_dirs": settings.debian_dirs}
        self._table = [(re.compile(pattern), shown) for pattern, shown in (
            (work + r"/source/\.obj-[\w.+-]+", "build"),
            # pybuild compiles and tests a copy of the modules.
            (work + r"/source/\.pybuild/[^/\s]+/build" + here, self._source),
            (work + r"/source/debian/(?=[\w.-]+(?![\w./-]))", self._packaging + "/"),
            (work + "/source" + here, self._source),
            (work + here, "build"),
            (re.escape(settings.source) + here, "src"),
            (re.escape(settings.debian_dirs) + here, "debian_dirs"),
            (re.escape(settings.repository) + here, "output"))]

    def of_text(self, text: str) -> str:
        """A line or a message of a tool."""
        for pattern, shown in self._table:
            text = pattern.sub(shown, text)
        return _UP.sub(self._source + "/", text)

    def of_file(self, path: str, directory: str = "") -> str:
        """A path that a tool printed. directory: where in the package the tool was called, if the path is relative."""
        if path.startswith("debian/") and "/" not in path[len("debian/"):]:
            return os.path.join(self._packaging, path[len("debian/"):])
        if not os.path.isabs(path):
            return os.path.normpath(os.path.join(self._source, directory, _DOTS.sub("", path)))
        return self.of_text(path)

    def is_file(self, shown: str) -> bool:
        """Whether a path as it is shown is a file of the user: neither one that the build made, nor one of the system."""
        root, _slash, rest = os.path.normpath(shown).partition("/")
        return root in self._roots and os.path.isfile(os.path.join(self._roots[root], rest))

    def in_package(self, path: str) -> bool:
        return (self.of_file(path) + "/").startswith((self._source + "/", "build/", self._packaging + "/"))
