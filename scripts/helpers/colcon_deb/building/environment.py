# SPDX-License-Identifier: Apache-2.0
"""The environment in which a package is built: the prefix of its dependencies must be found, whatever made it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ..base.machine import Machine
from ..base.prefix import distribution_prefix, library_directories, python_directories
from ..base.settings import HELPERS, Settings
from . import compiler_cache

# (compressor, level): packs nearly as well as the best level, in a fraction of the time (docs/performance.md). Debian's
# archive and its tools, such as lintian, accept only xz.
_PACKERS = {"ubuntu": ("zstd", "9"), "debian": ("xz", "1")}


def build_environment(settings: Settings, machine: Machine, slots: str,
                      environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Environment for a package's debian/rules. slots: path of the pipe of slots.Slots.

    bloom's rules source setup.sh in the prefix, the distribution's or ours (packaging/setup_package.py). The paths of the
    prefix are set here too: plain CMake packages have no hooks, and a prefix may have no setup.sh.
    """
    result = dict(environ)
    result.update(machine.variables)
    result.update(_of_debhelper(settings))
    result.update(LC_ALL="C.UTF-8", LANG="C.UTF-8", TZ="UTC", ROS_VERSION=settings.ros_version, ROS_PYTHON_VERSION="3",
                  ROS_DISTRO=settings.distro, INSTALL_PREFIX=settings.prefix,
                  MAKE=os.path.join(HELPERS, "make-with-slots.sh"), COLCON_DEB_SLOTS=slots, COLCON_DEB_HELPERS=HELPERS)
    result.update(compiler_cache.environment(settings, result))
    for prefix in reversed(_prefixes(settings)):
        for variable, paths in prefix_paths(prefix, machine.multiarch).items():
            before = [path for path in result.get(variable, "").split(os.pathsep) if path]
            result[variable] = os.pathsep.join(paths + before)
    return result


def _of_debhelper(settings: Settings) -> dict[str, str]:
    # debhelper would cut changelogs at a date that depends on its version.
    profiles, options = [], ["parallel=%d" % settings.jobs, "notrimdch"]
    result: dict[str, str] = {}
    if not settings.run_tests:
        # debhelper reads the option, the relations of Build-Depends the profile.
        profiles.append("nocheck")
        options.append("nocheck")
    if not settings.debug_symbols:
        options.append("noautodbgsym")
        # Without a dbgsym package, debug information would only be made to be stripped.
        result.update(DEB_CFLAGS_STRIP="-g", DEB_CXXFLAGS_STRIP="-g")
    if settings.os_name in _PACKERS:
        result["DPKG_DEB_COMPRESSOR_TYPE"], result["DPKG_DEB_COMPRESSOR_LEVEL"] = _PACKERS[settings.os_name]
    # Several packages are packed at a time, and several threads pack to other bytes than one.
    return dict(result, DEB_BUILD_OPTIONS=" ".join(options), DEB_BUILD_PROFILES=" ".join(profiles),
                DEB_RULES_REQUIRES_ROOT="no", DPKG_DEB_THREADS_MAX="1")


def prefix_paths(prefix: str, multiarch: str) -> dict[str, list[str]]:
    """variable -> paths that make the files below the prefix known."""
    libraries = ["%s/%s" % (prefix, directory) for directory in library_directories(multiarch)]
    return {
        "AMENT_PREFIX_PATH": [prefix],
        "CMAKE_PREFIX_PATH": [prefix],
        "PYTHONPATH": ["%s/%s" % (prefix, directory) for directory in python_directories()],
        "LD_LIBRARY_PATH": libraries,
        "PKG_CONFIG_PATH": [path + "/pkgconfig" for path in libraries] + ["%s/share/pkgconfig" % prefix],
        "PATH": ["%s/bin" % prefix],
    }


def _prefixes(settings: Settings) -> list[str]:
    """The install prefix, and below it the distribution's own prefix if that is another one."""
    underlay = distribution_prefix(settings.distro)
    return [settings.prefix] + ([underlay] if underlay != settings.prefix and os.path.isdir(underlay) else [])
