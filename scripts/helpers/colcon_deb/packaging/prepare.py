# SPDX-License-Identifier: Apache-2.0
"""A debian/ directory for every package: the user's own, or bloom's with the user's edits and override.yaml."""

from __future__ import annotations

import email.utils
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..base import disk, files
from ..base.settings import Settings
from ..workspace.discovery import MANIFEST
from ..workspace.epoch import Commits, override_epoch, source_epoch
from ..workspace.manifest import ManifestError, read_manifest
from ..workspace.package import Package, Plan
from ..workspace.plan import active
from . import bloom_corrections, cmake_arguments, colcon_pkg, control, overrides, saved_edits, user_files, versions
from .bloom_adapter import Bloom, BloomError
from .overrides import Fields, Override
from .prepared import Prepared
from .user_files import Tree, TreeFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    import catkin_pkg.package

# The build farm adds ros_workspace, which owns setup.sh, to every package but these.
_BELOW_ROS_WORKSPACE = ("ament_cmake_core", "ament_package", "ros_workspace")
_FASTRTPS = ("rosidl_typesupport_fastrtps_c", "rosidl_typesupport_fastrtps_cpp")
_UNUSABLE = (BloomError, ManifestError, bloom_corrections.AdaptError, overrides.OverrideError, control.ControlError,
             user_files.UserFileError, versions.VersionError, OSError, UnicodeDecodeError)


class Preparer:
    def __init__(self, settings: Settings, plan: Plan, resolved: Mapping[str, list[str]], setup: Sequence[str],
                 commits: Commits, warn: Callable[[str, str, str], None]) -> None:
        """resolved: key -> names for apt. setup: the package with the set-up files of the prefix, if it is ours."""
        self._settings, self._commits = settings, commits
        self._by_name = {package.name: package for package in plan.present}
        self._resolved, self._setup = resolved, setup
        self._warn = warn
        self._bloom: Bloom | None = None
        self._relations: set[str] = set()  # of the package at hand: names that need not exist
        self._generated: Tree = {}  # of the package at hand: before the user's edits

    def prepare(self, package: Package) -> Prepared:
        """Write the debian/ directory, or return why there is none."""
        try:
            target = os.path.join(self._settings.prepared, package.name)
            files.make_empty_directory(target)
            override = overrides.find(self._settings.debian_dirs, package.name)
            source = os.path.join(self._settings.source, package.path)
            tree = self._complete(package, override.whole) if override.whole \
                else self._generate(package, override, source)
            user_files.write_tree(os.path.join(target, "debian"), tree)
            return Prepared(method=self._method(tree, override), binaries=_binaries(tree), for_all=_is_for_all(tree),
                            epoch=self._epoch(package),
                            version=versions.of_changelog(tree["changelog"].data.decode()),
                            loose=sorted(versions.versioned(_stanzas(tree))) if override.whole
                            else override.fields.loose_depends,
                            dh_options=bloom_corrections.dh_options(tree), patches=_copy_patches(override, target))
        except _UNUSABLE as error:
            if isinstance(error, OSError) and disk.full(disk.places(self._settings), error):
                raise  # no package can be prepared
            return Prepared(error=str(error))

    def _complete(self, package: Package, directory: str) -> Tree:
        """The user's own debian/ directory, and what it may leave out."""
        tree = user_files.read_users(directory, user_files.roots(self._settings))
        if os.path.basename(directory) != "debian":
            # debian_dirs/<package>/control and rules: the debian/ beside them is another directory.
            tree = {name: file for name, file in tree.items() if not name.startswith("debian/")}
        tree["rules"] = TreeFile(tree["rules"].data, executable=True)
        stanzas = _stanzas(tree)
        compat = any(relation.startswith("debhelper-compat") for relation in control.build_relations(stanzas))
        if "compat" not in tree and not compat:
            tree["compat"] = TreeFile(b"13\n")
        if "changelog" not in tree:
            tree["changelog"] = TreeFile(_changelog(stanzas, package, self._epoch(package)).encode())
        return tree

    def _generate(self, package: Package, override: Override, source: str) -> Tree:
        """bloom's debian/ directory, corrected, with the user's edits."""
        manifest, _warnings = read_manifest(source, self._settings.conditions)
        work = os.path.join(self._settings.prepared, ".bloom")
        files.make_empty_directory(work)
        if self._bloom is None:
            self._bloom = Bloom(self._settings, self._debian_names)
        self._relations = set(package.keys.relations)
        self._bloom.generate(manifest, package, work, self._epoch(package), *self._additions(manifest, package))
        tree = user_files.read_tree(os.path.join(work, "debian"))
        self._generated = bloom_corrections.adapt(tree, self._settings, package, self._with_arguments(package, override.fields))
        digest = saved_edits.digest(files.read_bytes(os.path.join(source, MANIFEST), follow=True))
        saved = os.path.join(self._settings.debian_dirs, package.name, "debian")
        # Builds of several targets save to the same directory.
        files.make_directory(self._settings.debian_dirs, follow=True)
        with files.locked(self._settings.debian_dirs + "/"):
            tree, edits, stale = saved_edits.merge(saved, self._generated, digest, user_files.roots(self._settings))
        if stale:
            self._warn("override_stale", "debian_dirs/%s/debian: %s was edited for an older package.xml. Check the edit, "
                       "and save the file again to silence this." % (package.name, ", ".join(stale)), package.name)
        self._report_source_debian(package, os.path.join(source, "debian"), {**self._generated, **edits})
        return tree

    def _with_arguments(self, package: Package, fields: Fields) -> Fields:
        """The last argument wins: what is said for this build wins over what is said for the package, as in colcon."""
        arguments, unused = colcon_pkg.read(self._settings.source, package)
        if unused:
            self._warn("colcon_meta", unused, package.name)
        return replace(fields, cmake_args=[*arguments, *cmake_arguments.of_meta(self._settings, package), *fields.cmake_args,
                                           *cmake_arguments.of_options(self._settings, package)])

    def _report_source_debian(self, package: Package, directory: str, used: Tree) -> None:
        """Name the files of a debian/ directory in the source that the package is built without."""
        unused = [name for name, file in user_files.read_tree(directory).items()
                  if name not in used or self._generated.get(name) == used[name] != file]
        if unused:
            self._warn("source_debian", "src/%s/debian is not used (%s). To use its files, copy them into "
                       "debian_dirs/%s/debian." % (package.path, ", ".join(unused), package.name), package.name)

    def _method(self, tree: Tree, override: Override) -> str:
        if override.whole or not _needs_no_root(tree):
            return "dpkg-buildpackage"
        # Additions of the user may depend on any step of debhelper.
        fast = self._settings.fast and not self._settings.debug_symbols and tree == self._generated \
            and not override.fields.rules_append and bloom_corrections.dh_options(tree) is not None
        return "fast" if fast else "rules"

    def _debian_names(self, name: str) -> list[str]:
        """The workspace first, then rosdep. Other names need not exist: those of conflicts and replaces, and of tests
        that are not run."""
        if name in self._by_name:
            return [self._by_name[name].deb]
        if name in self._resolved:
            return self._resolved[name]
        return [self._settings.deb_name(name)] if name in self._relations else []

    def _additions(self, manifest: catkin_pkg.package.Package, package: Package) -> tuple[list[str], list[str]]:
        """(Build-Depends, Depends) beyond the manifest: group members, and what the build farm adds if it exists."""
        build = [self._by_name[name].deb for name in package.group_members]
        run = self._ros_workspace(package)
        if "rosidl_interface_packages" in [group.name for group in active(manifest.member_of_groups)]:
            for key in _FASTRTPS:
                build += self._resolved.get(key, [])
        return build + run, [*run, *self._setup]

    def _ros_workspace(self, package: Package) -> list[str]:
        """The distribution's own package with the set-up files of the prefix."""
        if "ros_workspace" in self._by_name:
            return [self._by_name["ros_workspace"].deb] if "ros_workspace" in package.deps else []
        if self._settings.ros_version != "2" or package.name in _BELOW_ROS_WORKSPACE:
            return []
        return self._resolved.get("ros_workspace", [])

    def _epoch(self, package: Package) -> int:
        """The date of the package and of its stamp: of the newest change of the source or the override."""
        if self._settings.source_date_epoch.isdigit():
            return int(self._settings.source_date_epoch)
        directory = os.path.join(self._settings.debian_dirs, package.name)
        paths = [os.path.join(directory, name) for name in overrides.users_files(self._settings, package.name)]
        return max(source_epoch(self._settings.source, package.path, self._commits),
                   override_epoch(package.name, paths, self._commits))


def _stanzas(tree: Tree) -> list[control.Stanza]:
    return control.parse(tree["control"].data.decode())


def _binaries(tree: Tree) -> list[str]:
    names = control.binary_names(_stanzas(tree))
    if not names:
        raise control.ControlError("debian/control describes no binary package")
    return names


def _is_for_all(tree: Tree) -> bool:
    return all(stanza.get("Architecture") == "all" for stanza in _stanzas(tree) if "Package" in stanza)


def _needs_no_root(tree: Tree) -> bool:
    stanzas = _stanzas(tree)
    return bool(stanzas) and stanzas[0].get("Rules-Requires-Root") == "no"


def _copy_patches(override: Override, target: str) -> list[str]:
    """Returns for each patch its name, and where override.yaml has it."""
    for number, patch in enumerate(override.fields.patches):
        files.make_directory(os.path.join(target, "patches"))
        # A patch of the user's may be a link.
        content = files.read_bytes(os.path.join(override.directory, patch), follow=True)
        files.replace(os.path.join(target, "patches", "%03d.patch" % number), content)
    return ["%s (%s)" % (patch, override.fields.place("patches", patch)) for patch in override.fields.patches]


def _changelog(stanzas: list[control.Stanza], package: Package, epoch: int) -> str:
    source = stanzas[0]
    return "%s (%s) unstable; urgency=medium\n\n  * Built by colcon-deb from version %s.\n\n -- %s  %s\n" % (
        source.get("Source", package.deb), package.deb_version, package.version,
        source.get("Maintainer", "colcon-deb <root@localhost>"), email.utils.formatdate(epoch))
