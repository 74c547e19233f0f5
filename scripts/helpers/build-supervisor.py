#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Process 1 of a build container once the image is known to be good. Usage: build-supervisor.py build|list

It stays root and does only what needs root: dependencies are installed before anything of the workspace runs, and finished
packages while it runs (broker.py); what the run made is handed over at its end (handover.py). Everything else is a child
under the build user. Exit 0, 1 or 130, or 75 when the host starts another image in place of this one.
"""

import contextlib
import json
import os
import socket
import sys
import tempfile
import time

HELPERS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HELPERS)

from colcon_deb.base import debname, files  # noqa: E402
from colcon_deb.base.protocol import Emitter, clean  # noqa: E402
from colcon_deb.base.settings import Settings, SettingsError  # noqa: E402
from colcon_deb.building import compiler_cache  # noqa: E402
from colcon_deb.repository import apt_repository  # noqa: E402
from colcon_deb.supervisor import broker, dependency_layer, handover  # noqa: E402
from colcon_deb.supervisor.dialogue import Dialogue, DialogueError  # noqa: E402
from colcon_deb.supervisor.install_requests import Requests  # noqa: E402
from colcon_deb.supervisor.process_one import ProcessOne, Stopped  # noqa: E402

LEFT = 75


class Failed(Exception):
    """A stage failed, and has said why."""


class Left(Exception):
    """The host has an image with the dependencies, and goes on with that."""


class Supervisor:
    """The stages stand in the order in which they run."""

    def __init__(self, mode):
        self._mode = mode
        self._emitter = Emitter()
        self._process = ProcessOne()
        self._dialogue = Dialogue(self._process, self._emitter)
        self._settings = None
        self._plan = None
        self._counts = {"built": 0, "cached": 0, "failed": 0, "skipped": 0}
        self._channel = None

    def run(self):
        """Everything. Returns the exit code."""
        started = time.monotonic()
        try:
            code = self._stages()
        except Left:
            code = LEFT
        except Failed:
            code = 1
        except Stopped as reason:
            if self._channel:
                # The orchestrator takes this as the word to end its own children: root has no right to signal them.
                self._channel.close()
            self._process.end_children()
            self._emitter.log("warning", "Stopped: %s." % reason)
            code = 130
        except Exception as error:  # the host must learn of it, whatever it is
            self._emitter.error("Internal error of colcon-deb: %s: %s" % (type(error).__name__, error))
            code = 1
        self._hand_over()
        if code == LEFT:
            # Another container tells how the build ends.
            return code
        self._read_counts()
        self._emitter.progress("build_complete", success=code == 0, **self._counts, ms=_since(started))
        return code

    def _stages(self):
        self._listen()
        with self._stage("scan"):
            self._scan()
        if self._mode == "list":
            return 0
        with self._stage("dependencies"):
            self._check_directories()
            self._write_plan()
            self._step_as_root("dependency-resolver.py")
            self._install_dependencies()
            self._make_room()
        with self._stage("prepare"):
            self._step_as_builder("debian-preparer.py")
        with self._stage("build") as build:
            with self._compiler_cache():
                build["complete"] = self._build()
        # What was built is worth a repository even when something else was not.
        with self._stage("repository"):
            self._step_as_builder("apt-repository.py")
        return 0 if build["complete"] else 1

    @contextlib.contextmanager
    def _stage(self, name):
        started = time.monotonic()
        self._emitter.progress("stage", value=name)
        outcome = {"success": False}
        try:
            yield outcome
            outcome.setdefault("complete", True)
            outcome["success"] = outcome["complete"]
        except Left:
            outcome["success"] = True
            raise
        finally:
            self._emitter.progress("stage_complete", value=name, success=outcome["success"], ms=_since(started))

    def _listen(self):
        """Take the user's variables from the host, before anything goes by them."""
        if self._mode == "list" or os.environ.get("DEPENDENCY_LAYER") != "1":
            return
        try:
            os.environ.update(self._dialogue.environment())
        except DialogueError as error:
            self._fail(str(error))

    def _scan(self):
        try:
            self._settings = Settings()
        except SettingsError as error:
            self._fail(str(error))
        # Only reads, so it may run as root: the source may be readable for nobody else.
        _code, output = self._process.run(self._python("package-scanner.py"), capture=True)
        try:
            self._plan = json.loads(output)
        except ValueError:
            self._fail("The scan of the workspace ended without a result.")
        for warning in self._plan["warnings"]:
            self._emitter.warning(warning["code"], warning["msg"], warning.get("name"))
        for error in self._plan["errors"]:
            self._emitter.error(error["msg"])
        if self._plan["errors"]:
            raise Failed()
        packages = [package for package in self._plan["packages"] if package["selected"]]
        self._emitter.progress("plan", total=len(packages))
        for package in packages:
            self._emitter.progress("plan_package", name=package["name"], version=package["version"], path=package["path"],
                                   build_type=package["build_type"], deb=package["deb"], deps=" ".join(package["deps"]))

    def _write_plan(self):
        os.makedirs(self._settings.state, exist_ok=True)
        files.write_json(os.path.join(self._settings.state, "plan.json"), self._plan)

    def _install_dependencies(self):
        """Let apt install what is lacking, unless the host has an image that lacks nothing."""
        needs = files.read_json(os.path.join(self._settings.state, "needs.json"))
        relations = needs["relations"]
        foreign = dependency_layer.is_foreign(relations)
        asking = self._settings.dependency_layer and (needs["lacking"] or foreign)
        key = dependency_layer.key_of(relations)
        if asking and self._dialogue.ask("dependencies", ("install", "leave"), key=key, count=len(relations),
                                         foreign=foreign) == "leave":
            raise Left()
        if not needs["lacking"]:
            return
        self._step_as_root("dependency-installer.py")
        # On top of what this workspace does not ask for, no image is worth keeping.
        if asking and not foreign:
            dependency_layer.record(relations)
            with dependency_layer.set_aside(self._settings.state):
                self._dialogue.ask("dependencies_installed", ("continue",), key=key)

    def _make_room(self):
        """Directories of the build. They are made after the dependencies, so that an image of those has nothing of it."""
        settings = self._settings
        for path in (settings.build_root, settings.prepared, settings.finished, os.path.join(settings.state, "builder")):
            os.makedirs(path, exist_ok=True)
            os.chown(path, settings.uid, settings.gid)

    def _check_directories(self):
        """Those of the output, with the rights of the caller."""
        settings = self._settings
        for name, path in (("output", settings.output), ("debian_dirs", settings.debian_dirs)):
            try:
                with files.as_user(settings.uid, settings.gid):
                    if name == "output":
                        for directory in ("debs", "logs"):
                            os.makedirs(os.path.join(path, directory), exist_ok=True)
                        apt_repository.recover(path)
                    with tempfile.TemporaryFile(dir=path):
                        pass
            except OSError as error:
                self._fail("The %s directory cannot be written by the user %d:%d, for whom this builds: %s. Check its owner "
                           "and mode, and the space left." % (name, settings.uid, settings.gid, error.strerror))

    @contextlib.contextmanager
    def _compiler_cache(self):
        """Have what is compiled meanwhile kept, and say how much had been kept before."""
        if not self._settings.compiler_cache:
            yield
            return
        if not compiler_cache.is_installed():
            self._emitter.warning("no_ccache", "The image has no ccache, so that everything is compiled. Add it to the image: "
                                  "apt-get install ccache.")
            yield
            return
        os.chown(compiler_cache.DIRECTORY, self._settings.uid, self._settings.gid)
        self._process.run(list(compiler_cache.MAKE_LINKS))
        before = self._compiler_cache_counts()
        yield
        hits, misses = (max(0, now - then) for now, then in zip(self._compiler_cache_counts(), before))
        self._emitter.progress("compiler_cache", hits=hits, misses=misses)

    def _compiler_cache_counts(self):
        _code, output = self._process.run(self._as_builder(list(compiler_cache.STATISTICS)), capture=True)
        return compiler_cache.counts(output)

    def _build(self):
        """Whether every package was built."""
        ours, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        self._channel = ours
        service = broker.Broker((os.path.join(self._settings.output, "debs"), self._settings.finished),
                                os.path.join(self._settings.state, "install"), self._settings.uid, self._binaries())
        requests = Requests(ours, lambda line: self._answer(service, line), self._process.unwatch)
        command = self._as_builder(self._python("build-orchestrator.py", str(theirs.fileno())))
        code, _output = self._process.run(command, inherit=(theirs.detach(),),
                                          watch={ours.fileno(): requests.receive})
        if code not in (0, 1):
            self._fail("The build orchestrator ended unexpectedly (exit code %d)." % code)
        return code == 0

    def _binaries(self):
        """Names of the packages that may be installed: read before anything of the workspace runs."""
        prepared = files.read_json(os.path.join(self._settings.state, "builder", "prepared.json"))
        return [name for entry in prepared.values() for name in entry.get("binaries", ()) if debname.is_name(name)]

    def _answer(self, service, line):
        try:
            copies = service.take(json.loads(line))
        except (broker.Refused, ValueError, RecursionError) as error:
            self._emitter.warning("install_refused", "A request to install was refused: %s." % error)
            return {"ok": False, "error": "refused: %s" % error, "output": ""}
        shown = ""
        for command in broker.install_commands(copies):
            with tempfile.TemporaryFile() as output:
                code, _captured = self._process.run(["env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *command],
                                                    output=output)
                output.seek(0)
                last = clean(output.read(256 * 1024), 64 * 1024)
            shown += "$ %s\n%s" % (" ".join(command[:1]), last)
            if code == 0:
                return {"ok": True, "output": shown}
        return {"ok": False, "error": broker.reason(last), "output": shown}

    def _step_as_root(self, script):
        code, _output = self._process.run(self._python(script))
        self._check(script, code)

    def _step_as_builder(self, script):
        code, _output = self._process.run(self._as_builder(self._python(script)))
        self._check(script, code)

    def _check(self, script, code):
        if code == 1:
            raise Failed()
        if code:
            self._fail("%s ended unexpectedly (exit code %d)." % (script, code))

    @staticmethod
    def _python(script, *arguments):
        return [sys.executable, "-B", os.path.join(HELPERS, script), *arguments]

    @staticmethod
    def _as_builder(command):
        return ["sh", os.path.join(HELPERS, "user-setup.sh"), *command]

    def _fail(self, message):
        self._emitter.error(message)
        raise Failed()

    def _hand_over(self):
        """However the run ended: what it made with root's rights must not stay root's on the host."""
        settings = self._settings
        if not settings or self._mode == "list":
            return
        handover.end_everything(settings.uid, settings.gid)
        for name, path in (("output", settings.output), ("debian_dirs", settings.debian_dirs)):
            try:
                handover.hand_over(path, settings.uid, settings.gid)
            except (OSError, RecursionError) as error:
                self._emitter.warning("hand_over", "Not everything in the %s directory could be given to the user %d:%d: %s. "
                                      "Something in it may belong to root, or be set-user-id."
                                      % (name, settings.uid, settings.gid, error))

    def _read_counts(self):
        if not self._settings:
            return
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
            result = files.read_json(os.path.join(self._settings.state, "builder", "result.json"))["counts"]
            self._counts = {key: int(result.get(key, 0)) for key in self._counts}


def _since(started):
    return int((time.monotonic() - started) * 1000)


if __name__ == "__main__":
    sys.exit(Supervisor(sys.argv[1]).run())
