# SPDX-License-Identifier: Apache-2.0
"""Build one package: compiled once, by its own debian/rules, against the installed .deb packages of its dependencies.

Several run at a time, each in a thread of its own; what they share is the channel to root and the output directory.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess

from ..base import debname
from ..packaging import undeclared_libraries
from ..packaging.bloom_corrections import FAST_TARGET
from ..workspace.source_copy import add_packaging, copy_source
from . import explain
from .channel import TookTooLong
from .environment import prefix_paths

_SPACE_NEEDED = 64 * 1024
_PACKAGE_DIRECTORIES = {"DEBIAN", "bin", "etc", "lib", "lib64", "opt", "sbin", "srv", "usr", "var"}


class BuildError(Exception):
    """Why a package was not built."""


class NetworkError(BuildError):
    """The same, and it was not the package's doing: it may be built the next time."""


class Builder:
    def __init__(self, settings, machine, environment, channel, emitter):
        """environment: of debian/rules, see environment.build_environment()."""
        self._settings, self._machine, self._environment = settings, machine, environment
        self._channel, self._emitter = channel, emitter
        self._debs = os.path.join(settings.output, "debs")

    def build(self, package, prepared, log, log_path, install, live):
        """Artifacts of the package, which are in debs/ then.

        prepared: what the preparer said of it. install: called with the paths of the .deb files before they get there, None if
        nothing else needs them. live: files.Follower of the log, or None. Raises BuildError, SourceError or OSError.
        """
        if "error" in prepared:
            raise BuildError(prepared["error"])
        if "method" not in prepared:
            raise BuildError("no debian/ directory was prepared for it, although it has to be built: an error of colcon-deb")
        work = os.path.join(self._settings.build_root, package["name"])
        shutil.rmtree(work, ignore_errors=True)
        try:
            source = self._make_source(package, work)
            self._make(prepared, source, log, log_path, live)
            built = self._collect(work, prepared["binaries"])
            self._report_unowned(package, source, built)
            self._report_misplaced(package, source, built)
            finished = [self._finish(path) for path in built]
            if install:
                install([path for path in finished if _kind(path) == "deb"], log)
            return [_artifact(self._publish(path)) for path in finished]
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _make_source(self, package, work):
        os.makedirs(work)
        source = os.path.join(work, "source")
        for text in copy_source(os.path.join(self._settings.source, package["path"]), source, self._settings.source):
            self._emitter.warning("special_file", "%s: it is left out. Only files, directories and links can be built from."
                                  % text, name=package["name"])
        add_packaging(os.path.join(self._settings.prepared, package["name"]), source)
        return source

    def _make(self, prepared, source, log, log_path, live):
        """By the method that the preparer chose:

        dpkg-buildpackage   for what the user made: it may need anything.
        rules               what dpkg-buildpackage runs, without the .buildinfo and .changes files that nobody reads here.
        fast                the same package without the steps of debhelper that are idle in it (fast-package.py).

        The copy is fresh, so nothing is to be cleaned.
        """
        if prepared["method"] == "dpkg-buildpackage":
            self._run(["dpkg-buildpackage", "-b", "-us", "-uc", "--no-pre-clean"], {}, source, log, log_path, live)
            return
        if prepared["method"] == "fast":
            options = {"DH_INTERNAL_OPTIONS": "\x1e".join("-O" + self._expanded(option) for option in prepared["dh_options"])}
            self._run(["sh", "-c", "dpkg-checkbuilddeps && exec debian/rules %s" % FAST_TARGET], options, source, log, log_path,
                      live)
            if _debs_in(os.path.dirname(source)):
                return
        self._run(["sh", "-c", "dpkg-checkbuilddeps && exec debian/rules binary"], {}, source, log, log_path, live)

    def _expanded(self, option):
        """As make would: the names in it are those that dpkg-architecture knows."""
        for name, value in self._machine.variables.items():
            option = option.replace("$(%s)" % name, value)
        return option

    def _run(self, command, variables, source, log, log_path, live):
        log.write(("$ %s\n" % " ".join(command)).encode())
        killed = explain.killed_for_memory()
        try:
            code = self._channel.run(command, live.follow if live else None, self._settings.package_timeout, cwd=source,
                                     stdout=log, stderr=subprocess.STDOUT, env=dict(self._environment, **variables))
        except TookTooLong as error:
            raise BuildError("it took longer than %d s (package_timeout)" % self._settings.package_timeout) from error
        if not code:
            return
        full = _full_disk(self._settings.output, self._settings.build_root)
        if full:
            raise BuildError(full)
        if explain.killed_for_memory() > killed or explain.says_killed(log_path):
            raise BuildError("out of memory: the system ended a compiler. Build with fewer jobs (--jobs), or give the engine "
                             "more memory")
        kind = NetworkError if explain.says_network(log_path) else BuildError
        raise kind(explain.reason(code, log_path))

    def _collect(self, work, binaries):
        """The .deb files that came out; all of them planned, and at least one."""
        built = []
        for name in _debs_in(work):
            binary = debname.package_of(name)
            if binary.endswith("-dbgsym") and not self._settings.debug_symbols:
                continue
            if binary not in binaries and debname.without_dbgsym(binary) not in binaries:
                raise BuildError("it built %s, which its debian/control did not announce" % name)
            built.append(os.path.join(work, name))
        if not built:
            raise BuildError("it built no .deb package for this architecture")
        return built

    def _report_unowned(self, package, source, built):
        libraries = prefix_paths(self._settings.prefix, self._machine.multiarch)["LD_LIBRARY_PATH"]
        for deb in built:
            binary = debname.package_of(os.path.basename(deb))
            for library, owner in undeclared_libraries.unowned(deb, os.path.join(source, "debian", binary), libraries):
                where = "which belongs to %s" % owner if owner else "which no installed package has"
                self._emitter.warning("undeclared_library", "%s needs %s, %s: no dependency of the package brings it. "
                                      "Declare it in package.xml." % (binary, library, where), name=package["name"])

    def _report_misplaced(self, package, source, built):
        """Some build files ask the system, not the prefix, where to install: then it lands in the home of the build."""
        for deb in built:
            binary = debname.package_of(os.path.basename(deb))
            for path in misplaced(os.path.join(source, "debian", binary)):
                self._emitter.warning("outside_prefix", "%s installs %s, where no package should: its build file does not "
                                      "respect the install prefix. Correct it, or see cmake_args and patches in "
                                      "docs/overrides.md." % (binary, path), name=package["name"])

    def _finish(self, path):
        """Move it to where root takes from: out of the directory that other packages' builds know nothing of."""
        finished = os.path.join(self._settings.finished, os.path.basename(path))
        os.replace(path, finished)
        return finished

    def _publish(self, path):
        """Give the file its final name in the output, whole or not at all, in place of an older version."""
        name = os.path.basename(path)
        final = os.path.join(self._debs, name)
        temporary = os.path.join(self._debs, ".%s.tmp" % name)
        try:
            shutil.copyfile(path, temporary)
            os.replace(temporary, final)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise BuildError("the package could not be written to the output directory: %s" % error.strerror) from error
        finally:
            with contextlib.suppress(OSError):
                os.unlink(path)
        return final


def _debs_in(directory):
    return sorted(name for name in os.listdir(directory) if debname.package_of(name))


def misplaced(staging):
    """First file below each top directory in which no package has business."""
    result = []
    for name in sorted(os.listdir(staging)) if os.path.isdir(staging) else []:
        if name not in _PACKAGE_DIRECTORIES:
            files_below = sorted(os.path.join(path, file) for path, _directories, names in
                                 os.walk(os.path.join(staging, name)) for file in names)
            result += ["/" + os.path.relpath(path, staging) for path in files_below[:1]]
    return result


def _full_disk(*directories):
    """Said first: with a full disk the log breaks off before it can say why."""
    for directory in directories:
        with contextlib.suppress(OSError):
            if shutil.disk_usage(directory).free < _SPACE_NEEDED:
                return "no space left on the disk of %s" % directory.replace("/workspace/output", "the output directory")
    return None


def _kind(path):
    return "dbgsym" if debname.package_of(os.path.basename(path)).endswith("-dbgsym") else "deb"


def _artifact(path):
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return {"path": "debs/" + os.path.basename(path), "size": os.path.getsize(path), "sha256": digest.hexdigest(),
            "kind": _kind(path)}
