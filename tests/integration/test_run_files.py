# SPDX-License-Identifier: Apache-2.0
"""events.jsonl, summary.json and logs/: while a build runs, after Ctrl-C and after kill -9 they say the same."""
import json
import os
import re
import shutil
import signal
import time
import unittest

from support import IMAGE, add_package, read_events, write
from test_interrupt import InterruptCase

STARTED = rb"building slow"


def replay(events):
    """name -> state, as the events add up to it."""
    states, interrupted, complete = {}, False, False
    for event in events:
        kind, name = event.get("type"), event.get("name")
        if kind == "plan_package":
            states[name] = "planned"
        elif kind == "package_start":
            states[name] = "building"
        elif kind == "package_complete":
            states[name] = "built" if event["success"] else "interrupted" if event.get("stopped") else "failed"
        elif kind == "package_skip":
            states[name] = "cached" if event["reason"] == "cached" else "skipped"
        interrupted = interrupted or kind == "interrupted"
        complete = complete or kind == "build_complete"
    ends = {"planned": "skipped", "building": "interrupted" if interrupted else "failed"}
    return {name: ends.get(state, state) for name, state in states.items()}, complete


class TestRunFiles(InterruptCase):
    def begin(self, *options):
        """A build in the middle of the package slow: quick is built, late waits for slow, and last for late."""
        add_package(self.workspace, "quick")
        add_package(self.workspace, "slow", depends=["quick"], cmake="execute_process(COMMAND sleep 600)")
        add_package(self.workspace, "late", depends=["slow"])
        add_package(self.workspace, "last", depends=["late"])
        process = self.start("build", self.workspace, "--image", IMAGE, *options)
        return process, self.read_until(process, STARTED)

    def summary(self):
        return json.loads((self.output / "summary.json").read_text())

    def states(self):
        return {one["name"]: one["state"] for one in self.summary()["packages"]}

    def assert_agreement(self, outcome, expected):
        """Of console, summary and events."""
        states, _complete = replay(read_events(self.output))
        self.assertEqual(expected, states)
        self.assertEqual(expected, self.states())
        counts = self.summary()["counts"]
        for state in ("built", "cached", "failed", "interrupted", "skipped"):
            self.assertEqual(list(expected.values()).count(state), counts[state], state)
        counted = dict((word, int(number)) for number, word in
                       re.findall(r"(\d+) (built|failed|interrupted|skipped)", re.search(r"(?m)^\d+ built, .*", outcome.stdout)[0]))
        self.assertEqual({word: counts[word] for word in counted}, counted, outcome)
        self.assertIn("interrupted", counted)

    def test_an_interrupted_build_says_so_everywhere(self):
        process, said = self.begin()
        outcome = self.interrupt(process, said)
        self.assert_ended(outcome, 130)
        self.assert_agreement(outcome, {"quick": "built", "slow": "interrupted", "late": "skipped", "last": "skipped"})
        self.assertEqual(("interrupted", False, True), tuple(self.summary()[key] for key in ("state", "success", "interrupted")))
        self.assert_says(outcome, "slow 1.0.0 interrupted")
        self.assertNotRegex(outcome.text, r"FAILED|[1-9]\d* failed|slow failed")
        *_, complete, last = (event for event in read_events(self.output) if str(event.get("type")).endswith("_complete"))
        self.assertEqual(("build_complete", 1, 1, 0, 2),
                         tuple(complete[key] for key in ("type", "built", "interrupted", "failed", "skipped")))
        self.assertEqual(("run_complete", "interrupted"), tuple(last[key] for key in ("type", "state")))
        self.assert_builds_the_rest()

    def assert_builds_the_rest(self):
        shutil.rmtree(self.workspace / "src/slow")
        add_package(self.workspace, "slow", depends=["quick"])
        outcome = self.run_program("build", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assertEqual({"quick": "cached", "slow": "built", "late": "built", "last": "built"}, self.states())
        self.assertEqual("success", self.summary()["state"])

    def test_a_container_that_is_killed_says_the_same(self):
        """Its last events are missing."""
        self.replace_entrypoint(
            "#!/bin/sh\ntrap '' TERM INT\n"
            "echo ::progress::type=hello,proto=1,mode=build,distro=rolling,arch=amd64,os=debian,codename=bookworm\n"
            "echo ::progress::type=plan,total=2\n"
            "echo ::progress::type=plan_package,name=deaf\necho ::progress::type=plan_package,name=late\n"
            "echo ::progress::type=package_start,name=deaf,current=1,total=2\n"
            "while :; do sleep 1; done\n")
        add_package(self.workspace, "deaf")
        process = self.start("build", self.workspace, "--image", IMAGE)
        said = self.read_until(process, rb"building deaf")
        os.kill(process.pid, signal.SIGINT)
        time.sleep(1)
        self.assert_ended(self.interrupt(process, said), 130)
        expected = {"deaf": "interrupted", "late": "skipped"}
        self.assertEqual((expected, False), replay(read_events(self.output)))
        self.assertEqual(expected, self.states())
        self.assertEqual((1, 0), tuple(self.summary()["counts"][key] for key in ("interrupted", "failed")))

    def test_events_can_be_followed_and_survive_a_kill(self):
        add_package(self.workspace, "old")
        self.assert_ended(self.run_program("build", self.workspace, "--image", IMAGE), 0)
        write(self.output / "report.html", "of the former build")
        write(self.output / "logs/notes.txt", "of the user")
        shutil.rmtree(self.workspace / "src/old")

        process, _said = self.begin("--verbose")
        # While the build runs: whole lines, and nothing of the former build beside them.
        kinds = [event.get("type") for event in read_events(self.output)]
        self.assertEqual(["run", 2], [next(filter(None, kinds)), kinds.count("package_start")])
        self.assertNotIn("package_output", kinds)
        self.assertEqual(("running", False), (self.summary()["state"], self.summary()["success"]))
        self.assertFalse((self.output / "report.html").exists())
        self.assertEqual(["notes.txt", "quick.log", "slow.log", "stage.prepare.log"],
                         sorted(name for name in os.listdir(self.output / "logs") if not name.endswith(".warnings")))

        process.kill()
        process.communicate()
        deadline = time.monotonic() + 30
        while self.containers() and time.monotonic() < deadline:
            time.sleep(0.2)
        for container in self.containers():
            self.engine.delete(container)
        for name in os.listdir(self.temporary):
            shutil.rmtree(self.temporary / name, ignore_errors=True)
        self.assertEqual(({"quick": "built", "slow": "failed", "late": "skipped", "last": "skipped"}, False),
                         replay(read_events(self.output)))
        self.assertEqual("running", self.summary()["state"])
        # The output still belongs to this workspace.
        add_package(self.work / "other", "other")
        outcome = self.run_program("build", self.work / "other", "--image", IMAGE, "--output-dir", self.output)
        self.assert_ended(outcome, 2)
        self.assert_builds_the_rest()
        before = (self.output / "events.jsonl").read_bytes()
        self.assert_ended(self.run_program("build", self.workspace, "--image", IMAGE), 0)
        self.assertEqual(before, (self.output / "events.jsonl").read_bytes(), "nothing was built")
        self.assertEqual({"cached"}, set(self.states().values()))


if __name__ == "__main__":
    unittest.main()
