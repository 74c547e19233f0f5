# SPDX-License-Identifier: Apache-2.0
"""What ends a container before its build ends, what a container claims, and what a killed program leaves."""
import os
import pathlib
import random
import shutil
import signal
import socket
import time
import unittest

from support import IMAGE, add_package, is_root
from test_interrupt import InterruptCase

USER, PROCESS = "colcon-deb.user", "colcon-deb.process"
# No process has this number: it is above the largest that Linux gives.
DEAD = 4194305
ROUNDS = int(os.environ.get("CDD_TEST_KILLS", "8"))

HELLO = """\
#!/bin/sh
echo ::progress::type=hello,proto=1,mode=build,distro=rolling,arch=amd64,os=debian,codename=bookworm
echo ::progress::type=plan,total=1
echo ::progress::type=package_start,name=one,current=1,total=1
"""
# Process 1 of a container gets no signal that it does not handle.
WAITS = HELLO + "cat\nexit 130\n"
EATS = HELLO + "sleep 1\nexec tail /dev/zero\n"
LIES = HELLO + """\
echo ::progress::type=artifact,name=one,path=debs/one_1.0_all.deb,size=1000,sha256=00,kind=deb
echo ::progress::type=package_complete,name=one,success=true,ms=1
echo ::progress::type=build_complete,success=true,built=1,failed=0,skipped=0,ms=1
"""


class TestContainerEnd(InterruptCase):
    def begin(self, entrypoint, *options):
        self.replace_entrypoint(entrypoint)
        return self.start_slow_build(*options)

    def end_of(self, process, said, seconds=60):
        outcome = self.finish(process, seconds, None, said)
        self.assertTrue(self.wait_for_no_container(2))
        return outcome

    def test_a_removed_container(self):
        process, said = self.begin(WAITS)
        self.engine.delete(self.containers()[0])
        outcome = self.end_of(process, said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the engine ended it with signal 9, because somebody asked it to")
        self.assertNotIn("memory", outcome.text)

    def test_a_stopped_container(self):
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 600)")
        process, said = self.start_slow_build()
        self.engine.stop(self.containers()[0])
        outcome = self.end_of(process, said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the build was stopped: the engine ended it with signal 15, because somebody asked it to")

    @unittest.skipUnless(is_root(), "only root may kill the container's processes")
    def test_a_container_that_somebody_else_has_killed(self):
        process, said = self.begin(WAITS)
        container = self.containers()[0]
        pid = self.engine.request("GET", "/containers/%s/json" % container)["State"]["Pid"]
        # An engine with its own process ids would have another process killed here.
        self.assertIn(container, pathlib.Path("/proc/%d/mountinfo" % pid).read_text() +
                      pathlib.Path("/proc/%d/cgroup" % pid).read_text())
        os.kill(pid, signal.SIGKILL)
        outcome = self.end_of(process, said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "it was killed, but not by way of the engine")

    def test_a_container_that_ran_out_of_memory(self):
        process, said = self.begin(EATS)
        container = self.containers()[0]
        limit = 64 * 1024 * 1024
        self.engine.request("POST", "/containers/%s/update" % container, {"Memory": limit, "MemorySwap": limit})
        outcome = self.end_of(process, said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the engine says that it ran out of memory")

    def test_a_flood_is_interrupted_at_once(self):
        add_package(self.workspace, "flood", cmake="execute_process(COMMAND yes that this package never ends)")
        process = self.start("build", self.workspace, "--image", IMAGE, "--json", "-v")
        said = self.read_until(process, b"package_output")
        time.sleep(2)
        outcome = self.interrupt(process, said)
        self.assert_ended(outcome, 130)
        # Half a second on a quiet machine.
        self.assertLess(outcome.seconds, 10)
        self.assertTrue(self.wait_for_no_container(1))

    def test_an_artifact_that_is_not_there(self):
        self.replace_entrypoint(LIES)
        add_package(self.workspace, "one")
        outcome = self.run_program("build", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "one FAILED.*the container says that it made debs/one_1.0_all.deb, which is not there",
                         "the build said that it succeeded, but 1 of 1 packages failed: one", "0 built, 1 failed")

    def test_an_artifact_outside_of_the_output(self):
        (self.work / "outside.deb").write_text("x" * 1000)
        add_package(self.workspace, "one")
        self.output.mkdir()
        for path in ("../../outside.deb", str(self.work / "outside.deb"), "debs/../../../outside.deb"):
            self.replace_entrypoint(LIES.replace("debs/one_1.0_all.deb", path))
            outcome = self.run_program("build", self.workspace, "--image", IMAGE)
            self.assert_ended(outcome, 1)
            self.assert_says(outcome, "which is not there, or not as large")
            shutil.rmtree(self.scripts)

    def test_a_success_without_packages(self):
        self.replace_entrypoint(HELLO + "echo ::progress::type=plan_package,name=one\n"
                                "echo ::progress::type=build_complete,success=true,built=1,failed=0,skipped=0,ms=1\n")
        add_package(self.workspace, "one")
        outcome = self.run_program("build", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 1)

    def test_a_quiet_build_says_what_failed(self):
        add_package(self.workspace, "broken", cmake='message(FATAL_ERROR "no")')
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "-q")
        self.assert_ended(outcome, 1)
        self.assertEqual("", outcome.stdout)
        self.assert_says(outcome, "colcon-deb: broken failed: .*; log: %s/logs/broken.log" % self.output)


class TestKilledProgram(InterruptCase):
    """A program that is killed leaves nothing, at the latest when the same user builds again."""

    def create(self, process):
        """A container as a build creates it, which is never started. process: its label, or None."""
        labels = dict(self.labels)
        if process is None:
            del labels[PROCESS]
        elif process:
            labels[PROCESS] = process
        container = self.engine.create(IMAGE, ["true"], labels=labels)
        self.addCleanup(self.engine.delete, container)
        return container

    def is_there(self, container):
        return any(one["Id"] == container for one in self.engine.request("GET", "/containers/json?all=1"))

    def build(self):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        return outcome

    def test_what_was_only_created_goes_with_the_next_build(self):
        process, _said = self.start_slow_build("--output-dir", self.work / "other")
        self.labels = self.engine.request("GET", "/containers/%s/json" % self.containers()[0])["Config"]["Labels"]
        user, me = self.labels[USER], self.labels[PROCESS]
        self.assertEqual(user, "%d@%s" % (os.geteuid(), socket.gethostname()))
        self.assertIn("/%d/" % process.pid, me)
        used, unknown, foreign = self.create(""), self.create(None), self.create("another-boot/pid:[1]/1/1")
        realm, pid, _start = me.rsplit("/", 2)
        replaced = self.create("%s/%s/1" % (realm, pid))
        self.labels[USER] = "4711@elsewhere"
        others = self.create("%s/%d/1" % (realm, DEAD))
        self.labels[USER] = user
        dead = self.create("%s/%d/1" % (realm, DEAD))
        odd = self.create("%s/../self/1" % realm)

        add_package(self.workspace, "slow")
        outcome = self.build()
        self.assertEqual([True] * 5, [self.is_there(one) for one in (used, unknown, foreign, others, odd)])
        self.assertEqual([False] * 2, [self.is_there(one) for one in (replaced, dead)])
        self.assert_says(outcome, "removed the container %s, which a killed run had left" % dead[:12])
        process.kill()
        process.communicate()
        # A build that has nothing to do tidies as well.
        self.assert_says(self.build(), "Nothing has changed", "removed the container %s" % used[:12])
        self.wait_for_no_container(15)

    def test_a_kill_at_any_moment(self):
        """CDD_TEST_KILLS=100 does it a hundred times."""
        add_package(self.workspace, "one")
        started = time.monotonic()
        self.build()
        whole = time.monotonic() - started
        moments = random.Random(int(os.environ.get("CDD_TEST_SEED", "13")))
        for _round in range(ROUNDS):
            process = self.start("build", self.workspace, "--image", IMAGE, "--force")
            time.sleep(moments.uniform(0, whole))
            process.kill()
            process.communicate()
        self.build()
        self.assertTrue(self.wait_for_no_container(15), "a container is left")
        # A killed program cannot remove its temporary files.
        shutil.rmtree(self.temporary)
        self.temporary.mkdir()


if __name__ == "__main__":
    unittest.main()
