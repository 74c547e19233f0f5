# SPDX-License-Identifier: Apache-2.0
"""Build one package: compiled once, by its own debian/rules, against the installed .deb packages of its dependencies.

Several packages are built at a time, each in its own thread. They share the channel to root and the output directory.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import io
import os
import subprocess
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..base import debname, disk, files
from ..base.machine import Machine
from ..base.protocol import Emitter
from ..base.settings import Settings
from ..incremental.given_versions import GivenVersions
from ..incremental.records import Artifact, Record
from ..packaging import deb_content, runpaths, staging, undeclared_libraries, versions
from ..packaging.bloom_corrections import FAST_TARGET, SOURCED
from ..packaging.elf import files_below
from ..packaging.prepared import Prepared
from ..repository.former import FormerPackages
from ..workspace.package import Package
from ..workspace.source_copy import SourceError
from . import explain, git_advice, phases, source_directory, stray_files
from .cause import Cause
from .channel import Channel, TookTooLong
from .environment import prefix_paths
from .file_owners import FileOwners, SharedFile
from .host_paths import HostPaths
from .progress import Progress
from .shared_packages import Shared
from .stray_files import StrayFiles
from .test_report import TestReport

TYPE_CHECKING = False
if TYPE_CHECKING:
    # Installs these package files, and logs to that file.
    Install = Callable[[Sequence[str], "Log"], None]

_PACKAGE_DIRECTORIES = {"DEBIAN", "bin", "etc", "lib", "lib64", "opt", "sbin", "srv", "usr", "var"}


class BuildError(Exception):
    """Why a package was not built."""

    def __init__(self, cause: str | Cause) -> None:
        self.cause = cause if isinstance(cause, Cause) else Cause(cause)
        super().__init__(self.cause.text)


class NetworkError(BuildError):
    """The network failed, not the package: a retry may succeed."""


@dataclass(frozen=True)
class Log:
    """The log of a build."""

    path: str
    stream: io.FileIO
    paths: HostPaths  # for what is shown of it
    progress: Progress


@dataclass(frozen=True)
class Built:
    """A package, as it is in debs/ now."""

    version: str
    artifacts: list[Artifact]
    taken: Shared | None = None  # the package of another target; None if it was built here


class Builder:
    def __init__(self, settings: Settings, machine: Machine, environment: Mapping[str, str], channel: Channel,
                 owners: FileOwners, strays: StrayFiles, emitter: Emitter) -> None:
        """environment: of debian/rules, see environment.build_environment()."""
        self._settings, self._machine, self._environment = settings, machine, environment
        self._channel, self._owners, self._strays, self._emitter = channel, owners, strays, emitter
        self._debs = os.path.join(settings.output, "debs")
        self.former = FormerPackages(settings.output, settings.repository, machine.architecture)
        self._tests = TestReport(settings, emitter)
        self._given = GivenVersions(settings.output, settings.target(machine.architecture))

    def build(self, package: Package, prepared: Prepared, siblings: Mapping[str, str], log: Log,
              install: Install | None) -> Built:
        """Build the package and put its files into debs/.

        siblings: Debian package -> version, of the workspace packages that it is built against.
        install: called with the .deb files before they are put there; None if no other package needs them.
        Raises BuildError or OSError.
        """
        self._tests.begin(package.name)
        if prepared.error is not None:
            raise BuildError(prepared.error)
        if prepared.method is None:
            raise BuildError("internal error of colcon-deb: the package has to be built, but has no prepared debian/ "
                             "directory")
        work = os.path.join(self._settings.build_root, package.name)
        log.progress.enter(phases.COPY)
        try:
            files.make_empty_directory(work)
            source = source_directory.make(self._settings, package, prepared, work, self._emitter)
            former = versions.newest_of(prepared.version, self.former.versions(prepared.binaries))
            version = self._next_version(package, prepared, siblings.values(), former)
            versions.set_version(os.path.join(source, "debian"), version)
            versions.pin(os.path.join(source, "debian"), siblings, prepared.loose)
            try:
                self._make_watched(package, prepared, source, log)
            finally:
                results = self._tests.report(package.name, work, log.path, log.paths)
            self._tests.warn(package.name, results)
            built = self._collect(work, prepared.binaries)
            _refuse_build_runpaths(source, built)
            self._check_owners(package, built)
            self._report_changes(package, source, log)
            self._report_undeclared(package, source, built)
            self._report_misplaced(package, source, built)
            same = self._same(built, version, former, prepared.binaries) if former else []
            if former and not same:
                self._warn_of_difference(package, prepared, siblings.values(), built, former)
            if same:
                log.stream.write(("colcon-deb: it is the same package as version %s, which stays\n" % former).encode())
            finished = same or [self._finish(path) for path in built]
            if same and former:
                version = former
            log.progress.enter(phases.PUBLISH)
            if install:
                install([path for path in finished if _kind(path) == "deb"], log)
            self._given.give(package.name, versions.moment_of(version))
            return Built(version, [_artifact(self._publish(path)) for path in finished])
        except (SourceError, OSError) as error:
            # Before the files of this build go: they may be what fills the disk.
            raise self._unwritten(error) from error
        finally:
            with contextlib.suppress(OSError):
                files.clear(work)

    def take(self, package: Package, prepared: Prepared, shared: Shared, last: Record | None, log: Log) -> Built | None:
        """Put what another target has built into debs/. None if it cannot be used. last: what this target had built.

        The packages that need it install it from debs/, as one of an earlier run. Raises BuildError or OSError.
        """
        record = shared.record
        if not _is_for_all(record, prepared.binaries) or not self._may_give(package, prepared, record, last):
            return None
        with self._verified_copies(shared) as copies:
            if not copies or _shows_one_architecture(copies, shared, log):
                return None
            self._tests.begin(package.name)
            log.stream.write(("colcon-deb: %s, taken: it is for all architectures\n" % shared.described).encode())
            self._check_owners(package, copies)
            log.progress.enter(phases.PUBLISH)
            self._given.give(package.name, versions.moment_of(record.version))
            return Built(record.version, [_artifact(self._publish(path)) for path in copies], shared)

    def _may_give(self, package: Package, prepared: Prepared, record: Record, last: Record | None) -> bool:
        """A version never goes back, and never has another content."""
        if not self._settings.build_stamp:
            return True
        moment, given = versions.moment_of(record.version), self._given.newest(package.name)
        # The repository may have this very file already.
        former = versions.newest_of(prepared.version, self.former.versions(prepared.binaries))
        return moment >= versions.moment_of(former or "") \
            and (moment > given or bool(moment == given and last and last.output == record.output))

    @contextlib.contextmanager
    def _verified_copies(self, shared: Shared) -> Iterator[list[str]]:
        """None if one file is not what its record says. They are compared when nobody can change them any more."""
        copies = [os.path.join(self._settings.finished, artifact.file) for artifact in shared.record.artifacts]
        try:
            verified = all(self._copy_verified(shared.output, artifact) for artifact in shared.record.artifacts)
            yield copies if verified else []
        finally:
            for path in copies:
                with contextlib.suppress(OSError):
                    files.clear(path)

    def _copy_verified(self, output: str, artifact: Artifact) -> bool:
        with contextlib.suppress(OSError):
            return _digest(self._finish_copy(os.path.join(output, artifact.path))) == artifact.sha256
        return False

    def _unwritten(self, error: SourceError | OSError) -> BuildError:
        places = disk.places(self._settings)
        if isinstance(error, OSError):
            return BuildError(disk.explain(error, places))
        cause = error.__cause__
        return BuildError(disk.full(places, cause if isinstance(cause, OSError) else None) or str(error))

    def _next_version(self, package: Package, prepared: Prepared, against: Iterable[str], former: str | None) -> str:
        if not self._settings.build_stamp:
            return prepared.version
        before = max(self._given.newest(package.name), versions.moment_of(former or ""))
        return versions.successor(prepared.version, prepared.epoch, against, before)

    def _same(self, built: Sequence[str], version: str, former: str, binaries: Collection[str]) -> list[str]:
        """The files of the former version, in place of the built ones, if they hold the same packages; else none."""
        result = []
        for path in built:
            file = self.former.file(debname.package_in(os.path.basename(path)), former)
            with contextlib.suppress(deb_content.ContentError):
                if file and deb_content.same(path, version, file, former, binaries):
                    result.append(self._finish_copy(file))
        return result if len(result) == len(built) else []

    def _warn_of_difference(self, package: Package, prepared: Prepared, against: Iterable[str], built: Sequence[str],
                            former: str) -> None:
        """A package for all architectures gets the next version if another target has built it from the same sources with
        another content."""
        if self._given.newest(package.name) or versions.successor(prepared.version, prepared.epoch, against, 0) != former:
            return
        for name in [os.path.basename(path) for path in built]:
            others = self.former.targets(debname.package_in(name), former) \
                if debname.architecture_of(name) == "all" else []
            if others:
                self._emitter.warning("all_differs", "%s (Architecture: all) has another content here than version %s, which "
                                      "was built for %s from the same sources. Its build is not reproducible, or the package "
                                      "is not independent of the architecture."
                                      % (debname.package_in(name), former, ", ".join(map(str, others))), name=package.name)

    def _make_watched(self, package: Package, prepared: Prepared, source: str, log: Log) -> None:
        """Make it, and leave nothing where other packages or later steps would find it."""
        log.progress.enter(phases.CONFIGURE)
        self._strays.begin(package.name, log.path)
        try:
            self._make(prepared, source, log)
        finally:
            strays = self._strays.end(package.name)
        if strays:
            raise BuildError(stray_files.described(strays, self._settings.prefix))
        log.progress.enter(phases.CHECK)

    def _make(self, prepared: Prepared, source: str, log: Log) -> None:
        """By the method that the preparer chose:

        dpkg-buildpackage   for the user's own debian/ directory, which may need anything.
        rules               the same without .buildinfo and .changes files, which nobody reads here.
        fast                the same package without the idle steps of debhelper (fast-package.py).

        The copy is fresh, so there is nothing to clean.
        """
        if prepared.method == "dpkg-buildpackage":
            self._run(["dpkg-buildpackage", "-b", "-us", "-uc", "--no-pre-clean"], {}, source, log)
            return
        if prepared.method == "fast":
            options = "\x1e".join("-O" + self._expanded(option) for option in prepared.dh_options or [])
            self._run(self._rules(FAST_TARGET), {"DH_INTERNAL_OPTIONS": options}, source, log)
            if _debs_in(os.path.dirname(source)):
                return
        self._run(self._rules("binary"), {}, source, log)

    def _rules(self, target: str) -> list[str]:
        """Run debian/rules where the hooks of all installed packages have an effect."""
        setup = self._settings.prefix + "/setup.sh"
        sourced = ". %s && export %s=1 && " % (setup, SOURCED) if os.path.exists(setup) else ""
        return ["sh", "-c", "%sdpkg-checkbuilddeps && exec debian/rules %s" % (sourced, target)]

    def _expanded(self, option: str) -> str:
        """As make expands it: options name variables of dpkg-architecture."""
        for name, value in self._machine.variables.items():
            option = option.replace("$(%s)" % name, value)
        return option

    def _run(self, command: Sequence[str], variables: Mapping[str, str], source: str, log: Log) -> None:
        log.stream.write(("$ %s\n" % " ".join(command)).encode())
        killed = explain.killed_for_memory()
        try:
            code = self._channel.run(command, self._settings.package_seconds, cwd=source, stdout=log.stream,
                                     stderr=subprocess.STDOUT,
                                     env={**self._environment, **source_directory.private_directories(os.path.dirname(source)),
                                          **self._tests.variables(source, self._environment), **variables})
        except TookTooLong as error:
            raise BuildError("it took longer than %d s (package_timeout%s)" % (
                self._settings.package_seconds,
                ", %d times as long under emulation" % self._settings.slowdown if self._settings.slowdown > 1 else "",
            )) from error
        if code:
            raise self._failure(code, log, killed)

    def _failure(self, code: int, log: Log, killed: int) -> BuildError:
        """Why a command ended with that code. killed: killed_for_memory() before it began."""
        # A full disk comes first: the log may break off before its reason.
        full = disk.full(disk.places(self._settings))
        if full:
            return BuildError(full)
        if explain.killed_for_memory() > killed or explain.shows_killed_compiler(log.path):
            return BuildError("out of memory: the kernel killed a compiler. Build with fewer jobs (--jobs), or give the "
                              "engine more memory")
        kind = NetworkError if explain.shows_network_failure(log.path) else BuildError
        return kind(explain.cause(code, log.path, log.paths))

    def _collect(self, work: str, binaries: Collection[str]) -> list[str]:
        """The .deb files that the build made: at least one, and only planned ones."""
        built = []
        for name in _debs_in(work):
            binary = debname.package_in(name)
            if debname.is_dbgsym(binary) and not self._settings.debug_symbols:
                continue
            if binary not in binaries and debname.without_dbgsym(binary) not in binaries:
                raise BuildError("it built %s, which its debian/control does not announce" % name)
            built.append(os.path.join(work, name))
        if not built:
            raise BuildError("it built no .deb package for this architecture")
        return built

    def _report_changes(self, package: Package, source: str, log: Log) -> None:
        """What was changed in the package, or may be missing in it, although it was built."""
        for text in staging.warnings_of(source):
            self._emitter.warning("build_runpath", text + ".", name=package.name)
        advice = git_advice.advice(log.path)
        if advice:
            self._emitter.warning("no_git", advice + ".", name=package.name)

    def _check_owners(self, package: Package, built: Sequence[str]) -> None:
        try:
            self._owners.check(package.name, built)
        except SharedFile as error:
            raise BuildError(str(error)) from error

    def _report_undeclared(self, package: Package, source: str, built: Sequence[str]) -> None:
        libraries = prefix_paths(self._settings.prefix, self._machine.multiarch)["LD_LIBRARY_PATH"]
        # Of vendor packages, whose environment hooks name these directories.
        libraries = libraries + sorted(glob.glob(os.path.join(self._settings.prefix, "opt/*/lib")))
        made = {debname.package_in(os.path.basename(deb)): (deb, _staging(source, deb)) for deb in built}
        for binary, (deb, directory) in made.items():
            siblings = {name: others for name, others in made.items() if name != binary}
            for library, owner in undeclared_libraries.undeclared(deb, directory, libraries, siblings):
                where = "which belongs to %s" % owner if owner else "which no installed package has"
                self._emitter.warning("undeclared_library", "%s needs %s, %s, but does not depend on it. Declare the "
                                      "dependency in package.xml." % (binary, library, where), name=package.name)

    def _report_misplaced(self, package: Package, source: str, built: Iterable[str]) -> None:
        """A build file that asks the system, not the prefix, where to install puts files into the build's home."""
        for deb in built:
            binary = debname.package_in(os.path.basename(deb))
            for path in misplaced(_staging(source, deb)):
                self._emitter.warning("outside_prefix", "%s installs %s, outside the directories of packages: its build "
                                      "file ignores the install prefix. Correct it, or see cmake_args and patches in "
                                      "docs/overrides.md." % (binary, path), name=package.name)

    def _finish(self, path: str) -> str:
        """Move the file to where root takes it from, out of the directory of this build."""
        finished = os.path.join(self._settings.finished, os.path.basename(path))
        files.move(path, finished)
        return finished

    def _finish_copy(self, path: str) -> str:
        copy = os.path.join(self._settings.finished, os.path.basename(path))
        files.replace_by_copy(copy, path)
        return copy

    def _publish(self, path: str) -> str:
        """Put the complete file into the output, in place of an older version."""
        final = os.path.join(self._debs, os.path.basename(path))
        try:
            files.replace_by_copy(final, path)
        except OSError as error:
            why = disk.full(disk.places(self._settings), error) or error.strerror
            raise BuildError("writing the package to the output directory failed: %s" % why) from error
        finally:
            with contextlib.suppress(OSError):
                files.clear(path)
        return final


def _debs_in(directory: str) -> list[str]:
    return sorted(name for name in os.listdir(directory) if debname.package_of(name))


def _staging(source: str, deb: str) -> str:
    """Where the files of a .deb were put together."""
    return os.path.join(source, "debian", debname.package_in(os.path.basename(deb)))


def _refuse_build_runpaths(source: str, built: Iterable[str]) -> None:
    """Generated rules have removed them; in a debian/ directory of the user nothing is changed. Raises BuildError."""
    for deb in built:
        for path, entry in runpaths.into(_staging(source, deb), staging.build_directory(source)):
            raise BuildError("%s in the package has a RUNPATH into the build directory: %s. Set CMAKE_INSTALL_RPATH, or "
                             "remove it in debian/rules (chrpath -d, or cmake's file(RPATH_REMOVE))" % (path, entry))


def misplaced(staging: str) -> list[str]:
    """The first file below each top directory that packages do not install to."""
    result = []
    for name in sorted(os.listdir(staging)) if os.path.isdir(staging) else []:
        if name not in _PACKAGE_DIRECTORIES:
            found = sorted(files_below(os.path.join(staging, name)))
            result += ["/" + os.path.relpath(path, staging) for path in found[:1]]
    return result


def _kind(path: str) -> str:
    return "dbgsym" if debname.is_dbgsym(debname.package_in(os.path.basename(path))) else "deb"


def _is_for_all(record: Record, binaries: Collection[str]) -> bool:
    """Whether the files are of these packages, and for all architectures."""
    return all(debname.architecture_of(file) == "all" and debname.package_of(file) in binaries for file in record.debs)


def _shows_one_architecture(debs: Iterable[str], shared: Shared, log: Log) -> bool:
    """Whether the files say that they are for all architectures, but hold something else."""
    for deb in debs:
        try:
            path = deb_content.of_one_architecture(deb)
        except deb_content.ContentError:
            return True
        if path:
            log.stream.write(("colcon-deb: %s, not taken: %s is of one architecture\n" % (shared.described, path))
                             .encode(errors="surrogateescape"))
            return True
    return False


def _digest(path: str) -> str:
    digest = hashlib.sha256()
    with files.open_file(path) as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _artifact(path: str) -> Artifact:
    status = os.stat(path)
    return Artifact("debs/" + os.path.basename(path), status.st_size, _digest(path), _kind(path), status.st_mtime_ns)
