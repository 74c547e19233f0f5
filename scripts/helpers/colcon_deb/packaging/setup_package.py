# SPDX-License-Identifier: Apache-2.0
"""The Debian package with the set-up files of the prefix, on which every generated package depends.

It is made only where nothing else has these files. The distribution's own package of them is ros_workspace.
"""

from __future__ import annotations

import email.utils
import filecmp
import gzip
import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..base import debname, files
from ..base.machine import Machine
from ..base.prefix import distribution_prefix
from ..base.settings import Settings
from ..workspace.package import Plan
from .prefix_files import TemplateError, find_templates, prefix_files

# Raise it when the package changes though ament's templates do not: its version then grows everywhere.
REVISION = 1
_CONTROL = """Package: {name}
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size}
Depends: python3
{conflicts}Section: misc
Priority: optional
Description: set-up files of {prefix}
 Sourcing setup.bash, setup.sh or setup.zsh of that directory makes the
 packages below it known to the shell.
"""
_CHANGELOG = """{name} ({version}) unstable; urgency=medium

  * Made by colcon-deb from the templates of ament_package.

 -- {maintainer}  {date}
"""
_COPYRIGHT = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Source: https://github.com/ament/ament_package

Files: *
Copyright: 2014-2022 Open Source Robotics Foundation, Inc.
 2016-2019 Dirk Thomas
License: Apache-2.0
 On Debian systems, the text of the license is in
 /usr/share/common-licenses/Apache-2.0.
"""
# The same for everybody, so that the package is. There is nobody at this address.
_MAINTAINER = "colcon-deb <nobody@colcon-deb.invalid>"


def is_provided(settings: Settings, plan: Plan, resolved: Mapping[str, list[str]]) -> bool:
    """Whether another package has the set-up files. catkin, of ROS 1, has its own."""
    if settings.ros_version != "2" or _is_distribution(settings) and resolved.get("ros_workspace"):
        return True
    return any(package.name == "ros_workspace" for package in plan.present) \
        or _owner(settings.prefix + "/setup.sh") not in (None, settings.setup_deb)


def _is_distribution(settings: Settings) -> bool:
    """Whether the prefix is that of the ROS distribution itself."""
    return settings.prefix == distribution_prefix(settings.distro)


def _owner(path: str) -> str | None:
    """The installed package that has the file; None if no package has it."""
    found = subprocess.run(["dpkg-query", "-S", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True, check=False).stdout
    return found.partition(":")[0] or None


def make(settings: Settings, plan: Plan, resolved: Mapping[str, list[str]], machine: Machine,
         warn: Callable[[str, str], None]) -> str | None:
    """Write the package to the directory for finished packages. Returns its file name, None if none is needed."""
    if is_provided(settings, plan, resolved):
        return None
    templates = find_templates(settings, plan)
    if templates is None:
        warn("no_setup_files", "%s gets no setup.bash: the image has no ament_package, from which it is made. Add "
             "python3-ament-package to the image, or ament_package to src/." % settings.prefix)
        return None
    underlay = distribution_prefix(settings.distro)
    chained = not _is_distribution(settings) and os.path.exists(underlay + "/setup.sh")
    try:
        texts = prefix_files(settings, templates, machine.multiarch, underlay if chained else None)
    except TemplateError as error:
        warn("no_setup_files", "%s gets no setup.bash: %s." % (settings.prefix, error))
        return None
    # A robot may get the distribution's own one day: apt then says what is wrong, before dpkg stumbles over a file.
    conflicts = "ros-%s-ros-workspace" % settings.distro.replace("_", "-") if _is_distribution(settings) else ""
    package = SetupPackage(settings.setup_deb, settings.prefix, settings.codename, machine.architecture, conflicts, texts,
                           templates.epoch)
    stamp = time.strftime("%Y%m%d.%H%M%S", time.gmtime(templates.epoch))
    wanted = "%s.%s" % (settings.deb_version("1.0.%d" % REVISION), stamp)
    return package.write(settings.finished, os.path.join(settings.output, "debs"), wanted)


@dataclass(frozen=True)
class SetupPackage:
    name: str
    prefix: str
    suite: str
    architecture: str  # paths and the version of Python differ between systems
    conflicts: str
    texts: Mapping[str, str]  # path below the prefix -> text
    epoch: int  # the date in it

    def write(self, into: str, debs: str, wanted: str) -> str:
        """Write the .deb. Its version is `wanted`, or greater if debs/ has another content under that version.

        If debs/ has the same content already, the version stays.
        """
        before = self._in(debs)
        if before:
            same = self._pack(into, _version_of(before))
            if filecmp.cmp(os.path.join(into, same), os.path.join(debs, before), shallow=False):
                return same
            files.clear(os.path.join(into, same))
            if not _is_greater(wanted, _version_of(before)):
                wanted = _version_of(before) + ".1"
        return self._pack(into, wanted)

    def _in(self, debs: str) -> str | None:
        """Its newest file in debs/ for this suite and architecture."""
        found = [file for file in files.list_files(debs) if debname.package_of(file) == self.name
                 and debname.architecture_of(file) == self.architecture
                 and self.suite in _version_of(file)]
        newest = None
        for file in found:
            if newest is None or _is_greater(_version_of(file), _version_of(newest)):
                newest = file
        return newest

    def _pack(self, into: str, version: str) -> str:
        file = "%s_%s_%s.deb" % (self.name, version, self.architecture)
        with tempfile.TemporaryDirectory() as tree:
            content = self._content(version)
            for path, data in content.items():
                _write(os.path.join(tree, path), data)
            _write(os.path.join(tree, "DEBIAN", "control"), self._control(version, content).encode())
            _write(os.path.join(tree, "DEBIAN", "md5sums"), "".join(
                "%s  %s\n" % (hashlib.md5(data).hexdigest(), path) for path, data in sorted(content.items())).encode())
            for directory, _directories, _names in os.walk(tree):
                os.chmod(directory, 0o755)
            # One thread: several pack to other bytes.
            subprocess.run(["dpkg-deb", "--root-owner-group", "--build", tree, os.path.join(into, file)], check=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           env={**os.environ, "SOURCE_DATE_EPOCH": str(self.epoch), "DPKG_DEB_THREADS_MAX": "1"})
        return file

    def _content(self, version: str) -> dict[str, bytes]:
        documents = "usr/share/doc/" + self.name
        changelog = _CHANGELOG.format(name=self.name, version=version, maintainer=_MAINTAINER,
                                      date=email.utils.formatdate(self.epoch))
        result = {"%s/%s" % (self.prefix.lstrip("/"), path): text.encode() for path, text in self.texts.items()}
        result[documents + "/copyright"] = _COPYRIGHT.encode()
        result[documents + "/changelog.Debian.gz"] = gzip.compress(changelog.encode(), 9, mtime=0)
        return result

    def _control(self, version: str, content: Mapping[str, bytes]) -> str:
        size = sum(-(-len(data) // 1024) for data in content.values())
        return _CONTROL.format(name=self.name, version=version, architecture=self.architecture, maintainer=_MAINTAINER,
                               size=size, conflicts="Conflicts: %s\n" % self.conflicts if self.conflicts else "", prefix=self.prefix)


def _version_of(file: str) -> str:
    return file.split("_")[1]


def _is_greater(version: str, other: str) -> bool:
    return subprocess.run(["dpkg", "--compare-versions", version, "gt", other], check=False).returncode == 0


def _write(path: str, data: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as stream:
        stream.write(data)
    os.chmod(path, 0o644)
