# SPDX-License-Identifier: Apache-2.0
"""Which system packages a rosdep key stands for, in one process for all keys.

Where the rules come from, first one wins:

1. debian_dirs/rosdep.yaml, for keys that only this workspace needs.
2. rosdep's own cache when the image has one: its maker has decided.
3. Otherwise the image's source lists. If any of them is remote, `rosdep update` is run, with a deadline.
4. If that fails, only the lists that are files, and on Debian the list that python3-rosdep2 ships. This is said in a warning:
   a key may then be unresolvable only because the network was. Image lists that are all files never touch the network.
"""

import importlib.util
import os
import re
import shutil
import subprocess

import yaml

UPDATE_DEADLINE = 120
DEBIAN_RULES = "/usr/share/python3-rosdep2/debian.yaml"
_PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+(?::[a-z0-9]+)?(?:=[A-Za-z0-9.+:~-]+)?\Z")


class ResolveError(Exception):
    """No rules at all, or rules that cannot be read."""


class Resolution:
    """packages: names for apt (may be empty: the key needs nothing). other: installer that is not apt, such as pip."""

    def __init__(self, packages, other=None):
        self.packages, self.other = packages, other


def open_resolver(settings, warn):
    """A callable: iterable of keys -> {key: Resolution}, without the keys that nothing resolves."""
    extra = _extra_rules(settings)
    agiros = (settings.prefix + "/").startswith("/opt/agiros/")
    have_rosdep = importlib.util.find_spec("rosdep2") is not None
    if agiros and shutil.which("agirosdep") or not have_rosdep:
        return _CommandResolver("agirosdep" if shutil.which("agirosdep") else "rosdep", settings, extra)
    return _RosdepResolver(settings, extra, warn)


def _extra_rules(settings):
    path = os.path.join(settings.debian_dirs, "rosdep.yaml")
    if not os.path.exists(path):
        return {}
    return _read_rules(path, "debian_dirs/rosdep.yaml")


def _read_rules(path, shown):
    try:
        with open(path, encoding="utf-8") as stream:
            data = yaml.safe_load(stream)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = ":%d:%d" % (mark.line + 1, mark.column + 1) if mark else ""
        raise ResolveError("%s%s: cannot be read: %s." % (shown, where, getattr(error, "problem", None) or error)) from error
    if data is None:
        return {}
    if not isinstance(data, dict) or not all(isinstance(rule, dict) for rule in data.values()):
        raise ResolveError("%s: not rosdep rules: a mapping of key to operating systems is needed." % shown)
    return data


class _RosdepResolver:
    """By rosdep's Python API."""

    def __init__(self, settings, extra, warn):
        from rosdep2 import create_default_installer_context
        from rosdep2.lookup import RosdepLookup
        from rosdep2.rospkg_loader import DEFAULT_VIEW_KEY
        from rosdep2.sources_list import CachedDataSource, DataSourceMatcher, SourcesListLoader

        self._settings = settings
        self._context = create_default_installer_context()
        sources = [CachedDataSource("yaml", "file:///workspace/debian_dirs/rosdep.yaml", [], extra)] if extra else []
        sources += self._sources(warn)
        matcher = DataSourceMatcher([settings.distro, settings.os_name, settings.codename])
        loader = SourcesListLoader([source for source in sources if matcher.matches(source)])
        self._view = RosdepLookup.create_from_rospkg(sources_loader=loader).get_rosdep_view(DEFAULT_VIEW_KEY)

    def __call__(self, keys):
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
            except (KeyError, ResolutionError, InvalidData):
                continue
            result[key] = _resolution(key, installer, names)
        return result

    def _sources(self, warn):
        from rosdep2.sources_list import get_sources_cache_dir, load_cached_sources_list, parse_sources_list

        index = os.path.join(get_sources_cache_dir(), "index")
        if os.path.exists(index):
            return load_cached_sources_list()
        listed = parse_sources_list()
        remote = [source.url for source in listed if not source.url.startswith("file://")]
        if remote or os.environ.get("ROSDISTRO_INDEX_URL"):
            # What is fetched belongs to this run: in an image that is made of the container nobody would refresh it.
            os.environ["ROS_HOME"] = os.path.join(self._settings.state, "ros")
            index = os.path.join(get_sources_cache_dir(), "index")
            if _update(self._settings.distro) or os.path.exists(index):
                return load_cached_sources_list()
            warn("rosdep_offline", "rosdep's rules could not be fetched (%s and others): only the rules that the image has "
                                   "as files are used." % (remote or ["the ROS distribution index"])[0])
        return self._local_sources(listed)

    def _local_sources(self, listed):
        from rosdep2.sources_list import CachedDataSource

        paths = [(source.url, source.tags) for source in listed if source.url.startswith("file://")]
        if self._settings.os_name == "debian" and "file://" + DEBIAN_RULES not in dict(paths):
            paths.append(("file://" + DEBIAN_RULES, ["debian"]))
        return [CachedDataSource("yaml", url, tags, _read_rules(url[len("file://"):], url[len("file://"):]))
                for url, tags in paths if os.path.exists(url[len("file://"):])]


def _update(distro):
    try:
        return subprocess.run(["rosdep", "update", "--rosdistro", distro], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=UPDATE_DEADLINE,
                              check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


class _CommandResolver:
    """By the command line, for agirosdep, whose Python modules nobody promised."""

    def __init__(self, command, settings, extra):
        self._command = command
        self._settings = settings
        self._extra = extra

    def __call__(self, keys):
        result = {}
        for key in keys:
            rule = self._extra.get(key, {}).get(self._settings.os_name)
            if isinstance(rule, dict):
                rule = rule.get(self._settings.codename, rule.get("*"))
            if isinstance(rule, str):
                rule = rule.split()
            if isinstance(rule, list):
                result[key] = _resolution(key, "apt", [str(name) for name in rule])
        asked = [key for key in keys if key not in result]
        answered = self._ask(asked) if asked else {}
        for key in asked:
            # One key without a rule for this system ends the whole batch.
            answer = answered.get(key) or self._ask([key]).get(key)
            if answer:
                result[key] = answer
        return result

    def _ask(self, keys):
        command = [self._command, "resolve", "--os=%s:%s" % (self._settings.os_name, self._settings.codename)]
        answer = subprocess.run(command + keys, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                text=True, errors="replace", check=False)
        result, key, installer = {}, keys[0], None
        for line in answer.stdout.splitlines():
            if line.startswith("#ROSDEP["):
                key, installer = line[len("#ROSDEP["):].rstrip("]"), None
            elif line.startswith("#"):
                installer = line[1:].strip()
            elif installer and key in keys:
                result[key] = _resolution(key, installer, line.split())
                installer = None
        return result


def _resolution(key, installer, names):
    if installer != "apt":
        return Resolution([], installer)
    for name in names:
        if not _PACKAGE.match(name):
            raise ResolveError("The rosdep key %s stands for %r, which is no package name." % (key, name))
    return Resolution([name.partition("=")[0] for name in names])
