# SPDX-License-Identifier: Apache-2.0
"""Find the packages of a workspace as colcon does, but without ever running anything of it."""

import os

MANIFEST = "package.xml"
IGNORE_MARKERS = {"COLCON_IGNORE", "AMENT_IGNORE", "CATKIN_IGNORE"}
MAX_DEPTH = 64


def find_packages(root):
    """(paths of package directories relative to root, warnings); both sorted.

    A directory with an ignore marker (a dangling link counts) is pruned, a package is not descended, hidden directories are
    skipped, links are followed but every real directory is visited once.
    """
    found, warnings, seen = [], [], set()
    _walk(root, "", 0, found, warnings, seen)
    return found, warnings


def _walk(root, relative, depth, found, warnings, seen):
    path = os.path.join(root, relative) if relative else root
    real = os.path.realpath(path)
    if real in seen:
        return
    seen.add(real)
    if depth > MAX_DEPTH:
        warnings.append(("too_deep", "src/%s: directories nested deeper than %d are not searched." % (relative, MAX_DEPTH)))
        return
    try:
        names = sorted(os.listdir(path))
    except OSError as error:
        warnings.append(("unreadable", "src/%s: not searched: %s." % (relative, error.strerror)))
        return
    if IGNORE_MARKERS.intersection(names):
        return
    if MANIFEST in names and os.path.isfile(os.path.join(path, MANIFEST)):
        found.append(relative or ".")
        return
    if relative and ("CMakeLists.txt" in names or "setup.py" in names):
        warnings.append(("no_manifest", "src/%s has a build file but no package.xml: it is not built." % relative))
    for name in names:
        full = os.path.join(path, name)
        if os.path.islink(full) and not os.path.exists(full):
            # Only src/ is mounted: what a link out of it points to is not to be had here, whether it is there or not.
            warnings.append(("dangling_link", "src/%s is a link to %s, which is not there: it leads out of src/, or to nothing. "
                             "What it should point to is not built. Put it into src/, or correct the link."
                             % (os.path.join(relative, name), os.readlink(full))))
        elif not name.startswith(".") and os.path.isdir(full):
            _walk(root, os.path.join(relative, name), depth + 1, found, warnings, seen)
