# SPDX-License-Identifier: Apache-2.0
"""Which system packages a rosdep key stands for, in one process for all keys.

Rules come from these places; the first one wins:

1. debian_dirs/rosdep.yaml, for keys that only this workspace needs.
2. rosdep's own cache if the image has one: the maker of the image has decided.
3. The source lists of the image. If any of them is remote, `rosdep update` is run, with a deadline.
4. If that fails, only the lists that are files, and on Debian the list of python3-rosdep2. A key may then be unresolved
   only because of the network. If all lists of the image are files, the network is never used.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..base.protocol import clean
from ..base.settings import Settings
from . import rosdep_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UPDATE_DEADLINE = 120
MAX_REASON = 200
DEBIAN_RULES = "/usr/share/python3-rosdep2/debian.yaml"


class ResolveError(Exception):
    """No rules at all."""


@dataclass(frozen=True)
class Resolution:
    packages: list[str] = field(default_factory=list)  # names for apt; none if the key needs nothing
    other: str | None = None  # another installer, such as pip
    fault: str | None = None  # what is wrong with the rule


class Resolver:
    """A function from keys to resolutions. Keys that nothing resolves are left out."""

    offline: str | None = None  # why rules could not be fetched; None if nothing failed

    def __call__(self, keys: Iterable[str]) -> dict[str, Resolution]:
        raise NotImplementedError


def open_resolver(settings: Settings, on_update: Callable[[], None]) -> Resolver:
    """on_update: called before rules are fetched, which may take long. Raises rosdep_file.RulesError."""
    extra = _extra_rules(settings)
    agiros = (settings.prefix + "/").startswith("/opt/agiros/")
    have_rosdep = importlib.util.find_spec("rosdep2") is not None
    if agiros and shutil.which("agirosdep") or not have_rosdep:
        return _CommandResolver("agirosdep" if shutil.which("agirosdep") else "rosdep", settings, extra)
    return _RosdepResolver(settings, extra, on_update)


def _extra_rules(settings: Settings) -> dict[str, Any]:
    path = os.path.join(settings.debian_dirs, "rosdep.yaml")
    # A link that leads nowhere is a mistake.
    if not os.path.lexists(path):
        return {}
    return rosdep_file.read(path, "debian_dirs/rosdep.yaml")


class _RosdepResolver(Resolver):
    """By rosdep's Python API."""

    def __init__(self, settings: Settings, extra: Mapping[str, Any], on_update: Callable[[], None]) -> None:
        from rosdep2 import create_default_installer_context
        from rosdep2.lookup import RosdepLookup
        from rosdep2.rospkg_loader import DEFAULT_VIEW_KEY
        from rosdep2.sources_list import CachedDataSource, DataSourceMatcher, SourcesListLoader

        self._settings = settings
        self._context = create_default_installer_context()
        sources = [CachedDataSource("yaml", "file:///workspace/debian_dirs/rosdep.yaml", [], extra)] if extra else []
        sources += self._sources(on_update)
        matcher = DataSourceMatcher([settings.distro, settings.os_name, settings.codename])
        loader = SourcesListLoader([source for source in sources if matcher.matches(source)])
        self._view = RosdepLookup.create_from_rospkg(sources_loader=loader).get_rosdep_view(DEFAULT_VIEW_KEY)

    def __call__(self, keys: Iterable[str]) -> dict[str, Resolution]:
        from rosdep2.core import InvalidData
        from rosdep2.lookup import ResolutionError

        try:
            installers = self._context.get_os_installer_keys(self._settings.os_name)
            default = self._context.get_default_os_installer_key(self._settings.os_name)
        except KeyError as error:
            raise ResolveError("rosdep does not know the operating system %s." % self._settings.os_name) from error
        result = {}
        for key in keys:
            try:
                definition = self._view.lookup(key)
                installer, rule = definition.get_rule_for_platform(self._settings.os_name, self._settings.codename,
                                                                   installers, default)
                names = [str(name) for name in self._context.get_installer(installer).resolve(rule) if str(name)]
            except InvalidData as error:
                result[key] = Resolution(fault="the rosdep rule for %s cannot be used: %s"
                                               % (key, clean(" ".join(str(error).split()), MAX_REASON)))
                continue
            except (KeyError, ResolutionError):
                continue
            result[key] = _resolution(key, installer, names)
        return result

    def _sources(self, on_update: Callable[[], None]) -> list[Any]:
        from rosdep2.sources_list import get_sources_cache_dir, load_cached_sources_list, parse_sources_list

        index = os.path.join(get_sources_cache_dir(), "index")
        if os.path.exists(index):
            return list(load_cached_sources_list())
        listed = parse_sources_list()
        if self._settings.rosdistro_index_url or not all(source.url.startswith("file://") for source in listed):
            # The fetched rules belong to this run: in an image of this container nothing would refresh them.
            os.environ["ROS_HOME"] = os.path.join(self._settings.state, "ros")
            index = os.path.join(get_sources_cache_dir(), "index")
            on_update()
            self.offline = _update(self._settings.distro, UPDATE_DEADLINE * self._settings.slowdown)
            if self.offline is None or os.path.exists(index):
                return list(load_cached_sources_list())
        return self._local_sources(listed)

    def _local_sources(self, listed: Iterable[Any]) -> list[Any]:
        from rosdep2.sources_list import CachedDataSource

        paths = [(source.url, source.tags) for source in listed if source.url.startswith("file://")]
        if self._settings.os_name == "debian" and "file://" + DEBIAN_RULES not in dict(paths):
            paths.append(("file://" + DEBIAN_RULES, ["debian"]))
        return [CachedDataSource("yaml", url, tags, rosdep_file.read_of_image(url[len("file://"):]))
                for url, tags in paths if os.path.exists(url[len("file://"):])]


def _update(distro: str, deadline: int) -> str | None:
    """Let rosdep fetch its rules. Returns what failed, None if nothing did."""
    try:
        answer = subprocess.run(["rosdep", "update", "--rosdistro", distro], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=deadline, check=False)
    except subprocess.TimeoutExpired:
        return "no end of rosdep update within %d s" % deadline
    except OSError as error:
        return "rosdep update: %s" % error.strerror
    if answer.returncode == 0:
        return None
    lines = [line.strip() for line in clean(answer.stderr[-64 * 1024:], 64 * 1024).splitlines() if line.strip()]
    return clean(lines[-1], MAX_REASON) if lines else "rosdep update ended with exit code %d" % answer.returncode


class _CommandResolver(Resolver):
    """By the command line, for agirosdep: its Python modules have no stable interface."""

    def __init__(self, command: str, settings: Settings, extra: Mapping[str, Any]) -> None:
        self._command = command
        self._settings = settings
        self._extra = extra

    def __call__(self, keys: Iterable[str]) -> dict[str, Resolution]:
        keys = list(keys)
        result = {key: resolution for key, resolution in ((key, self._look_up_extra(key)) for key in keys) if resolution}
        asked = [key for key in keys if key not in result]
        answered = self._ask(asked) if asked else {}
        for key in asked:
            # A key without a rule for this system ends the whole batch.
            answer = answered.get(key) or self._ask([key]).get(key)
            if answer:
                result[key] = answer
        return result

    def _look_up_extra(self, key: str) -> Resolution | None:
        rule = self._extra.get(key, {}).get(self._settings.os_name)
        if isinstance(rule, dict):
            rule = rule.get(self._settings.codename, rule.get("*"))
        if isinstance(rule, str):
            rule = rule.split()
        return _resolution(key, "apt", [str(name) for name in rule]) if isinstance(rule, list) else None

    def _ask(self, keys: list[str]) -> dict[str, Resolution]:
        command = [self._command, "resolve", "--os=%s:%s" % (self._settings.os_name, self._settings.codename)]
        answer = subprocess.run(command + keys, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True, errors="replace", check=False)
        result: dict[str, Resolution] = {}
        key, installer = keys[0], ""
        for line in answer.stdout.splitlines():
            if line.startswith("#ROSDEP["):
                key, installer = line[len("#ROSDEP["):].rstrip("]"), ""
            elif line.startswith("#"):
                installer = line[1:].strip()
            elif installer and key in keys:
                result[key] = _resolution(key, installer, line.split())
                installer = ""
        return result


def _resolution(key: str, installer: str, names: Sequence[str]) -> Resolution:
    if installer != "apt":
        return Resolution(other=installer)
    for name in names:
        if not rosdep_file.PACKAGE.match(name):
            return Resolution(fault="the rosdep rule for %s stands for %r, which is not a package name" % (key, name))
    return Resolution([name.partition("=")[0] for name in names])
