# SPDX-License-Identifier: Apache-2.0
"""A debian/ directory for every package: the user's own, or bloom's with the user's edits and override.yaml."""

import os
import shutil

from ..workspace.discovery import MANIFEST
from ..workspace.epoch import source_epoch
from ..workspace.manifest import ManifestError, read_manifest
from ..workspace.plan import active
from . import bloom_corrections, control, overrides, saved_edits
from .bloom_adapter import Bloom, BloomError

# The farm adds ros_workspace, which owns setup.sh, to everything but what ros_workspace itself is made of.
_BELOW_ROS_WORKSPACE = ("ament_cmake_core", "ament_package", "ros_workspace")
_FASTRTPS = ("rosidl_typesupport_fastrtps_c", "rosidl_typesupport_fastrtps_cpp")
_UNUSABLE = (BloomError, ManifestError, bloom_corrections.AdaptError, overrides.OverrideError, control.ControlError, OSError,
             UnicodeDecodeError)


class Preparer:
    def __init__(self, settings, plan, resolved, epochs, warn):
        """epochs: package -> the date that an earlier build of the same version has. It is kept, so that a change of the source
        that changes nothing in the package gives the same package, byte for byte."""
        self._settings, self._epochs = settings, epochs
        self._by_name = {package["name"]: package for package in plan["packages"]}
        self._resolved = resolved
        self._warn = warn
        self._bloom = None
        self._pristine = {}

    def prepare(self, package):
        """What the orchestrator needs to know: {"error": text}, or {"binaries": names of the packages, "method": how it is built
        (building/builder.py says what they mean), "dh_options": see bloom_corrections.dh_options(), "epoch": the date of the source}."""
        try:
            target = os.path.join(self._settings.prepared, package["name"])
            shutil.rmtree(target, ignore_errors=True)
            override = overrides.find(self._settings.debian_dirs, package["name"])
            source = os.path.join(self._settings.source, package["path"])
            if os.path.isdir(os.path.join(source, "debian")):
                self._warn("source_debian", "src/%s/debian is not used. To use it, copy it to debian_dirs/%s/debian."
                           % (package["path"], package["name"]), package["name"])
            tree = self._whole(package, override) if override.whole else self._generated(package, override, source)
            saved_edits.write_tree(os.path.join(target, "debian"), tree)
            self._patches(override, target)
            return {"binaries": _binaries(tree), "method": self._method(tree, override), "epoch": self._epoch(package),
                    "dh_options": bloom_corrections.dh_options(tree)}
        except _UNUSABLE as error:
            return {"error": str(error)}

    def _whole(self, package, override):
        tree = saved_edits.read_tree(override.whole)
        tree["rules"] = (tree["rules"][0], True)
        stanzas = control.parse(tree["control"][0].decode())
        compat = any(relation.startswith("debhelper-compat") for relation in control.build_relations(stanzas))
        if "compat" not in tree and not compat:
            tree["compat"] = (b"13\n", False)
        if "changelog" not in tree:
            tree["changelog"] = (_changelog(stanzas, package, self._epoch(package)).encode(), False)
        return tree

    def _generated(self, package, override, source):
        manifest, _warnings = read_manifest(source, self._settings.conditions)
        work = os.path.join(self._settings.prepared, ".bloom")
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        if self._bloom is None:
            self._bloom = Bloom(self._settings, self._debian_names)
        self._bloom.generate(manifest, package, work, self._epoch(package), *self._additions(manifest, package))
        tree = bloom_corrections.adapt(saved_edits.read_tree(os.path.join(work, "debian")), self._settings, package, override.fields)
        with open(os.path.join(source, MANIFEST), "rb") as stream:
            digest = saved_edits.digest(stream.read())
        self._pristine = tree
        tree, stale = saved_edits.merge(os.path.join(self._settings.debian_dirs, package["name"], "debian"), tree, digest)
        if stale:
            self._warn("override_stale", "debian_dirs/%s/debian: %s was edited for an older package.xml. Check the edit, "
                       "and save the file again to silence this." % (package["name"], ", ".join(stale)), package["name"])
        return tree

    def _method(self, tree, override):
        if override.whole or not _needs_no_root(tree):
            return "dpkg-buildpackage"
        # Whatever the user added may count on a step of debhelper.
        fast = self._settings.fast and not self._settings.debug_symbols and tree == self._pristine \
            and not override.fields.get("rules_append") and bloom_corrections.dh_options(tree) is not None
        return "fast" if fast else "rules"

    def _debian_names(self, name):
        """Workspace first, then rosdep. What is left are names that need not exist: of conflicts and replaces, and of tests
        that are not run."""
        if name in self._by_name:
            return [self._by_name[name]["deb"]]
        if name in self._resolved:
            return self._resolved[name]
        return [self._settings.deb_name(name)] if name in self._relations else []

    def _additions(self, manifest, package):
        """(Build-Depends, Depends) beyond the manifest: group members, and what the farm adds, when it is to be had."""
        self._relations = set(package["keys"]["relations"])
        build = [self._by_name[name]["deb"] for name in package["group_members"]]
        run = []
        if self._settings.ros_version == "2" and package["name"] not in _BELOW_ROS_WORKSPACE:
            run = self._resolved.get("ros_workspace", [])
        if "rosidl_interface_packages" in [group.name for group in active(manifest.member_of_groups)]:
            for key in _FASTRTPS:
                build += self._resolved.get(key, [])
        return build + run, run

    @staticmethod
    def _patches(override, target):
        for number, patch in enumerate(override.fields.get("patches", ())):
            os.makedirs(os.path.join(target, "patches"), exist_ok=True)
            shutil.copyfile(os.path.join(override.directory, patch), os.path.join(target, "patches", "%03d.patch" % number))

    def _epoch(self, package):
        return self._epochs.get(package["name"]) or source_epoch(os.path.join(self._settings.source, package["path"]))


def _binaries(tree):
    names = control.binary_names(control.parse(tree["control"][0].decode()))
    if not names:
        raise control.ControlError("debian/control describes no binary package")
    return names


def _needs_no_root(tree):
    stanzas = control.parse(tree["control"][0].decode())
    return bool(stanzas) and stanzas[0].get("Rules-Requires-Root") == "no"


def _changelog(stanzas, package, epoch):
    from email.utils import formatdate
    source = stanzas[0]
    return "%s (%s) unstable; urgency=medium\n\n  * Built by colcon-deb from version %s.\n\n -- %s  %s\n" % (
        source.get("Source", package["deb"]), package["deb_version"], package["version"],
        source.get("Maintainer", "colcon-deb <root@localhost>"), formatdate(epoch))
