# SPDX-License-Identifier: Apache-2.0
"""Everything that a package depends on, as one short text. As long as it is equal, a rebuild gives the same package."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping

from ..base.settings import SETTINGS, Settings
from ..dependencies.needs import FARM_KEYS
from ..packaging import cmake_arguments, control, overrides
from ..packaging.user_files import Tree, TreeFile, UserFileError, read_tree
from ..workspace.package import Package
from ..workspace.source_list import UNREADABLE, SourceList

_FORMAT = "1"
# Variables of shells, of the engine, and of native programs of an accelerated image (scripts/accelerator): where the build
# runs, not what it makes.
_SURROUNDINGS = {"HOSTNAME", "HOME", "USER", "LOGNAME", "PWD", "OLDPWD", "SHLVL", "_", "TERM",
                 "MAKE_HOST", "_PYTHON_HOST_PLATFORM", "_PYTHON_SYSCONFIGDATA_NAME"}
# Of some packages: see of_sources().
ARGUMENTS = {"CMAKE_ARGUMENTS", "AMENT_CMAKE_ARGUMENTS", "CATKIN_CMAKE_ARGUMENTS", "META_ARGUMENTS"}
_IRRELEVANT = _SURROUNDINGS.union(ARGUMENTS, (row.variable for row in SETTINGS if not row.affects_packages))


def digest(parts: Iterable[str]) -> str:
    """Of texts, each with its length before it: no two lists give the same stream."""
    state = hashlib.sha256()
    for part in parts:
        data = os.fsencode(part)
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()


def of_environment(environ: Mapping[str, str], helpers: str) -> str:
    """What all packages have in common: the image, the user's settings, and these scripts."""
    parts = [_FORMAT, _digest_of_tree(read_tree(helpers))]
    for name in sorted(set(environ) - _IRRELEVANT):
        parts += [name, environ[name]]
    return digest(parts)


def of_sources(common: str, package: Package, settings: Settings, sources: SourceList) -> str | None:
    """What is written for one package. None if that is unknown."""
    listed = sources.of_package(package)
    if listed is None or UNREADABLE in listed:
        return None
    described = [package.name, package.version, package.path, package.build_type, package.deb, package.deb_version]
    arguments = [*cmake_arguments.of_meta(settings, package), "options", *cmake_arguments.of_options(settings, package)]
    return digest([common, *described, "arguments", *arguments, "deps", *package.deps, "members", *package.group_members,
                   "override", _digest_of_override(settings, package.name), "sources", *listed])


def of_inputs(sources: str, package: Package, resolved: Mapping[str, list[str]], versions: Mapping[str, str],
              settings: Settings) -> str:
    """What one package is made of, without the workspace packages that it is built against.

    sources: see of_sources(). resolved: key -> names for apt. versions: of the installed packages.
    """
    return digest([sources, "keys", *_of_keys(package, resolved, versions, settings)])


def _of_keys(package: Package, resolved: Mapping[str, list[str]], versions: Mapping[str, str],
             settings: Settings) -> list[str]:
    """The system packages, with the installed version of those that the package is built against."""
    keys = package.keys
    built_against = {*keys.build, *keys.run, *keys.relations, *FARM_KEYS}
    if settings.run_tests:
        built_against.update(keys.test)
    parts = []
    for key in sorted(built_against.union(keys.test)):
        parts += [key, *("%s %s" % (name, versions.get(name) if key in built_against else "")
                         for name in resolved.get(key, ()))]
    return parts


def of_build(inputs: str, outputs: Mapping[str, list[str]]) -> str:
    """inputs, and the digests of the .deb files of each workspace package that was installed for the build."""
    parts = [inputs]
    for name, digests in sorted(outputs.items()):
        parts += [name, *digests]
    return digest(parts)


def _digest_of_override(settings: Settings, package: str) -> str:
    """Of the user's files, through links too, as packaging/overrides.py reads them. Generated files do not count."""
    try:
        tree = overrides.users_files(settings, package)
    except (UserFileError, overrides.OverrideError, control.ControlError) as error:
        # The preparer refuses the package. It counts as changed when the user has corrected that.
        tree = {"": TreeFile(str(error).encode())}
    return _digest_of_tree(tree)


def _digest_of_tree(tree: Tree) -> str:
    parts = []
    for name, file in sorted(tree.items()):
        parts += [name, "x" if file.executable else "-", hashlib.sha256(file.data).hexdigest()]
    return digest(parts)
