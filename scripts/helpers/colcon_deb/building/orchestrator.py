# SPDX-License-Identifier: Apache-2.0
"""Bring all packages of the plan up to date: several at a time, each as soon as what it needs is there, none without need.

Whether a package has to be built is known only when all that it depends on is settled: if a dependency was built anew and came
out byte for byte as it was, nothing that uses it has changed.
"""

import contextlib
import itertools
import os
import select
import threading
import time

from ..base import files
from ..base.selection import closure
from ..incremental import fingerprint
from ..incremental.records import Record
from ..workspace.source_copy import SourceError
from . import explain, retry
from .builder import BuildError, NetworkError
from .channel import Stopped
from .schedule import Schedule


class Orchestrator:
    """After run(): counts {"built", "cached", "failed", "skipped"}, and debs, the names of the files in debs/ that are current."""

    def __init__(self, settings, plan, prepared, records, sources, slots, builder, channel, emitter):
        """prepared: package -> what the preparer said of it. records: those of earlier runs, which run() brings up to date.
        sources: the host's list, None without one."""
        self._sources = sources
        self._settings, self._prepared, self._records, self._slots = settings, prepared, records, slots
        self._builder, self._channel, self._emitter = builder, channel, emitter
        self._packages = {package["name"]: package for package in plan["packages"]}
        self._dependencies = {package["name"]: package["deps"] for package in plan["packages"]}
        self._dependents = {dep for package in plan["packages"] if self._may_be_built(package) for dep in package["deps"]}
        self._installed, self._installing = set(), threading.Lock()
        self._current = {}
        self._begun, self._at_work = 0, set()
        self._results, self._wake, self._wake_in = [], *os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._stopped = None
        self.counts = {"built": 0, "cached": 0, "failed": 0, "skipped": 0}

    @property
    def debs(self):
        return sorted(deb for record in self._current.values() for deb in record.debs)

    def run(self):
        self._records.drop(set(self._records.packages) - set(self._packages))
        schedule = Schedule(self._dependencies, self._expected())
        while schedule or self._at_work:
            while schedule.is_ready and not self._stopped and self._begin_next(schedule):
                pass
            if self._at_work:
                self._await_result(wants_slot=schedule.is_ready)
                self._settle_results(schedule)
            if self._stopped and not self._at_work:
                raise self._stopped

    def _expected(self):
        """Seconds that each package will take, as far as anybody knows."""
        known = {name: record.seconds for name, record in self._records.packages.items()}
        return {name: known.get(name, self._prepared.get(name, {}).get("estimate", 1)) if self._may_be_built(package) else 0
                for name, package in self._packages.items()}

    def _may_be_built(self, package):
        prepared = self._prepared.get(package["name"], {})
        return package["selected"] and ("method" in prepared or "error" in prepared)

    def _begin_next(self, schedule):
        """Whether there was a slot for it."""
        if not self._at_work:
            self._slots.reset()
        if not self._slots.take():
            return False
        name = schedule.take()
        package = self._packages[name]
        if self._settle_at_once(schedule, package):
            self._slots.give_back()
            return True
        self._begun += 1
        self._at_work.add(name)
        self._emitter.progress("package_start", name=name, current=self._begun,
                               total=sum(map(self._may_be_built, self._packages.values())))
        threading.Thread(target=self._work, args=(package,), daemon=True).start()
        return True

    def _settle_at_once(self, schedule, package):
        """Whether nothing has to be done for it, or nothing can be."""
        name, record = package["name"], self._records.intact(package["name"])
        prepared = self._prepared.get(name, {})
        if package["selected"]:
            if not record or self._settings.force or record.key != self._key(package):
                return False
            self._current[name] = record
            self.counts["cached"] += 1
            for artifact in record.artifacts:
                self._emit_artifact(name, artifact)
            self._emitter.progress("package_skip", name=name, reason="cached", log=_log_of(name))
        elif record:
            if record.inputs != prepared.get("inputs"):
                self._emitter.warning("not_rebuilt", "%s has changed since it was built, and is not selected: its last package "
                                      "is used." % name, name)
            self._current[name] = record
        schedule.complete(name)
        return True

    def _key(self, package):
        """Of the package as it is now; equal to no record's while what it is made of is not known."""
        inputs = self._prepared.get(package["name"], {}).get("inputs")
        if not inputs:
            return None
        return fingerprint.of_build(inputs, {name: self._current[name].output for name in self._needs(package)
                                             if name in self._current})

    def _needs(self, package):
        """Every workspace package that has to be installed to build this one."""
        return closure(package["deps"], self._dependencies)

    def _await_result(self, wants_slot):
        watched = [self._wake] + ([self._slots] if wants_slot and not self._stopped else [])
        select.select(watched, [], [])
        with contextlib.suppress(BlockingIOError):
            while os.read(self._wake, 512):
                pass

    def _settle_results(self, schedule):
        while self._results:
            package, outcome, seconds = self._results.pop(0)
            name = package["name"]
            self._at_work.discard(name)
            self._slots.give_back()
            if isinstance(outcome, list):
                self._succeeded(package, outcome, seconds)
                schedule.complete(name)
                continue
            self._failed(package, outcome, seconds)
            if isinstance(outcome, Stopped):
                self._stopped = outcome
                continue
            for lost in schedule.fail(name):
                self._skip(lost, "dep_failed", name)
            if not self._settings.continue_on_error:
                rest = set(schedule.give_up())
                # In build order: what one needs has been seen before it.
                for given_up in [other for other in self._packages if other in rest]:
                    self._skip(given_up, "given_up", name)

    def _succeeded(self, package, artifacts, seconds):
        name = package["name"]
        inputs = self._prepared[name].get("inputs")
        before = self._records.packages.get(name)
        if self._sources and not self._sources.still_hold(package, self._settings.source):
            inputs = None
            self._emitter.warning("source_changed", "The source of %s was changed while it was built: it is built again the next "
                                  "time." % name, name)
        record = Record(inputs or "", self._key(package) if inputs else "", package["deb_version"],
                        self._prepared[name].get("epoch", 0), seconds, artifacts)
        self._records.put(name, record)
        self._current[name] = record
        self.counts["built"] += 1
        for artifact in artifacts:
            self._emit_artifact(name, artifact)
        self._emitter.progress("package_complete", name=name, success=True, ms=int(seconds * 1000), log=_log_of(name),
                               changed=not before or before.output != record.output)

    def _failed(self, package, error, seconds):
        name = package["name"]
        self.counts["failed"] += 1
        if not isinstance(error, Stopped):
            self._records.drop([name])
            if not self._settings.verbose:
                for line in explain.last_lines(os.path.join(self._settings.output, _log_of(name))):
                    self._show(name, line)
        self._emitter.progress("package_complete", name=name, success=False, ms=int(seconds * 1000),
                               error="stopped" if isinstance(error, Stopped) else str(error)[:1000], log=_log_of(name))

    def _skip(self, name, reason, cause):
        self.counts["skipped"] += 1
        record = self._records.intact(name)
        if reason == "dep_failed":
            self._records.drop([name])
        elif record and record.key == self._key(self._packages[name]):
            # Of what was not looked at, only what still holds stays beside what was built anew.
            self._current[name] = record
        self._emitter.progress("package_skip", name=name, reason=reason, cause=cause)

    def _emit_artifact(self, name, artifact):
        self._emitter.progress("artifact", name=name, **{key: artifact[key] for key in ("path", "size", "sha256", "kind")})

    def _show(self, name, line):
        self._emitter.progress("package_output", name=name, msg=line)

    def _work(self, package):
        """In a thread of its own: the outcome goes to the results, and run() is woken."""
        started = time.monotonic()
        try:
            outcome = self._build_with_retries(package)
        except (BuildError, SourceError, OSError, Stopped) as error:
            outcome = error
        except Exception as error:  # a thread that died silently would leave run() waiting for ever
            outcome = BuildError("internal error of colcon-deb: %s: %s" % (type(error).__name__, error))
        self._results.append((package, outcome, time.monotonic() - started))
        os.write(self._wake_in, b"!")

    def _build_with_retries(self, package):
        for attempt in itertools.count(1):
            try:
                return self._build(package)
            except NetworkError as error:
                if attempt > self._settings.retries:
                    raise
                self._emitter.progress("package_retry", name=package["name"], attempt=attempt + 1,
                                       delay_ms=retry.delay(attempt) * 1000, reason=str(error)[:1000])
                retry.wait(attempt)

    def _build(self, package):
        name = package["name"]
        log_path = os.path.join(self._settings.output, _log_of(name))
        live = files.Follower(log_path, lambda line: self._show(name, line)) if self._settings.verbose else None
        with files.open_log(log_path) as log:
            try:
                self._install_needs(package, log)
                install = self._install if name in self._dependents else None
                artifacts = self._builder.build(package, self._prepared.get(name, {}), log, log_path, install, live)
            except (BuildError, SourceError, OSError) as error:
                with contextlib.suppress(OSError):
                    log.write(("\ncolcon-deb: %s\n" % error).encode("utf-8", "replace"))
                raise
            finally:
                if live:
                    live.finish()
        self._installed.add(name)
        return artifacts

    def _install_needs(self, package, log):
        """What was not built in this run is not installed before something needs it."""
        needs = self._needs(package)
        missing = sorted(name for name in needs if name not in self._current)
        if missing:
            raise BuildError("it needs %s, which has no package yet: select it too, or use --packages-up-to %s"
                             % (", ".join(missing), package["name"]))
        with self._installing:
            wanted = sorted(needs - self._installed)
            if not wanted:
                return
            self._install([os.path.join(self._settings.output, artifact["path"]) for name in wanted
                           for artifact in self._current[name].artifacts if artifact["kind"] == "deb"], log)
            self._installed.update(wanted)

    def _install(self, paths, log):
        """Dependents are built against the installed package. One that cannot be installed is not built."""
        answer = self._channel.ask({"install": paths})
        log.write(str(answer.get("output", "")).encode("utf-8", "replace"))
        if not answer.get("ok"):
            raise BuildError("the package was built but cannot be installed: %s" % answer.get("error", "no reason given"))


def _log_of(name):
    return "logs/%s.log" % name
