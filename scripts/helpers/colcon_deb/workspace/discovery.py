# SPDX-License-Identifier: Apache-2.0
"""Find the packages of a workspace as colcon does, without running any of its code."""

from __future__ import annotations

import os

from .package import Notice

MANIFEST = "package.xml"
IGNORE_MARKERS = {"COLCON_IGNORE", "AMENT_IGNORE", "CATKIN_IGNORE"}
MAX_DEPTH = 64


def manifest_path(package: str) -> str:
    """The package.xml of the package in that directory of src/, as messages name it."""
    return os.path.normpath(os.path.join("src", package, MANIFEST))


def find_packages(root: str) -> tuple[list[str], list[Notice]]:
    """(paths of package directories relative to root, warnings); both sorted.

    A directory with an ignore marker (a dangling link counts) is left out with everything below it, as is everything
    below a package. Hidden directories are skipped. Links are followed, but every real directory is visited once.
    """
    search = _Search(root)
    search.visit("", 0)
    return search.found, search.warnings


class _Search:
    def __init__(self, root: str) -> None:
        self._root = root
        self.found: list[str] = []
        self.warnings: list[Notice] = []
        self._seen: set[str] = set()

    def visit(self, relative: str, depth: int) -> None:
        path = os.path.join(self._root, relative) if relative else self._root
        real = os.path.realpath(path)
        if real in self._seen:
            return
        self._seen.add(real)
        if depth > MAX_DEPTH:
            self._warn("too_deep", "src/%s: directories nested deeper than %d are not searched." % (relative, MAX_DEPTH))
            return
        try:
            names = sorted(os.listdir(path))
        except OSError as error:
            self._warn("unreadable", "src/%s is not searched for packages: %s." % (relative, error.strerror))
            return
        if IGNORE_MARKERS.intersection(names):
            return
        if MANIFEST in names and os.path.isfile(os.path.join(path, MANIFEST)):
            self.found.append(relative or ".")
            return
        if relative and ("CMakeLists.txt" in names or "setup.py" in names):
            self._warn("no_manifest", "src/%s has a build file but no package.xml: it is not built." % relative)
        for name in names:
            self._visit_entry(path, relative, name, depth)

    def _visit_entry(self, path: str, relative: str, name: str, depth: int) -> None:
        full = os.path.join(path, name)
        if os.path.islink(full) and not os.path.exists(full):
            # The container has only src/, so a link out of it dangles even if its target exists on the host.
            self._warn("dangling_link", "src/%s is a link to %s, which is outside src/ or does not exist: packages there "
                       "are not built. Move them into src/, or correct the link."
                       % (os.path.join(relative, name), os.readlink(full)))
        elif not name.startswith(".") and os.path.isdir(full):
            self.visit(os.path.join(relative, name), depth + 1)

    def _warn(self, code: str, text: str) -> None:
        self.warnings.append(Notice(code, text))
