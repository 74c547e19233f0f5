#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Process 1 of a build container, after entrypoint.sh has checked the image.
Usage: build-supervisor.py build|list|shell [SECONDS TEXT]

It stays root and does only what needs root: it installs dependencies before anything of the workspace runs, and
finished packages while it runs (broker.py), and hands the results over at the end (handover.py). Everything else is a
child that runs as the build user. Exit 0, 1 or 130, or 75 when the host continues with another image.

For a shell it makes everything ready, says so, and waits: the host starts the shell beside it, and ends it after that.

SECONDS makes it a standby: it waits so long for the host to begin the build, and prints TEXT first then.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import debname, disk, emulation, files  # noqa: E402
from colcon_deb.base.protocol import Emitter, clean  # noqa: E402
from colcon_deb.base.settings import HELPERS, Settings, SettingsError, read_settings  # noqa: E402
from colcon_deb.building import compiler_cache, test_results  # noqa: E402
from colcon_deb.building.channel import InstallAnswer  # noqa: E402
from colcon_deb.building.result import Counts  # noqa: E402
from colcon_deb.dependencies.apt import AptNeeds  # noqa: E402
from colcon_deb.incremental import records  # noqa: E402
from colcon_deb.packaging.prepared import Prepared  # noqa: E402
from colcon_deb.repository import apt_repository, debs  # noqa: E402
from colcon_deb.supervisor import broker, dependency_layer, handover, load, preloaded  # noqa: E402
from colcon_deb.supervisor.dialogue import Dialogue, DialogueError  # noqa: E402
from colcon_deb.supervisor.install_requests import Requests  # noqa: E402
from colcon_deb.supervisor.process_one import ProcessOne, Stopped  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402

LEFT = 75


class Failed(Exception):
    """A stage failed, and has reported why."""


class Left(Exception):
    """The host has an image with the dependencies, and continues with that image."""


class Supervisor:
    """Its stages are in the order in which they run."""

    def __init__(self, mode: str) -> None:
        self._mode = mode
        self._emitter = Emitter()
        self._process = ProcessOne()
        self._dialogue = Dialogue(self._process, self._emitter)
        self._known_settings: Settings | None = None
        self._plan = Plan([], [], [])
        self._counts = Counts()
        self._preloaded = False
        self._channel: socket.socket | None = None
        self._foreign: dict[str, handover.Foreign] = {}  # by directory of the caller

    @property
    def _settings(self) -> Settings:
        assert self._known_settings is not None, "the scan reads the settings first"
        return self._known_settings

    def stand_by(self, seconds: int, text: str) -> bool:
        """Wait until the host begins the build. Whether it did; until then nothing is printed."""
        preloaded.load()
        self._preloaded = True
        try:
            os.environ.update(self._dialogue.go(seconds))
        except (DialogueError, Stopped):
            return False
        os.write(1, os.fsencode(text + "\n"))
        return True

    def run(self) -> int:
        """Run all stages. Returns the exit code."""
        started = time.monotonic()
        code = self._run_stages()
        self._hand_over()
        if code == LEFT:
            # Another container reports how the build ends.
            return code
        self._read_counts()
        self._emitter.progress("build_complete", success=code == 0, **vars(self._counts), ms=_since(started))
        return code

    def _run_stages(self) -> int:
        try:
            return self._stages()
        except Left:
            return LEFT
        except Failed:
            return 1
        except Stopped as stopped:
            if self._channel:
                # The end of the line tells the orchestrator to end its own children: root has no right to signal them.
                self._channel.close()
            self._process.end_children()
            self._emitter.log("warning", "Stopped: %s." % self._process.why(stopped))
            return 130
        except Exception as error:  # every error must reach the host
            traceback.print_exc()
            self._emitter.error("Internal error of colcon-deb: %s: %s. Please report it, with the output of --verbose."
                                % (type(error).__name__, error))
            return 1

    def _stages(self) -> int:
        self._listen()
        with self._stage("scan"):
            self._scan()
        if self._mode == "list":
            return 0
        with self._stage("dependencies"):
            self._measure_emulation()
            self._check_directories()
            self._write_plan()
            self._step_as_root("dependency-resolver.py")
            self._install_dependencies()
            self._make_directories()
        if self._mode == "shell":
            return self._stages_of_shell()
        # The dialogue with the host has ended.
        with load.reported(self._emitter):
            return self._stages_of_builder()

    def _stages_of_shell(self) -> int:
        with self._stage("prepare"):
            self._step_as_builder("debian-preparer.py", "shell")
            if self._run_with_broker("shell-preparer.py") != 0:
                raise Failed()
        with contextlib.suppress(Stopped), self._compiler_cache():
            self._emitter.progress("shell_ready")
            self._process.await_stop()
        return 0

    def _stages_of_builder(self) -> int:
        with self._stage("prepare"):
            self._step_as_builder("debian-preparer.py")
        with self._stage("build") as build:
            with self._compiler_cache():
                build.complete = self._build()
        # Finished packages get a repository even when others failed.
        with self._stage("repository"):
            self._step_as_builder("apt-repository.py")
        return 0 if build.complete else 1

    @contextlib.contextmanager
    def _stage(self, name: str) -> Iterator[_Stage]:
        started = time.monotonic()
        self._emitter.progress("stage", value=name)
        stage, success = _Stage(), False
        try:
            yield stage
            success = stage.complete
        except Left:
            success = True
            raise
        finally:
            self._emitter.progress("stage_complete", value=name, success=success, ms=_since(started))

    def _listen(self) -> None:
        """Get the user's variables from the host, before any setting is read."""
        if self._mode == "list" or os.environ.get("DEPENDENCY_LAYER") != "1":
            return
        try:
            variables = self._dialogue.environment()
            os.environ.update(variables)
            # They may change what Python is, and what it loads from where.
            self._preloaded = self._preloaded and not variables
        except DialogueError as error:
            self._fail(str(error))

    def _scan(self) -> None:
        try:
            self._known_settings = read_settings()
        except SettingsError as error:
            self._fail(str(error))
        # The scan only reads, so it may run as root: the build user may have no right to read the source.
        _code, output = self._process.run(self._step("package-scanner.py"), capture=True)
        try:
            self._plan = Plan.from_json(json.loads(output))
        except ValueError:
            self._fail("Scanning the workspace: package-scanner.py ended without a result.")
        for warning in self._plan.warnings:
            self._emitter.warning(warning.code, warning.msg, warning.name)
        for fault in self._plan.errors:
            self._emitter.error(fault.msg)
        if self._plan.errors:
            raise Failed()
        packages = [package for package in self._plan.packages if package.selected]
        self._emitter.progress("plan", total=len(packages))
        for package in packages:
            self._emitter.progress("plan_package", name=package.name, version=package.version, path=package.path,
                                   build_type=package.build_type, deb=package.deb, deps=" ".join(package.deps))

    def _measure_emulation(self) -> None:
        """Find out how much slower this container is. The other helpers read it from their environment."""
        if not self._settings.emulated:
            return
        slowdown = emulation.measure(lambda command: self._process.run(command)[0])
        os.environ["SLOWDOWN"] = str(slowdown)
        self._known_settings = read_settings()
        self._emitter.log("info", "Emulated: compiling takes about %d times as long as for this machine's own architecture, "
                          "and so may every time-out." % slowdown)

    def _check_directories(self) -> None:
        """Check the directories of the caller, with the caller's rights."""
        settings = self._settings
        for path in (settings.repository, settings.debian_dirs):
            self._note_foreign(path)
            try:
                with files.as_user(settings.uid, settings.gid):
                    # A build may be at work in the output while a shell is open.
                    if path == settings.repository and self._mode != "shell":
                        self._tidy_output()
                    with tempfile.TemporaryFile(dir=path) as stream:
                        stream.write(b"colcon-deb")
            except files.InTheWay as error:
                self._fail("%s." % error)
            except OSError as error:
                self._fail(self._cannot_write(path, error))

    def _note_foreign(self, path: str) -> None:
        """Record which files belong to others. If that is unknown, the directory is not handed over at the end."""
        try:
            self._foreign[path] = handover.foreign(path, self._settings.uid)
        except OSError as error:
            self._warn_of_hand_over(path, error)

    def _tidy_output(self) -> None:
        """Make its directories, and remove what an interrupted run has left."""
        settings = self._settings
        tested = (test_results.DIRECTORY,) if settings.run_tests else ()
        for name in ("debs", "logs", *tested, records.DIRECTORY):
            files.make_directory(os.path.join(settings.output, name), below=settings.repository)
        files.clear_temporaries(os.path.join(settings.output, records.DIRECTORY), ".json")
        debs.recover(os.path.join(settings.output, "debs"))
        apt_repository.recover_at_once(settings.repository)

    def _cannot_write(self, path: str, error: OSError) -> str:
        place = {path: disk.places(self._settings)[path]}
        advice = "Free some" if disk.full(place, error) else "Check its owner and mode"
        return "The user %d:%d, for whom this builds, cannot write to %s: %s. %s." % (
            self._settings.uid, self._settings.gid, files.shown(path), disk.explain(error, place), advice)

    def _write_plan(self) -> None:
        files.make_directory(self._settings.state)
        files.write_json(os.path.join(self._settings.state, "plan.json"), self._plan.to_json())

    def _install_dependencies(self) -> None:
        """Let apt install what is missing, unless the host has an image in which nothing is missing."""
        needs = self._read_needs()
        foreign = dependency_layer.is_foreign(needs.relations)
        asking = self._settings.dependency_layer and (needs.lacking or foreign)
        key = dependency_layer.key_of(needs.relations)
        if asking and self._dialogue.ask("dependencies", ("install", "leave"), key=key, count=len(needs.relations),
                                         foreign=foreign) == "leave":
            raise Left()
        if not needs.lacking:
            return
        # apt may replace what is loaded.
        self._preloaded = False
        self._step_as_root("dependency-installer.py")
        # An image that also has foreign packages, or lacks some that apt could not install, is not worth keeping.
        if asking and not foreign and self._read_needs() == needs:
            dependency_layer.record(needs.relations)
            with dependency_layer.set_aside(self._settings.state):
                self._dialogue.ask("dependencies_installed", ("continue",), key=key)

    def _read_needs(self) -> AptNeeds:
        return AptNeeds.from_json(files.read_json(os.path.join(self._settings.state, "needs.json")))

    def _make_directories(self) -> None:
        """For the build. They are made after the dependencies, so that an image with those is without them."""
        settings = self._settings
        for path in (settings.build_root, settings.prepared, settings.finished, os.path.join(settings.state, "builder")):
            files.make_directory(path)
            os.chown(path, settings.uid, settings.gid)

    @contextlib.contextmanager
    def _compiler_cache(self) -> Iterator[None]:
        """Use ccache meanwhile, and report how much it had."""
        if not self._settings.compiler_cache:
            yield
            return
        if not compiler_cache.is_installed():
            self._emitter.warning("no_ccache", "The image has no ccache, so everything is compiled. Add it to the image: "
                                  "apt-get install ccache.")
            yield
            return
        os.chown(compiler_cache.DIRECTORY, self._settings.uid, self._settings.gid)
        self._process.run(list(compiler_cache.MAKE_LINKS))
        before = self._compiler_cache_counts()
        yield
        hits, misses = (max(0, now - then) for now, then in zip(self._compiler_cache_counts(), before))
        self._emitter.progress("compiler_cache", hits=hits, misses=misses)

    def _compiler_cache_counts(self) -> tuple[int, int]:
        _code, output = self._process.run(_as_builder(list(compiler_cache.STATISTICS)), capture=True)
        return compiler_cache.counts(output)

    def _build(self) -> bool:
        """Whether every package was built."""
        return self._run_with_broker("build-orchestrator.py") == 0

    def _run_with_broker(self, script: str) -> int:
        """Run a step as the build user, who may ask for the installation of the workspace's packages meanwhile."""
        ours, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        self._channel = ours
        service = broker.Broker((os.path.join(self._settings.output, "debs"), self._settings.finished),
                                os.path.join(self._settings.state, "install"), self._settings.uid, self._binaries())
        requests = Requests(ours, lambda line: self._answer(service, line).to_json(), self._process.unwatch)
        command = self._step(script, str(theirs.fileno()), as_builder=True)
        code, _output = self._process.run(command, inherit=(theirs.detach(),),
                                          watch={ours.fileno(): requests.receive})
        self._check_code(script, code, expected=(0, 1))
        return code

    def _binaries(self) -> list[str]:
        """Names of the packages that may be installed. They are read before anything of the workspace runs."""
        entries = files.read_json(os.path.join(self._settings.state, "builder", "prepared.json"))
        names = [name for entry in entries.values() for name in Prepared.from_json(entry).binaries]
        names.append(self._settings.setup_deb)
        return [name for name in names if debname.is_name(name)]

    def _answer(self, service: broker.Broker, line: bytes) -> InstallAnswer:
        try:
            copies = service.take(json.loads(line))
        except (broker.Refused, ValueError, RecursionError) as error:
            self._emitter.warning("install_refused", "A request to install was refused: %s." % error)
            return InstallAnswer(ok=False, output="", error="refused: %s" % error)
        shown = last = ""
        for command in broker.install_commands(copies):
            with tempfile.TemporaryFile() as output:
                code, _captured = self._process.run(["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *command],
                                                    output=output)
                output.seek(0)
                last = clean(output.read(256 * 1024), 64 * 1024)
            shown += "$ %s\n%s" % (command[0], last)
            if code == 0:
                return InstallAnswer(ok=True, output=shown)
        return InstallAnswer(ok=False, output=shown, error=broker.reason(last))

    def _step_as_root(self, script: str) -> None:
        code, _output = self._process.run(self._step(script))
        self._check_step(script, code)

    def _step_as_builder(self, script: str, *arguments: str) -> None:
        code, _output = self._process.run(self._step(script, *arguments, as_builder=True))
        self._check_step(script, code)

    def _step(self, script: str, *arguments: str, as_builder: bool = False) -> Sequence[str] | Callable[[], object]:
        """How to run it: in a copy of this process if that has loaded its modules, else as a program."""
        if not self._preloaded or script not in preloaded.SCRIPTS:
            command = _python(script, *arguments)
            return _as_builder(command) if as_builder else command

        def call() -> None:
            if as_builder:
                preloaded.become(self._settings.uid, self._settings.gid)
            preloaded.run(script, *arguments)
        return call

    def _check_step(self, script: str, code: int) -> None:
        self._check_code(script, code, expected=(0, 1))
        if code == 1:
            raise Failed()

    def _check_code(self, script: str, code: int, expected: Sequence[int]) -> None:
        if code not in expected:
            self._fail("%s ended unexpectedly (exit code %d)." % (script, code))

    def _fail(self, message: str) -> None:
        self._emitter.error(message)
        raise Failed()

    def _hand_over(self) -> None:
        """Whatever the run made with root's rights must not stay root's on the host."""
        settings = self._known_settings
        if not settings or self._mode == "list":
            return
        handover.end_everything(settings.uid, settings.gid)
        for path, foreign in self._foreign.items():
            try:
                handover.hand_over(path, settings.uid, settings.gid, foreign)
            except OSError as error:
                self._warn_of_hand_over(path, error)

    def _warn_of_hand_over(self, path: str, error: OSError) -> None:
        self._emitter.warning("hand_over", "Giving the %s directory to the user %d:%d failed: %s. Files in it may belong "
                              "to root, or be set-user-id."
                              % (files.shown(path), self._settings.uid, self._settings.gid, error))

    def _read_counts(self) -> None:
        """Of the orchestrator, as far as it got. What it did not come to counts as skipped."""
        if not self._known_settings or self._mode != "build":
            return
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
            result = files.read_json(os.path.join(self._known_settings.state, "builder", "result.json"))
            self._counts = Counts.from_json(result["counts"])
        planned = sum(package.selected for package in self._plan.packages)
        self._counts.skipped += max(0, planned - sum(vars(self._counts).values()))


class _Stage:
    """A stage that ended without an error counts as a success, unless it is marked as incomplete."""

    complete = True


def _python(script: str, *arguments: str) -> list[str]:
    return [sys.executable, "-B", os.path.join(HELPERS, script), *arguments]


def _as_builder(command: Sequence[str]) -> list[str]:
    return ["sh", os.path.join(HELPERS, "user-setup.sh"), *command]


def _since(started: float) -> int:
    return int((time.monotonic() - started) * 1000)


def main(mode: str, seconds: str | None = None, text: str = "") -> int:
    supervisor = Supervisor(mode)
    if seconds is not None and not supervisor.stand_by(int(seconds), text):
        return 0
    return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
