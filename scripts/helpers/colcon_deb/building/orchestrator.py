# SPDX-License-Identifier: Apache-2.0
"""Bring all packages of the plan up to date: several at a time, and only those that have changed.

Whether a package has to be built is known only when its dependencies are settled: if a dependency was rebuilt to the
same bytes, its dependents have not changed.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..base import disk, files
from ..base.protocol import Emitter
from ..base.settings import Settings
from ..incremental import fingerprint, portable, reasons
from ..incremental.records import Artifact, Record, Records
from ..packaging.prepared import Prepared
from ..workspace.package import Package, Plan
from ..workspace.source_copy import SourceError
from ..workspace.source_list import SourceList
from . import compiler_warnings, explain, phases, retry
from .builder import Builder, BuildError, Built, Log, NetworkError
from .channel import Channel, Stopped
from .file_owners import FileOwners
from .host_paths import HostPaths
from .progress import Progress, Watcher
from .result import FORMER, Counts, Result
from .schedule import Schedule
from .shared_packages import SharedPackages
from .slots import Slot, Slots
from .standing import BUILT, HELD, NOT_SELECTED, UNCHANGED, Standing
from .stray_files import StrayFiles

_NOTHING_PREPARED = Prepared()
# Of packages in a warning.
_MAX_NAMES = 10
_INTERVAL = 0.1  # seconds between two looks for a slot
# Why a package was skipped, in words.
_SKIPPED = {"dep_failed": "it needs %(cause)s, which failed", "given_up": "%(cause)s failed", "stopped": "the build was "
            "stopped"}


@dataclass(frozen=True)
class _Outcome:
    """What became of a package, from its thread to the main thread."""

    package: Package
    seconds: float
    waited: float  # seconds of these without a slot
    warnings: int  # of compilers
    built: Built | None = None
    error: Exception | None = None


class Orchestrator:
    """After run(): result() has the outcome, and the records are up to date."""

    def __init__(self, settings: Settings, plan: Plan, prepared: Mapping[str, Prepared], records: Records,
                 sources: SourceList | None, slots: Slots, builder: Builder, channel: Channel,
                 owners: FileOwners, strays: StrayFiles, shared: SharedPackages, emitter: Emitter) -> None:
        """prepared: by package. records: those of earlier runs. sources: the host's list, None without one."""
        self._settings, self._prepared, self._records, self._sources = settings, prepared, records, sources
        self._slots, self._builder, self._channel, self._emitter = slots, builder, channel, emitter
        self._owners, self._strays, self._shared = owners, strays, shared
        self._packages = {package.name: package for package in plan.packages}
        self._dependencies = plan.dependencies
        self._standing = Standing(plan.dependencies, settings.repository_allow_stale, builder.former.is_offered)
        self._dependents = {dep for package in plan.packages if self._may_be_built(package) for dep in package.deps}
        self._installed: set[str] = set()
        self._installing = threading.RLock()
        self._watcher = Watcher()
        self._reasons: dict[str, str] = {}  # package -> why it has no package of this run
        self._begun = 0
        self._unsettled = {name for name, package in self._packages.items() if self._may_be_built(package)}
        self._at_work: dict[str, Slot] = {}
        self._outcomes: list[_Outcome] = []
        self._wake, self._wake_in = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopped: Stopped | None = None
        self.counts = Counts()

    def result(self) -> Result:
        states, result = self._standing.states(), dict[str, str]()
        for name, record in self._records.packages.items():
            if name in states or self._records.intact(name):
                result.update(dict.fromkeys(record.debs, states.get(name, FORMER)))
        binaries = {binary for name, package in self._packages.items()
                    for binary in [package.deb, *self._prepared_of(package).binaries, *self._records.binaries(name)]}
        return Result(self.counts, result, sorted(binaries), dict(self._reasons))

    def run(self) -> None:
        """Raises Stopped."""
        self._records.drop(set(self._records.packages) - set(self._packages))
        self._owners.settle_unchanged({name: self._records.intact(name) for name, package in self._packages.items()
                                       if not self._may_be_built(package)})
        expected = self._expected_seconds()
        self._announce(expected)
        self._report_not_rebuilt()
        schedule = Schedule(self._dependencies, expected)
        while schedule or self._at_work:
            while schedule.is_ready and not self._stopped and self._begin_next(schedule):
                pass
            if self._at_work:
                self._await_outcome(wants_slot=schedule.is_ready)
                self._settle_outcomes(schedule)
            if self._stopped and not self._at_work:
                self._skip_rest(schedule.give_up(), "stopped", "")
                raise self._stopped
        self._report_held()

    def _expected_seconds(self) -> dict[str, float]:
        """How long each package will take: as the last time, or by its estimate."""
        known = {name: record.seconds for name, record in self._records.packages.items()}
        return {name: known.get(name, self._prepared_of(package).estimate) if self._may_be_built(package) else 0
                for name, package in self._packages.items()}

    def _announce(self, expected: Mapping[str, float]) -> None:
        """Say what may be built, and how long each package may take."""
        self._emitter.progress("schedule", slots=self._slots.count, cores=len(os.sched_getaffinity(0)),
                               total=len(self._unsettled))
        for name in filter(self._unsettled.__contains__, self._packages):
            self._emitter.progress("package_expected", name=name, ms=int(expected[name] * 1000),
                                   measured=name in self._records.packages)

    def _report_not_rebuilt(self) -> None:
        names = [name for name, package in self._packages.items() if not package.selected
                 and (record := self._records.intact(name)) and record.sources != self._prepared_of(package).sources]
        if names:
            rest = " and %d more" % (len(names) - _MAX_NAMES) if len(names) > _MAX_NAMES else ""
            self._emitter.warning("not_rebuilt", "Not selected, though their sources or the settings have changed since "
                                  "their last build, so the packages of that build are used: %s%s."
                                  % (", ".join(names[:_MAX_NAMES]), rest))

    def _prepared_of(self, package: Package) -> Prepared:
        return self._prepared.get(package.name, _NOTHING_PREPARED)

    def _may_be_built(self, package: Package) -> bool:
        return package.selected and self._prepared_of(package).may_be_built

    def _begin_next(self, schedule: Schedule) -> bool:
        """Begin a package that is ready. Returns whether there was a slot for it."""
        if not self._at_work:
            self._slots.reset()
        if not self._slots.take():
            return False
        package = self._packages[schedule.take()]
        if self._settle_at_once(package):
            schedule.complete(package.name)
            self._slots.give_back()
            return True
        self._begun += 1
        slot = self._at_work[package.name] = Slot(self._slots)
        self._unsettled.discard(package.name)
        self._emitter.progress("package_start", name=package.name, current=self._begun,
                               total=self._begun + len(self._unsettled), reason=self._why(package))
        threading.Thread(target=self._work, args=(package, slot), daemon=True).start()
        return True

    def _settle_at_once(self, package: Package) -> bool:
        """Whether the package does not have to be built, or is not selected."""
        name, record = package.name, self._records.intact(package.name)
        if package.selected:
            if not record or self._settings.force or record.key != self._key(package):
                return False
            if self._may_be_built(package) and not self._owners.settle(name, record.artifacts):
                return False
            self._unsettled.discard(name)
            self._standing.put(name, record, UNCHANGED)
            self.counts.cached += 1
            for artifact in record.artifacts:
                self._emit_artifact(name, artifact)
            self._emitter.progress("package_skip", name=name, reason="cached", log=_log_of(name))
        elif record:
            self._standing.put(name, record, NOT_SELECTED)
        return True

    def _why(self, package: Package) -> str:
        name, prepared = package.name, self._prepared_of(package)
        present = reasons.Present(prepared.environment, prepared.sources, prepared.inputs, self._standing.against(name))
        return reasons.why(self._records.packages.get(name), self._records.intact(name) is not None, present,
                           self._settings.force)

    def _key(self, package: Package) -> str | None:
        """The key of the package as it is now; None, which no record has, while its sources are unknown."""
        inputs = self._prepared_of(package).inputs
        return fingerprint.of_build(inputs, self._standing.outputs(package.name)) if inputs else None

    def _portable(self, package: Package) -> str:
        """See portable.of_build()."""
        return portable.of_build(self._prepared_of(package).portable, self._standing.needed(package.name))

    def _await_outcome(self, wants_slot: bool) -> None:
        watched: list[int | Slots] = [self._wake]
        if wants_slot and not self._stopped:
            watched.append(self._slots)
        select.select(watched, [], [])
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake, 512):
                pass

    def _settle_outcomes(self, schedule: Schedule) -> None:
        while self._outcomes:
            outcome = self._outcomes.pop(0)
            name = outcome.package.name
            self._at_work.pop(name).give_back()
            if outcome.built is not None:
                self._succeeded(outcome, outcome.built)
                schedule.complete(name)
                continue
            assert outcome.error is not None, "an outcome is one or the other"
            self._failed(outcome, outcome.error)
            if isinstance(outcome.error, Stopped):
                self._stopped = outcome.error
                continue
            self._skip_rest(schedule.fail(name), "dep_failed", name)
            if not self._settings.continue_on_error:
                self._skip_rest(schedule.give_up(), "given_up", name)

    def _succeeded(self, outcome: _Outcome, built: Built) -> None:
        package, name, prepared = outcome.package, outcome.package.name, self._prepared_of(outcome.package)
        inputs, before = prepared.inputs, self._records.packages.get(name)
        if self._sources and not self._sources.still_hold(package, self._settings.source):
            inputs = None
            self._emitter.warning("source_changed", "The source of %s changed during its build: the next run builds it "
                                  "again." % name, name)
        taken = built.taken
        record = Record(prepared.sources or "", inputs or "", (self._key(package) or "") if inputs else "", built.version,
                        self._standing.against(name), taken.record.seconds if taken else outcome.seconds - outcome.waited,
                        built.artifacts, prepared.environment or "", self._portable(package) if inputs else "",
                        taken.described if taken else "")
        self._records.put(name, record)
        self._shared.release(name)
        self._owners.keep(name, record.artifacts)
        self._standing.put(name, record, BUILT)
        self.counts.built += 1
        for artifact in record.artifacts:
            self._emit_artifact(name, artifact)
        self._emitter.progress("package_complete", name=name, success=True, ms=int(outcome.seconds * 1000),
                               log=_log_of(name), warnings=outcome.warnings, deb_version=built.version,
                               changed=not before or before.output != record.output,
                               **({"taken": record.taken} if record.taken else {}))

    def _failed(self, outcome: _Outcome, error: Exception) -> None:
        """The record of the last build stays: that package remains in the repository, and is valid for its sources."""
        name = outcome.package.name
        self._owners.release(name)
        self._shared.release(name)
        stopped = isinstance(error, Stopped)
        if stopped:
            self.counts.interrupted += 1
        else:
            self.counts.failed += 1
        self._reasons[name] = "its build was stopped" if stopped else "it failed"
        if not stopped and not self._settings.verbose:
            for line in explain.last_lines(os.path.join(self._settings.output, _log_of(name))):
                self._show(name, line)
        place = error.cause.place if isinstance(error, BuildError) else {}
        self._emitter.progress("package_complete", name=name, success=False, **place, ms=int(outcome.seconds * 1000),
                               error="stopped" if stopped else self._reason(name, error), log=_log_of(name),
                               warnings=outcome.warnings, **({"stopped": True} if stopped else {}))

    def _skip_rest(self, names: Iterable[str], reason: str, cause: str) -> None:
        """These packages cannot be built any more. A package that is not selected stands as it did."""
        rest = set(names)
        # In build order: a package comes after its dependencies.
        for name, package in self._packages.items():
            if name in rest and package.selected:
                self.counts.skipped += 1
                self._unsettled.discard(name)
                self._reasons[name] = _SKIPPED[reason] % {"cause": cause}
                self._emitter.progress("package_skip", name=name, reason=reason, **({"cause": cause} if cause else {}))
            elif name in rest:
                self._settle_at_once(package)

    def _report_held(self) -> None:
        held = sorted(name for name, state in self._standing.states().items() if state == HELD)
        if held:
            self._emitter.warning("held_back", "Not published yet: %s. Packages that were not built now need former "
                                  "versions (%s). Build those too (--packages-above %s), or publish nevertheless "
                                  "(--allow-stale)."
                                  % (", ".join(held), ", ".join(self._standing.stale()), " ".join(held)))

    def _emit_artifact(self, name: str, artifact: Artifact) -> None:
        self._emitter.progress("artifact", name=name, path=artifact.path, size=artifact.size, sha256=artifact.sha256,
                               kind=artifact.kind)

    def _show(self, name: str, line: str) -> None:
        self._emitter.progress("package_output", name=name, msg=self._paths_of(name).of_text(line))

    def _reason(self, name: str, error: Exception) -> str:
        text = disk.explain(error, disk.places(self._settings)) if isinstance(error, OSError) else str(error)
        return explain.bounded(self._paths_of(name).of_text(text))

    def _paths_of(self, name: str) -> HostPaths:
        return HostPaths(self._settings, self._packages[name])

    def _work(self, package: Package, slot: Slot) -> None:
        """In its own thread: build the package, then wake run() with the outcome."""
        started = time.monotonic()
        built: Built | None = None
        error: Exception | None = None
        try:
            built = self._build_with_retries(package, slot)
        except (BuildError, SourceError, OSError, Stopped) as failure:
            error = failure
        except Exception as failure:  # if the thread ended silently, run() would wait for ever
            error = BuildError("internal error of colcon-deb: %s: %s" % (type(failure).__name__, failure))
        self._outcomes.append(_Outcome(package, time.monotonic() - started, slot.waited, self._warnings_of(package), built, error))
        os.write(self._wake_in, b"!")

    def _warnings_of(self, package: Package) -> int:
        # A number is not worth a build: nothing may escape from here.
        with contextlib.suppress(Exception):
            return compiler_warnings.collect(os.path.join(self._settings.output, _log_of(package.name)),
                                             self._paths_of(package.name))
        return 0

    def _build_with_retries(self, package: Package, slot: Slot) -> Built:
        for attempt in itertools.count(1):
            try:
                return self._build(package, slot)
            except NetworkError as error:
                if attempt > self._settings.retries:
                    raise
                self._emitter.progress("package_retry", name=package.name, attempt=attempt + 1,
                                       delay_ms=retry.delay(attempt) * 1000, reason=self._reason(package.name, error))
                retry.wait(attempt)
        raise AssertionError("unreachable")

    def _build(self, package: Package, slot: Slot) -> Built:
        name = package.name
        path = os.path.join(self._settings.output, _log_of(name))
        paths = self._paths_of(name)
        with files.create_log(path) as stream, \
                self._watcher.following(Progress(self._settings, name, path, paths, self._emitter)) as progress:
            log = Log(path, stream, paths, progress)
            try:
                self._check_needs(package)
                taken = self._take(package, slot, log)
                if taken:
                    return taken
                while not slot.take():
                    self._channel.pause(_INTERVAL)
                self._install_needs(package, log)
                built = self._builder.build(package, self._prepared_of(package), self._standing.versions(name), log,
                                            self._install if name in self._dependents else None)
            except (BuildError, SourceError, OSError) as error:
                with contextlib.suppress(OSError):
                    stream.write(("\ncolcon-deb: %s\n" % self._reason(name, error)).encode("utf-8", "replace"))
                raise
        self._installed.add(name)
        return built

    def _take(self, package: Package, slot: Slot, log: Log) -> Built | None:
        """The package as another target has built it; None if it has to be built here.

        While another target builds it, other packages may have the slot. To take a package needs none.
        """
        name, prepared = package.name, self._prepared_of(package)
        if not prepared.for_all:
            return None

        def wait() -> None:
            log.progress.enter(phases.WAIT)
            slot.give_back()
        offers = self._shared.offers(name, self._portable(package), self._records.intact(name), wait)
        taken = (self._builder.take(package, prepared, offer, self._records.packages.get(name), log) for offer in offers)
        return next(filter(None, taken), None)

    def _check_needs(self, package: Package) -> None:
        name = package.name
        missing, needs = self._standing.lacking(name), self._standing.needs(name)
        if missing:
            raise BuildError("it needs %s, which has no package yet: select it too, or use --packages-up-to %s"
                             % (", ".join(missing), name))
        stale = sorted(filter(self._standing.is_stale, needs))
        if stale:
            raise BuildError("it needs %s, whose package was built against former versions of other packages: select it "
                             "too, or use --packages-up-to %s" % (", ".join(stale), name))

    def _install_needs(self, package: Package, log: Log) -> None:
        """Packages of earlier runs are installed only when another package needs them, and so are those of other targets."""
        needs = self._standing.needs(package.name)
        with log.progress.holding(self._installing):
            wanted = sorted(needs - self._installed)
            if not wanted:
                return
            log.progress.enter(phases.NEEDS)
            self._install([os.path.join(self._settings.output, artifact.path) for name in wanted
                           for artifact in self._standing.record(name).artifacts if artifact.kind == "deb"], log)
            self._installed.update(wanted)

    def _install(self, paths: Sequence[str], log: Log) -> None:
        """Dependents need the installed package, so a package that cannot be installed counts as failed."""
        with log.progress.holding(self._installing), self._strays.installing():
            answer = self._channel.install(paths)
        log.stream.write(answer.output.encode("utf-8", "replace"))
        if not answer.ok:
            raise BuildError("the package was built but cannot be installed: %s" % answer.error)


def _log_of(name: str) -> str:
    return "logs/%s.log" % name
