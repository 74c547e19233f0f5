# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, kill -9, and an engine that goes away: program and container end soon, with the right exit code."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from engine import Engine
from screen import Screen
from support import IMAGE, TOP, WORK, ProgramCase, add_package, import_busybox, is_root, workspace_debs

STARTED = rb"package_start"


class InterruptCase(ProgramCase):
    def start_slow_build(self, *options, **keywords):
        """A build in the middle of its first package, which takes minutes."""
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 600)")
        process = self.start("build", self.workspace, "--image", IMAGE, "--json", *options, **keywords)
        return process, self.read_until(process, STARTED)

    def replace_entrypoint(self, text):
        """A copy of the scripts in which the entry point is replaced by text."""
        self.scripts = self.work / "scripts"
        shutil.copytree(TOP / "scripts", self.scripts)
        entrypoint = self.scripts / "entrypoint.sh"
        entrypoint.write_text(text)
        entrypoint.chmod(0o755)

    def interrupt(self, process, already):
        started = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        return self.finish(process, 60, started, already)


class TestInterrupt(InterruptCase):
    def test_once_stops_cleanly(self):
        process, said = self.start_slow_build()
        outcome = self.interrupt(process, said)
        self.assert_ended(outcome, 130)
        self.assertLess(outcome.seconds, 20)
        self.assertTrue(self.wait_for_no_container(1), "the container is still there after the program has ended")
        self.assertNotIn("the host ", outcome.text)
        self.assertEqual([], list(self.output.glob("debs/*")))
        self.assertIn('"result":"interrupted"', (self.output / "report.html").read_text())

    def test_a_key_that_is_held_down_stops_once(self):
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 600)")
        with Screen(environment=self.environment()) as screen:
            screen.enter(" ".join(self.command(["build", self.workspace, "--image", IMAGE])))
            screen.wait_for(lambda text: "slow  configure" in text, "the row of the package")
            screen.type("qqqqqq")
            screen.wait_for(lambda text: "0 built, 0 failed, 1 interrupted" in text and text.endswith("$"), "the end")
        self.assertEqual("interrupted", json.loads((self.output / "summary.json").read_text())["state"])
        self.assertTrue(self.wait_for_no_container(1))

    def test_terminate_is_the_same(self):
        process, said = self.start_slow_build()
        started = time.monotonic()
        process.terminate()
        outcome = self.finish(process, 60, started, said)
        self.assertIn(outcome.code, (130, 143), outcome)
        self.assertTrue(self.wait_for_no_container(1))

    def test_twice_kills(self):
        """A container that ignores signals: the first Ctrl-C waits for it, the second does not."""
        self.replace_entrypoint(
            "#!/bin/sh\ntrap '' TERM INT\n"
            "echo ::progress::type=hello,proto=1,mode=build,distro=rolling,arch=amd64,os=debian,codename=bookworm\n"
            "echo ::progress::type=package_start,name=deaf,current=1,total=1\n"
            "while :; do sleep 1; done\n")
        process, said = self.start_slow_build()
        os.kill(process.pid, signal.SIGINT)
        time.sleep(1.5)
        self.assertIsNone(process.poll(), "the program did not wait for the container to stop")
        outcome = self.interrupt(process, said)
        self.assert_ended(outcome, 130)
        self.assertLess(outcome.seconds, 5)
        self.assertTrue(self.wait_for_no_container(2))

    def test_killed_program_leaves_no_container(self):
        process, said = self.start_slow_build()
        process.kill()
        process.communicate()
        self.assertTrue(self.wait_for_no_running_container(15), "the container goes on without the program")
        for container in self.containers():
            # No program was left to remove it, but it must have ended.
            self.engine.delete(container)
        # The program could not remove its temporary files; the next build must work all the same.
        for name in os.listdir(self.temporary):
            shutil.rmtree(self.temporary / name, ignore_errors=True)
        add_package(self.workspace, "slow")
        self.assert_ended(self.run_program("build", self.workspace, "--image", IMAGE), 0)

    def wait_for_no_running_container(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.containers(running=True):
                return True
            time.sleep(0.2)
        return False

    def test_a_build_after_an_interrupted_one(self):
        process, said = self.start_slow_build()
        self.assert_ended(self.interrupt(process, said), 130)
        add_package(self.workspace, "slow")
        outcome = self.run_program("build", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assertEqual(1, len(workspace_debs(self.output)))


class PrivateEngine:
    """An empty engine for one test."""

    def __init__(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cdd-engine-"))
        self.place.chmod(0o711)
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="engine-", dir=WORK))
        self.socket = self.place / "docker.sock"
        self.start()

    def start(self):
        with open(self.place / "log", "ab") as log:
            # As in tools/engine.sh: no change to the firewall and to the bridge of the other engine.
            self.process = subprocess.Popen(
                ["dockerd", "--data-root", str(self.data), "--exec-root", str(self.place / "exec"),
                 "--pidfile", str(self.place / "pid"), "-H", "unix://%s" % self.socket,
                 "--iptables=false", "--ip-forward=false"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if Engine(str(self.socket)).request("GET", "/_ping"):
                    return
            except OSError:
                time.sleep(0.2)
        raise AssertionError("the engine did not start: " + (self.place / "log").read_text()[-2000:])

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        """Containers outlive a killed engine: start it again, so that it stops them and unmounts everything."""
        try:
            if self.process.poll() is not None:
                # An orphan may stay a zombie, whose process number makes it look alive.
                for name in ("pid", "exec/containerd/containerd.pid"):
                    (self.place / name).unlink(missing_ok=True)
                self.start()
            engine = Engine(str(self.socket))
            for container in engine.request("GET", "/containers/json?all=1"):
                engine.delete(container["Id"])
        finally:
            self.process.terminate()
            self.process.wait(60)
            self.unmount_leftovers()
            shutil.rmtree(self.place, ignore_errors=True)
            shutil.rmtree(self.data, ignore_errors=True)

    def unmount_leftovers(self):
        ours = (str(self.place), str(self.data))
        places = [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()]
        for place in sorted((place for place in places if place.startswith(ours)), reverse=True):
            subprocess.run(["umount", "-l", place], check=False)


@unittest.skipUnless(is_root(), "only root can start an engine")
class TestEngineGone(InterruptCase):
    def setUp(self):
        super().setUp()
        WORK.mkdir(parents=True, exist_ok=True)
        if shutil.which("dockerd") is None:
            self.skipTest("dockerd is not installed")
        self.private = PrivateEngine()
        self.addCleanup(self.private.close)

    def begin(self):
        host = "unix://%s" % self.private.socket
        import_busybox(self.work / "busybox", "small:1", host)
        self.replace_entrypoint(
            "#!/bin/sh\n"
            "echo ::progress::type=hello,proto=1,mode=build,distro=rolling,arch=amd64,os=debian,codename=bookworm\n"
            "echo ::progress::type=package_start,name=one,current=1,total=1\n"
            "cat\nexit 130\n")
        add_package(self.workspace, "one")
        process = self.start("build", self.workspace, "--image", "small:1", "--ros-distro", "rolling",
                             "--pull", "never", "--json", "--host", host)
        return process, self.read_until(process, STARTED)

    def end_of(self, process, said):
        outcome = self.finish(process, 60, None, said)
        self.keep_record(outcome)
        self.assert_ended(outcome, 1)
        self.assertLess(outcome.seconds, 30)
        self.assertNotIn('"success": true', outcome.stdout)
        return outcome

    def test_engine_killed_in_the_middle(self):
        process, said = self.begin()
        self.private.kill()
        outcome = self.end_of(process, said)
        self.assert_says(outcome, "(?i)waiting for the container", "(?i)the engine closed the connection|unix://",
                         "the engine does not answer any more: was it stopped")

    def test_engine_stopped_in_the_middle(self):
        process, said = self.begin()
        self.private.process.terminate()
        outcome = self.end_of(process, said)
        self.assert_says(outcome, "or because it is being stopped itself|the engine does not answer any more")
        self.private.process.wait(60)

    def keep_record(self, outcome):
        records = WORK / "bad-input"
        records.mkdir(parents=True, exist_ok=True)
        text = str(outcome).replace(str(self.work), "/tmp/example")
        (records / (self.id().split(".", 1)[1] + ".txt")).write_text(text + "\n")


if __name__ == "__main__":
    unittest.main()
