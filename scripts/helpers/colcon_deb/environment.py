# SPDX-License-Identifier: Apache-2.0
"""The environment in which a package is built: its dependencies' prefix must be found whatever made it."""

import os
import sys


def build_environment(settings, multiarch, environ=os.environ):
    """Environment for dpkg-buildpackage.

    A prefix with a setup.sh (the package ros_workspace owns it) is sourced by the rules that bloom writes. Without one those
    rules silently source nothing, so its paths are exported here, in both of the layouts that Python packages come in.
    """
    result = dict(environ)
    profiles, options = [], ["parallel=%d" % settings.jobs, "noautodbgsym"]
    if not settings.run_tests:
        # Both are needed: debhelper reads one, the relations of Build-Depends the other.
        profiles.append("nocheck")
        options.append("nocheck")
    result.update(LC_ALL="C.UTF-8", LANG="C.UTF-8", TZ="UTC", DEB_BUILD_OPTIONS=" ".join(options),
                  DEB_BUILD_PROFILES=" ".join(profiles), ROS_VERSION=settings.ros_version, ROS_PYTHON_VERSION="3",
                  ROS_DISTRO=settings.distro, INSTALL_PREFIX=settings.prefix)
    if os.path.exists(os.path.join(settings.prefix, "setup.sh")):
        return result
    for prefix in reversed(_prefixes(settings)):
        for variable, paths in prefix_paths(prefix, multiarch).items():
            result[variable] = os.pathsep.join(paths + [path for path in result.get(variable, "").split(os.pathsep) if path])
    return result


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
