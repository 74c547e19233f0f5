# SPDX-License-Identifier: Apache-2.0
"""Build the packages of the plan, one after another in the order of their dependencies.

Each is compiled once, by its own debian/rules, against the installed .deb packages of its dependencies and nothing else of
the workspace: a dependency that is not declared is not there.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import time

from . import debname, explain, files, needed, repository
from .channel import Stopped
from .environment import build_environment, prefix_paths
from .source import SourceError, add_packaging, copy_source

_SPACE_NEEDED = 64 * 1024
_PACKAGE_DIRECTORIES = {"DEBIAN", "bin", "etc", "lib", "lib64", "opt", "sbin", "srv", "usr", "var"}


class BuildError(Exception):
    """Why a package was not built."""


class Builder:
    """After run(): counts {"built", "failed", "skipped"}, and debs, the names of the files that came out."""

    def __init__(self, settings, plan, prepared, channel, emitter, multiarch):
        self._settings, self._plan, self._prepared = settings, plan, prepared
        self._channel, self._emitter, self._multiarch = channel, emitter, multiarch
        self._debs = os.path.join(settings.output, "debs")
        self._needed_by_others = {dep for package in plan["packages"] for dep in package["deps"]}
        # package -> the failed package that is to blame
        self._blame = {}
        self.counts = {"built": 0, "failed": 0, "skipped": 0}
        self.debs = []

    def run(self):
        packages = self._plan["packages"]
        for number, package in enumerate(packages, 1):
            name = package["name"]
            cause = next((self._blame[dep] for dep in package["deps"] if dep in self._blame), None)
            if cause:
                self._blame[name] = cause
                self.counts["skipped"] += 1
                self._emitter.progress("package_skip", name=name, reason="dep_failed", cause=cause)
                continue
            self._emitter.progress("package_start", name=name, current=number, total=len(packages))
            self._one(package)

    def _one(self, package):
        name = package["name"]
        log_name = "logs/%s.log" % name
        log_path = os.path.join(self._settings.output, log_name)
        started = time.monotonic()
        work = os.path.join(self._settings.build_root, name)
        problem, stopped = None, None
        live = files.Follower(log_path, lambda line: self._show(name, line)) if self._settings.verbose else None
        try:
            with files.open_log(log_path) as log:
                artifacts = self._build(package, work, log, log_path, live)
        except Stopped as reason:
            problem, stopped = "stopped", reason
        except (BuildError, SourceError, OSError) as error:
            problem = str(error)
            with contextlib.suppress(OSError), open(log_path, "ab") as log:
                log.write(("\ncolcon-deb: %s\n" % problem).encode("utf-8", "replace"))
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if live:
            live.finish()
        milliseconds = int((time.monotonic() - started) * 1000)
        if problem is None:
            self.counts["built"] += 1
            self.debs += [os.path.basename(artifact["path"]) for artifact in artifacts]
            for artifact in artifacts:
                self._emitter.progress("artifact", name=name, **artifact)
            self._emitter.progress("package_complete", name=name, success=True, ms=milliseconds, log=log_name)
            return
        self.counts["failed"] += 1
        self._blame[name] = name
        for line in explain.last_lines(log_path) if not stopped and not live else []:
            self._show(name, line)
        self._emitter.progress("package_complete", name=name, success=False, ms=milliseconds, error=problem[:1000],
                               log=log_name)
        if stopped:
            raise stopped

    def _show(self, name, line):
        self._emitter.progress("package_output", name=name, msg=line)

    def _build(self, package, work, log, log_path, live):
        prepared = self._prepared.get(package["name"], {"error": "no debian/ directory was prepared"})
        if "error" in prepared:
            raise BuildError(prepared["error"])
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        source = os.path.join(work, "source")
        for text in copy_source(os.path.join(self._settings.source, package["path"]), source, self._settings.source):
            self._emitter.warning("special_file", "%s: it is left out. Only files, directories and links can be built from."
                                  % text, name=package["name"])
        add_packaging(os.path.join(self._settings.prepared, package["name"]), source)
        # The copy is fresh, so nothing is to be cleaned: one pass through debhelper less.
        command = ["dpkg-buildpackage", "-b", "-us", "-uc", "--no-pre-clean"]
        code = self._channel.run(command, live.follow if live else None, cwd=source, stdout=log, stderr=subprocess.STDOUT,
                                 env=build_environment(self._settings, self._multiarch))
        if code:
            full = _full_disk(self._settings.output, self._settings.build_root)
            raise BuildError(full or explain.reason(code, log_path))
        built = self._collect(work, prepared["binaries"])
        self._report_unowned(package, source, built)
        self._report_misplaced(package, source, built)
        published = []
        try:
            for path in built:
                published.append(self._publish(path))
            if package["name"] in self._needed_by_others:
                self._install(published, log)
        except BaseException:
            # A package that failed, or was not finished, leaves debs/ as it was.
            for path in published:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            repository.put_back(self._debs)
            raise
        repository.forget(self._debs)
        return [_artifact(path) for path in published]

    def _collect(self, work, binaries):
        """The .deb files that came out; all of them planned, and at least one."""
        built = []
        for name in sorted(os.listdir(work)):
            binary = debname.package_of(name)
            if not binary or binary.endswith("-dbgsym"):
                continue
            if binary not in binaries:
                raise BuildError("it built %s, which its debian/control did not announce" % name)
            built.append(os.path.join(work, name))
        if not built:
            raise BuildError("it built no .deb package for this architecture")
        return built

    def _report_unowned(self, package, source, built):
        libraries = prefix_paths(self._settings.prefix, self._multiarch)["LD_LIBRARY_PATH"]
        for deb in built:
            binary = debname.package_of(os.path.basename(deb))
            for library, owner in needed.unowned(deb, os.path.join(source, "debian", binary), libraries):
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

    def _publish(self, path):
        """Give the file its final name in the output, whole or not at all, and set aside what it replaces."""
        name = os.path.basename(path)
        final = os.path.join(self._debs, name)
        temporary = os.path.join(self._debs, ".%s.tmp" % name)
        try:
            shutil.copyfile(path, temporary)
            for other in os.listdir(self._debs):
                if debname.package_of(other) == debname.package_of(name):
                    repository.set_aside(self._debs, other)
            os.replace(temporary, final)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise BuildError("the package could not be written to the output directory: %s" % error.strerror) from error
        return final

    def _install(self, published, log):
        """Its dependents are built against the installed package. One that cannot be installed is not built."""
        answer = self._channel.ask({"install": published})
        log.write(str(answer.get("output", "")).encode("utf-8", "replace"))
        if not answer.get("ok"):
            raise BuildError("the package was built but cannot be installed: %s" % answer.get("error", "no reason given"))


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


def _artifact(path):
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return {"path": "debs/" + os.path.basename(path), "size": os.path.getsize(path), "sha256": digest.hexdigest(),
            "kind": "deb"}
