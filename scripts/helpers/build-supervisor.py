#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Process 1 of a build container once the image is known to be good. Usage: build-supervisor.py build|list

It stays root and does only what needs root: dependencies are installed before anything of the workspace runs, and finished
packages while it runs (broker.py); what the run made is handed over at its end (handover.py). Everything else is a child
under the build user. Exit 0, 1 or 130.
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

from colcon_deb import broker, debname, files, handover, repository  # noqa: E402
from colcon_deb.process_one import ProcessOne, Stopped  # noqa: E402
from colcon_deb.protocol import Emitter, clean  # noqa: E402
from colcon_deb.requests import Requests  # noqa: E402
from colcon_deb.settings import Settings, SettingsError  # noqa: E402



class Failed(Exception):
    """A stage failed, and has said why."""


class Supervisor:
    """The stages stand in the order in which they run."""

    def __init__(self, mode):
        self._mode = mode
        self._emitter = Emitter()
        self._process = ProcessOne()
        self._settings = None
        self._plan = None
        self._counts = {"built": 0, "cached": 0, "failed": 0, "skipped": 0}
        self._channel = None

    def run(self):
        """Everything. Returns the exit code."""
        started = time.monotonic()
        try:
            code = self._stages()
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
        self._read_counts()
        self._emitter.progress("build_complete", success=code == 0, **self._counts, ms=_since(started))
        return code

    def _stages(self):
        with self._stage("scan"):
            self._scan()
        if self._mode == "list":
            return 0
        with self._stage("dependencies"):
            self._make_room()
            self._step_as_root("dependency-installer.py")
        with self._stage("prepare"):
            self._step_as_builder("debian-preparer.py")
        with self._stage("build") as build:
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
        finally:
            self._emitter.progress("stage_complete", value=name, success=outcome["success"], ms=_since(started))

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

    def _make_room(self):
        """Directories of the build, and those of the output with the rights of the caller."""
        settings = self._settings
        for path in (settings.build_root, settings.prepared, settings.finished, os.path.join(settings.state, "builder")):
            os.makedirs(path, exist_ok=True)
            os.chown(path, settings.uid, settings.gid)
        files.write_json(os.path.join(settings.state, "plan.json"), self._plan)
        for name, path in (("output", settings.output), ("debian_dirs", settings.debian_dirs)):
            try:
                with files.as_user(settings.uid, settings.gid):
                    if name == "output":
                        for directory in ("debs", "logs"):
                            os.makedirs(os.path.join(path, directory), exist_ok=True)
                        repository.recover(path)
                    with tempfile.TemporaryFile(dir=path):
                        pass
            except OSError as error:
                self._fail("The %s directory cannot be written by the user %d:%d, for whom this builds: %s. Check its owner "
                           "and mode, and the space left." % (name, settings.uid, settings.gid, error.strerror))

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
