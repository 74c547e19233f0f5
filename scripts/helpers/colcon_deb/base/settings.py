# SPDX-License-Identifier: Apache-2.0
"""What the host asked for: the environment of the container, checked once."""

import os
import re

ROS1_DISTROS = {"indigo", "jade", "kinetic", "lunar", "melodic", "noetic", "obese", "one"}
_NAME = re.compile(r"[a-z][a-z0-9_-]*\Z")
_PREFIX = re.compile(r"/(?:opt|usr)(?:/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)*\Z")
_PACKAGE_PREFIX = re.compile(r"(?:[a-z0-9][a-z0-9+.-]*)?\Z")
_BUILD_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class SettingsError(Exception):
    """A setting that cannot be used; the text is for the user."""


class Settings:
    """Attributes: distro, ros_version, prefix, package_prefix, jobs, limit_by_memory, build_type, run_tests, debug_symbols,
    verbose, dependency_layer, compiler_cache, package_timeout, retries, continue_on_error, packages_select,
    packages_up_to, packages_above, force, fast, have_source_list, build_stamp, repository_prune, repository_held, uid, gid,
    the directories source, debian_dirs, output, build_root, prepared, finished and state, os_name, codename."""

    def __init__(self, environ=os.environ, os_release="/etc/os-release"):
        self.distro = environ.get("ROS_DISTRO", "")
        if not _NAME.match(self.distro):
            raise SettingsError("ROS_DISTRO is %r: set it to the name of a ROS distribution, such as humble." % self.distro)
        self.ros_version = environ.get("ROS_VERSION") or ("1" if self.distro in ROS1_DISTROS else "2")
        self.prefix = environ.get("INSTALL_PREFIX") or "/opt/ros/" + self.distro
        self.prefix = self.prefix.rstrip("/") or "/"
        if not _PREFIX.match(self.prefix):
            raise SettingsError("INSTALL_PREFIX is %r: it must be an absolute path under /opt or /usr." % self.prefix)
        family = "agiros" if (self.prefix + "/").startswith("/opt/agiros/") else "ros"
        self.package_prefix = environ.get("PACKAGE_PREFIX", "%s-%s-" % (family, self.distro.replace("_", "-")))
        if not _PACKAGE_PREFIX.match(self.package_prefix):
            raise SettingsError("PACKAGE_PREFIX is %r: lower-case letters, digits, '+', '-' and '.' only."
                                % self.package_prefix)
        self.build_type = environ.get("BUILD_TYPE") or "Release"
        if not _BUILD_TYPE.match(self.build_type):
            raise SettingsError("BUILD_TYPE is %r: use a CMake build type such as Release." % self.build_type)
        self.jobs = _number(environ, "PARALLEL_JOBS", os.cpu_count() or 1)
        if self.jobs < 1:
            raise SettingsError("PARALLEL_JOBS is 0: at least one job is needed.")
        self.run_tests = environ.get("RUN_TESTS", "0") == "1"
        self.verbose = environ.get("VERBOSE", "0") == "1"
        self.debug_symbols = environ.get("DEBUG_SYMBOLS", "0") == "1"
        # Seconds; 0 for as long as it takes.
        self.package_timeout = _number(environ, "PACKAGE_TIMEOUT", 0)
        self.retries = _number(environ, "RETRIES", 0)
        self.continue_on_error = environ.get("CONTINUE_ON_ERROR", "1") == "1"
        self.limit_by_memory = environ.get("LIMIT_BY_MEMORY", "0") == "1"
        self.packages_select = environ.get("PACKAGES_SELECT", "").split()
        self.packages_up_to = environ.get("PACKAGES_UP_TO", "").split()
        self.packages_above = environ.get("PACKAGES_ABOVE", "").split()
        self.fast = environ.get("FAST", "1") == "1"
        self.force = environ.get("FORCE", "0") == "1"
        self.have_source_list = environ.get("SOURCE_LIST", "0") == "1"
        self.build_stamp = environ.get("BUILD_STAMP", "0") == "1"
        self.repository_prune = environ.get("REPOSITORY_PRUNE", "0") == "1"
        self.repository_held = environ.get("REPOSITORY_HELD", "0") == "1"
        self.dependency_layer = environ.get("DEPENDENCY_LAYER", "0") == "1"
        self.compiler_cache = environ.get("COMPILER_CACHE", "0") == "1"
        self.uid = _number(environ, "HOST_UID", 0)
        self.gid = _number(environ, "HOST_GID", self.uid)
        self.source = "/workspace/src"
        self.debian_dirs = "/workspace/debian_dirs"
        self.output = "/workspace/output"
        self.build_root = "/workspace/build"
        self.prepared = "/workspace/prepared"
        # What was built, from where root installs it.
        self.finished = "/workspace/finished"
        # Written by root before anything of the workspace runs; "builder" below it is the only part that the builder writes.
        self.state = "/run/colcon-deb"
        release = _os_release(os_release)
        self.os_name = release.get("ID", "debian")
        # Debian testing and unstable have no VERSION_ID, and sid no VERSION_CODENAME.
        self.codename = release.get("VERSION_CODENAME") or release.get("VERSION_ID") or "sid"

    @property
    def conditions(self):
        """Context in which the conditions of a package.xml are evaluated (REP 149)."""
        return {"ROS_VERSION": self.ros_version, "ROS_DISTRO": self.distro, "ROS_PYTHON_VERSION": "3"}

    def deb_name(self, package):
        return self.package_prefix + package.lower().replace("_", "-")

    def target(self, architecture):
        """What the packages are for: they are no use for another."""
        return "%s-%s" % (self.codename, architecture)

    def deb_version(self, version, stamp=None):
        return "%s-0%s%s" % (version, self.codename, "." + stamp if stamp else "")


def _number(environ, key, default):
    text = environ.get(key) or str(default)
    if not text.isdigit():
        raise SettingsError("%s is %r: a number is needed." % (key, text))
    return int(text)


def _os_release(path):
    fields = {}
    try:
        with open(path, encoding="utf-8") as stream:
            for line in stream:
                key, equals, value = line.strip().partition("=")
                if equals:
                    fields[key] = value.strip("\"'")
    except OSError:
        pass
    return fields
