# SPDX-License-Identifier: Apache-2.0
"""bloom's Python API, for all packages in one process, without a network and without questions.

bloom decides how a ROS package becomes a Debian package. Only the places where it would ask a network or a person, or
where its output cannot work, are replaced (docs/packaging.md has the facts): lookup of keys, version relations, the
date of a generated changelog entry.
"""

from __future__ import annotations

import datetime
import email.utils
import os
import re
from collections.abc import Callable, Iterable

from ..base import files
from ..base.settings import Settings
from ..workspace.package import Package
from . import control, versions
from .manifest_text import TextError, normalise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import catkin_pkg.package

_INDEX = """%YAML 1.1
---
distributions:
  {distro}:
    distribution: [distribution.yaml]
    distribution_status: active
    distribution_type: ros{ros_version}
    python_version: 3
type: index
version: 4
"""
_DISTRIBUTION = """%YAML 1.1
---
release_platforms:
  {os_name}: [{codename}]
repositories: {{}}
type: distribution
version: 2
"""
_VERSION = re.compile(r"\d+(\.\d+)*\Z")
# What is replaced in bloom's generator.
_REPLACED = ("generate_substitutions_from_package", "place_template_files", "process_template_files",
             "resolve_dependencies", "format_depends", "get_changelogs", "maybe_continue")


class BloomError(Exception):
    """bloom could not generate debian/ for a package."""


def write_index(directory: str, settings: Settings) -> str:
    """Write an index of one distribution without releases. Returns the URL to give to rosdistro."""
    files.make_directory(directory)
    values = {"distro": settings.distro, "ros_version": settings.ros_version, "os_name": settings.os_name,
              "codename": settings.codename}
    for name, text in (("index-v4.yaml", _INDEX), ("distribution.yaml", _DISTRIBUTION)):
        files.replace(os.path.join(directory, name), text.format(**values).encode())
    return "file://" + os.path.join(directory, "index-v4.yaml")


def version_relations(name: str, dependency: Any) -> list[str]:
    """Relations for the version attributes of a package.xml dependency.

    Debian's version of X.Y.Z is X.Y.Z-0codename, so bloom's `= 1.2.3` and `<= 1.2.3` never match and its `>> 1.2.3`
    matches 1.2.3 itself. `~` sorts before everything, so `<< 1.2.4~` means: before every revision of 1.2.4.
    """
    if not control.is_relation(name):
        raise BloomError("package.xml names %r, which cannot be a Debian package" % name)
    result: list[str] = []
    for kind in ("version_eq", "version_gte", "version_gt", "version_lt", "version_lte"):
        version = getattr(dependency, kind, None)
        if version is not None:
            result += ["%s (%s)" % (name, bound) for bound in _bounds(name, kind, version.strip())]
    return list(dict.fromkeys(result)) or [name]


def _bounds(name: str, kind: str, version: str) -> tuple[str, ...]:
    if not _VERSION.match(version):
        raise BloomError("%s on %s is %r: numbers separated by dots are needed" % (kind, name, version))
    head, dot, last = version.rpartition(".")
    following = "%s%s%d~" % (head, dot, int(last) + 1)
    return {"version_eq": (">= " + version, "<< " + following), "version_gte": (">= " + version,),
            "version_gt": (">= " + following,), "version_lt": ("<< " + version + "~",),
            "version_lte": ("<< " + following,)}[kind]


class Bloom:
    """Generates debian/ directories, one package after another."""

    def __init__(self, settings: Settings, resolve: Callable[[str], list[str]]) -> None:
        """resolve: name in package.xml -> Debian names, [] for none."""
        os.environ.setdefault("BLOOM_SKIP_ROSDEP_UPDATE", "1")
        from bloom.generators.debian import generator

        for name in _REPLACED:
            if not hasattr(generator, name):
                raise BloomError("the installed bloom has no %s: this version of it is not supported" % name)
        self._settings = settings
        self._generator = generator
        self._changelogs = generator.get_changelogs
        generator.resolve_dependencies = lambda keys, *_args, **_more: {key.name: resolve(key.name) for key in keys}
        generator.format_depends = lambda depends, resolved: [
            relation for depend in depends for name in resolved[depend.name]
            for relation in version_relations(name, depend)]
        generator.get_changelogs = self._usable_changelogs
        generator.maybe_continue = lambda *_args, **_more: False

    def generate(self, manifest: catkin_pkg.package.Package, package: Package, into: str, epoch: int,
                 extra_build: Iterable[str], extra_run: Iterable[str]) -> None:
        """Write debian/ into that directory. extra_build, extra_run: relations to add."""
        try:
            normalise(manifest)
            subs = self._generator.generate_substitutions_from_package(
                manifest, self._settings.os_name, self._settings.codename, self._settings.distro,
                installation_prefix=self._settings.prefix, deb_inc=0, native=False)
            subs["Package"] = package.deb
            subs["Rosdistro"] = self._settings.distro
            subs["BuildDepends"] = sorted({*subs["BuildDepends"], *extra_build})
            subs["Depends"] = sorted({*subs["Depends"], *extra_run})
            _set_date(subs, epoch)
            self._generator.place_template_files(into, package.build_type)
            for template in self._generator.process_template_files(into, subs) or []:
                os.unlink(os.path.normpath(template))
            versions.set_version(os.path.join(into, "debian"), package.deb_version)
        except SystemExit as error:
            raise BloomError(str(error.code)) from error
        except TextError as error:
            raise BloomError(str(error)) from error
        except BloomError:
            raise
        except Exception as error:  # bloom lets the exceptions of its libraries through
            raise BloomError("%s: %s" % (type(error).__name__, error)) from error

    def _usable_changelogs(self, package: catkin_pkg.package.Package, releaser_history: object = None) -> list[Any]:
        """The changelog without entries newer than the package, about which bloom would ask. [] for a broken file."""
        try:
            entries = self._changelogs(package, releaser_history)
        except Exception as error:
            print("CHANGELOG.rst is not used: %s" % error)
            return []
        own = _numbers(package.version)
        # dpkg rejects an empty entry and the zone -0000.
        return [(version, date.replace(" -0000", " +0000"), changes.strip("\n") or "  * No change noted.", *rest)
                for version, date, changes, *rest in entries if _numbers(version) <= own]


def _set_date(subs: dict[str, Any], epoch: int) -> None:
    """bloom writes the current time; a rebuild of the same source must give the same package."""
    moment = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    date = email.utils.format_datetime(moment)
    subs["Date"], subs["YYYY"] = date, moment.strftime("%Y")
    version, _date, changes, *rest = subs["changelogs"][0]
    if "Autogenerated" in changes:
        subs["changelogs"][0] = (version, date, changes, *rest)


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]
