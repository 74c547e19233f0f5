# SPDX-License-Identifier: Apache-2.0
"""The environment in which a package is built: its dependencies' prefix must be found whatever made it."""

import os
import subprocess
import sys

from . import compiler_cache

_HELPERS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The levels at which each packs nearly as well as at its best, in a fraction of the time (docs/performance.md). Ubuntu packs by zstd;
# Debian's archive and its tools, lintian among them, take only xz.
_PACKERS = {"ubuntu": ("zstd", "9"), "debian": ("xz", "1")}


def build_environment(settings, machine, slots, environ=os.environ):
    """Environment for a package's debian/rules.

    machine: a Machine; slots: path of the pipe of slots.Slots.

    A prefix with a setup.sh (the package ros_workspace owns it) is sourced by the rules that bloom writes. Without one those
    rules silently source nothing, so its paths are exported here, in both of the layouts that Python packages come in.
    """
    result = dict(environ)
    # debhelper cuts changelogs by a date that its own version knows: the same sources would give another package elsewhere.
    profiles, options = [], ["parallel=%d" % settings.jobs, "notrimdch"]
    if not settings.run_tests:
        # Both are needed: debhelper reads one, the relations of Build-Depends the other.
        profiles.append("nocheck")
        options.append("nocheck")
    if not settings.debug_symbols:
        options.append("noautodbgsym")
        # Without a dbgsym package debug information would be made only to be stripped.
        result.update(DEB_CFLAGS_STRIP="-g", DEB_CXXFLAGS_STRIP="-g")
    result.update(machine.variables)
    result.update(LC_ALL="C.UTF-8", LANG="C.UTF-8", TZ="UTC", DEB_BUILD_OPTIONS=" ".join(options),
                  DEB_BUILD_PROFILES=" ".join(profiles), ROS_VERSION=settings.ros_version, ROS_PYTHON_VERSION="3",
                  ROS_DISTRO=settings.distro, INSTALL_PREFIX=settings.prefix,
                  MAKE=os.path.join(_HELPERS, "make-with-slots.sh"), COLCON_DEB_SLOTS=slots, COLCON_DEB_HELPERS=_HELPERS,
                  DEB_RULES_REQUIRES_ROOT="no",
                  # Several packages are packed at a time, and a packer with several threads packs otherwise than one alone.
                  DPKG_DEB_THREADS_MAX="1")
    result.update(compiler_cache.environment(settings, result))
    if settings.os_name in _PACKERS:
        result.update(zip(("DPKG_DEB_COMPRESSOR_TYPE", "DPKG_DEB_COMPRESSOR_LEVEL"), _PACKERS[settings.os_name]))
    if os.path.exists(os.path.join(settings.prefix, "setup.sh")):
        return result
    for prefix in reversed(_prefixes(settings)):
        for variable, paths in prefix_paths(prefix, machine.multiarch).items():
            result[variable] = os.pathsep.join(paths + [path for path in result.get(variable, "").split(os.pathsep) if path])
    return result


class Machine:
    """What packages are built on and for. Attributes: architecture and multiarch, as Debian names them; variables, what
    dpkg-architecture says, which rules would otherwise ask again and again."""

    def __init__(self):
        text = subprocess.check_output(["dpkg-architecture"], text=True)
        self.variables = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        self.architecture = self.variables["DEB_HOST_ARCH"]
        self.multiarch = self.variables["DEB_HOST_MULTIARCH"]


def prefix_paths(prefix, multiarch):
    """{variable: paths} that make what is installed below prefix known."""
    version = "python%d.%d" % sys.version_info[:2]
    return {
        "AMENT_PREFIX_PATH": [prefix],
        "CMAKE_PREFIX_PATH": [prefix],
        "PYTHONPATH": ["%s/lib/%s/site-packages" % (prefix, version), "%s/lib/python3/dist-packages" % prefix],
        "LD_LIBRARY_PATH": ["%s/lib" % prefix, "%s/lib/%s" % (prefix, multiarch)],
        "PKG_CONFIG_PATH": ["%s/lib/pkgconfig" % prefix, "%s/lib/%s/pkgconfig" % (prefix, multiarch),
                            "%s/share/pkgconfig" % prefix],
        "PATH": ["%s/bin" % prefix],
    }


def _prefixes(settings):
    """Ours, and the distribution's own below it when ours is another one."""
    underlay = "/opt/ros/" + settings.distro
    return [settings.prefix] + ([underlay] if underlay != settings.prefix and os.path.isdir(underlay) else [])
