# SPDX-License-Identifier: Apache-2.0
"""The settings of a build: the environment of the container, checked once.

container-settings.json has one row for each variable. Nothing else says which variables there are, what type and
default they have, or whether they affect packages. The program reads the same file.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HELPERS = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# The package of the prefix's set-up files, as ament knows it (packaging/prefix_files.py).
SETUP_PACKAGE = "colcon_deb_setup"
_ROS1_DISTROS = {"indigo", "jade", "kinetic", "lunar", "melodic", "noetic", "obese", "one"}
# The form of texts, by field.
_FORMS = {
    "distro": (r"[a-z][a-z0-9_-]*", "set it to the name of a ROS distribution, such as humble"),
    "prefix": (r"/(?:opt|usr)(?:/[A-Za-z0-9_+-][A-Za-z0-9._+-]*)*", "it must be an absolute path under /opt or /usr"),
    "package_prefix": (r"(?:[a-z0-9][a-z0-9+.-]*)?", "use only lower-case letters, digits, '+', '-' and '.'"),
    "test_failures": (r"fail|warn", "use fail or warn"),
    "output_target": (r"(?:[A-Za-z0-9][A-Za-z0-9._+-]*)?", "use only letters, digits, '.', '_', '+' and '-'"),
    "build_type": (r"[A-Za-z][A-Za-z0-9_]*", "use a CMake build type such as Release"),
}


class SettingsError(Exception):
    """A setting that cannot be used; the text is for the user."""


@dataclass(frozen=True)
class Row:
    """A variable of the container's environment: one row of container-settings.json."""

    variable: str
    field: str | None  # of Settings; None for a variable that only shell scripts read
    type: str  # flag, count, text or words
    default: Any  # None: depends on other settings
    affects_packages: bool
    reserved: bool  # only colcon-deb itself may set the variable
    meaning: str

    def read(self, environ: Mapping[str, str]) -> Any:
        """The value in that environment. Raises SettingsError."""
        text = environ.get(self.variable)
        if self.type == "flag":
            return self.default if text is None else text == "1"
        if self.type == "words":
            return tuple((text or "").split())
        if self.type == "text":
            return text or self.default if self.default is not None else text
        if not text:
            return self.default
        if not text.isdigit():
            raise SettingsError("%s is %r: a number is needed." % (self.variable, text))
        return int(text)


def _read_table() -> tuple[Row, ...]:
    with open(os.path.join(HELPERS, "container-settings.json"), encoding="utf-8") as stream:
        return tuple(Row(**row) for row in json.load(stream))


SETTINGS = _read_table()


@dataclass(frozen=True)
class Settings:
    """The values of the fields that SETTINGS names, and where things are in the container."""

    uid: int
    gid: int
    distro: str
    ros_version: str
    prefix: str
    package_prefix: str
    build_type: str
    run_tests: bool
    test_failures: str
    debug_symbols: bool
    build_stamp: bool
    cmake_args: tuple[str, ...]
    ament_cmake_args: tuple[str, ...]
    catkin_cmake_args: tuple[str, ...]
    meta_args: tuple[str, ...]
    source_date_epoch: str
    rosdistro_index_url: str
    jobs: int
    memory_share: int
    continue_on_error: bool
    retries: int
    package_timeout: int
    emulated: bool
    slowdown: int
    fast: bool
    compiler_cache: bool
    verbose: bool
    dependency_layer: bool
    packages_select: tuple[str, ...]
    packages_up_to: tuple[str, ...]
    packages_above: tuple[str, ...]
    packages_select_regex: tuple[str, ...]
    packages_skip: tuple[str, ...]
    packages_skip_regex: tuple[str, ...]
    packages_ignore: tuple[str, ...]
    packages_ignore_regex: tuple[str, ...]
    base_paths: tuple[str, ...]
    force: bool
    have_source_list: bool
    output_target: str
    repository_prune: bool
    repository_hold_partial: bool
    repository_allow_stale: bool
    repository_held: bool
    # The operating system of the image.
    os_name: str
    codename: str
    source: str = "/workspace/src"
    debian_dirs: str = "/workspace/debian_dirs"
    # The directory that is mounted. It holds the repository, which all targets share.
    repository: str = "/workspace/output"
    build_root: str = "/workspace/build"
    prepared: str = "/workspace/prepared"
    # Finished packages, from where root installs them.
    finished: str = "/workspace/finished"
    # Root writes here before anything of the workspace runs. The builder writes only below "builder" in it.
    state: str = "/run/colcon-deb"

    @property
    def conditions(self) -> dict[str, str]:
        """The variables that conditions in a package.xml may use (REP 149)."""
        return {"ROS_VERSION": self.ros_version, "ROS_DISTRO": self.distro, "ROS_PYTHON_VERSION": "3"}

    @property
    def package_seconds(self) -> int:
        """How long a package may take here; 0 for no limit."""
        return self.package_timeout * self.slowdown

    def deb_name(self, package: str) -> str:
        return self.package_prefix + package.lower().replace("_", "-")

    @property
    def setup_deb(self) -> str:
        """The Debian package with the set-up files of the prefix."""
        return self.deb_name(SETUP_PACKAGE)

    @property
    def output(self) -> str:
        """For everything but the repository."""
        return os.path.join(self.repository, "targets", self.output_target) if self.output_target else self.repository

    def target(self, architecture: str) -> str:
        """Names the systems that the packages are for."""
        return "%s-%s" % (self.codename, architecture)

    def deb_version(self, version: str) -> str:
        """Without the stamp that a build adds (packaging/versions.py)."""
        return "%s-0%s" % (version, self.codename)


def read_settings(environ: Mapping[str, str] = os.environ, os_release: str = "/etc/os-release") -> Settings:
    """The settings in that environment, in an image with that os-release file. Raises SettingsError."""
    values = {row.field: row.read(environ) for row in SETTINGS if row.field}
    _check_form("distro", values)
    _fill_in(values)
    for field in _FORMS:
        _check_form(field, values)
    if values["slowdown"] < 1:
        raise SettingsError("SLOWDOWN is 0: it must be 1 or more.")
    if values["jobs"] < 1:
        raise SettingsError("PARALLEL_JOBS is 0: at least one job is needed.")
    release = _read_os_release(os_release)
    return Settings(os_name=release.get("ID", "debian"), codename=read_codename(os_release), **values)


def read_codename(os_release: str = "/etc/os-release") -> str:
    """The codename of the distribution: the suite of what is built there."""
    release = _read_os_release(os_release)
    # Debian testing and unstable have no VERSION_ID, and sid has no VERSION_CODENAME.
    return release.get("VERSION_CODENAME") or release.get("VERSION_ID") or "sid"


def _check_form(field: str, values: Mapping[str, Any]) -> None:
    form, advice = _FORMS[field]
    if not re.fullmatch(form, values[field]):
        variable = next(row.variable for row in SETTINGS if row.field == field)
        raise SettingsError("%s is %r: %s." % (variable, values[field], advice))


def _fill_in(values: dict[str, Any]) -> None:
    """The defaults that depend on other settings."""
    distro = values["distro"]
    if values["gid"] is None:
        values["gid"] = values["uid"]
    values["ros_version"] = values["ros_version"] or ("1" if distro in _ROS1_DISTROS else "2")
    values["prefix"] = (values["prefix"] or "/opt/ros/" + distro).rstrip("/") or "/"
    # An empty prefix of names is a choice, not a default.
    if values["package_prefix"] is None:
        family = "agiros" if (values["prefix"] + "/").startswith("/opt/agiros/") else "ros"
        values["package_prefix"] = "%s-%s-" % (family, distro.replace("_", "-"))
    if values["jobs"] is None:
        values["jobs"] = os.cpu_count() or 1


def _read_os_release(path: str) -> dict[str, str]:
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
