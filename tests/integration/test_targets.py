# SPDX-License-Identifier: Apache-2.0
"""Several targets in one command: built side by side, shown by one view, stopped together; one summary."""
import fcntl
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

from screen import Screen
from support import IMAGE, TOP, ProgramCase, add_package, events_of, write

BREAK = 'if(DEFINED ENV{BREAK})\nmessage(FATAL_ERROR "as wished")\nendif()'
# Two targets of one suite and architecture share a part of the repository, so their packages differ in name and files.
OTHER = "package_prefix: other-, install_prefix: /opt/other"
BROKEN = "package_prefix: broken-, install_prefix: /opt/broken"
CONTROL_FOR_ALL = """\
Source: tool
Maintainer: Nobody <nobody@example.com>
Build-Depends: debhelper-compat (= 13), cmake
Rules-Requires-Root: no

Package: ros-rolling-tool
Architecture: all
Depends: ${misc:Depends}
Description: A package of the tests.
"""
SLEEP = "execute_process(COMMAND sleep 600)"


def read_summary(output):
    return json.loads((pathlib.Path(output) / "summary.json").read_text())


def events_in(text):
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


class TargetsCase(ProgramCase):
    def configure(self, targets, top=""):
        """Write the configuration: targets is the text of each by its name."""
        lines = "".join("  %s: {%s}\n" % (name, keys) for name, keys in targets.items())
        return write(self.workspace / "colcon-deb.yaml", "docker: {image: %s}\n%stargets:\n%s" % (IMAGE, top, lines))

    def target(self, name):
        return self.output / "targets" / name

    def states(self):
        return {target["name"]: target["state"] for target in read_summary(self.output)["targets"]}


class TestBuilds(TargetsCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "alpha")
        add_package(self.workspace, "beta", ["alpha"], BREAK)

    def test_one_fails_and_the_others_are_built(self):
        self.configure({"plain": "", "other": OTHER, "broken": BROKEN + ", environment: {BREAK: 1}"})
        outcome = self.run_program("build", self.workspace)
        self.assert_ended(outcome, 1)
        self.assertEqual({"plain": "success", "other": "success", "broken": "failed"}, self.states())
        self.check_summary()
        self.check_repository()
        self.check_words(outcome)
        self.assertEqual(1, outcome.stdout.count("    repository: "), outcome)
        self.assertEqual(2, len(list(self.target("other").glob("debs/other-*_1.0.0-*.deb"))))
        self.assertFalse(list(self.target("broken").glob("debs/*beta*")))
        self.check_the_next_builds()

    def check_repository(self):
        """One for all: it offers what each target has built, once."""
        offered = (self.output / "apt/dists/bookworm/main/binary-amd64/Packages").read_text()
        for name in ("ros-rolling-alpha", "ros-rolling-beta", "other-alpha", "other-beta", "broken-alpha"):
            self.assertEqual(1, offered.count("Package: %s\n" % name), offered)
        self.assertFalse((self.target("other") / "apt").exists())

    def check_summary(self):
        summary = read_summary(self.output)
        self.assertEqual(("failed", "1 of 3 targets failed: broken"), (summary["state"], summary["error"]))
        self.assertEqual((6, 5, 1), tuple(summary["counts"][key] for key in ("total", "built", "failed")))
        for target in summary["targets"]:
            own = json.loads((self.output / target["summary"]).read_text())
            self.assertEqual(target["state"], own["state"])
            self.assertEqual(0 if own["state"] == "success" else 1, target["exit_code"])
            names = {package["name"] for package in own["packages"]}
            whole = {package["name"] for package in summary["packages"]}
            self.assertLessEqual({"%s/%s" % (target["name"], name) for name in names}, whole)
        for package in summary["packages"]:
            self.assertTrue((self.output / package["log"]).is_file(), package)
            for artifact in package["artifacts"]:
                self.assertTrue((self.output / artifact["path"]).is_file(), artifact)

    def check_words(self, outcome):
        self.assert_says(
            outcome, r"(?m)^==> plain: build$", r"(?m)^==> other: dependencies$", r"\[\d/\d\] other/beta 1\.0\.0 ok",
            r"\[\d/\d\] broken/beta 1\.0\.0 FAILED .*as wished", r"(?m)^broken/beta failed",
            r"build only this: colcon-deb build \S+ --target broken --packages-select beta\n",
            r"(?m)^plain success, 2 built in [\dms. ]+  %s$" % self.target("plain"),
            r"(?m)^broken failed, 1 built, 1 failed in", r"5 built, 1 failed, 0 skipped in",
            "1 of 3 targets failed: broken")

    def check_the_next_builds(self):
        """The failed target alone is built, then nothing."""
        self.configure({"plain": "", "other": OTHER, "broken": BROKEN})
        outcome = self.run_program("build", self.workspace)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"(?m)^plain success, 2 unchanged", r"(?m)^broken success, 2 built")
        outcome = self.run_program("build", self.workspace)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"Nothing has changed: 6 packages are up to date")
        self.assertLess(outcome.seconds, 5)
        summary = read_summary(self.output)
        self.assertEqual(("success", 6), (summary["state"], summary["counts"]["cached"]))
        self.check_one_target()

    def check_one_target(self):
        outcome = self.run_program("build", self.workspace, "--target", "other")
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "Nothing has changed: 2 packages are up to date")
        outcome = self.run_program("report", self.workspace, "--target", "other")
        self.assert_ended(outcome, 0)
        self.assertEqual(str(self.target("other") / "report.html"), outcome.stdout.strip())
        outcome = self.run_program("report", self.workspace)
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, "--target")
        outcome = self.run_program("list", self.workspace, "--target", "other")
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "other-beta")

    def test_packages_of_the_same_names_are_reported(self):
        """One suite and one architecture, and nothing in the names that tells the targets apart."""
        self.configure({"release": "", "debug": "build_type: Debug"})
        outcome = self.run_program("build", self.workspace, "-j", 1, "--packages-select", "alpha")
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"warning: debug: The target release builds packages of the same names for bookworm amd64 "
                                  r"\(ros-rolling-alpha\)\.")

    def test_a_selection_and_the_events_of_a_program(self):
        self.configure({"plain": "", "other": OTHER})
        outcome = self.run_program("build", self.workspace, "--json", "-j", "2", "--packages-select", "alpha")
        self.assert_ended(outcome, 0)
        events = events_in(outcome.stdout)
        self.assertEqual({"run", "run_complete"}, {event["type"] for event in events if "target" not in event})
        self.assertEqual({"plain/alpha", "other/alpha"},
                         {event["name"] for event in events if event.get("type") == "package_complete"})
        # Each has half of the jobs.
        self.assertEqual([1, 1], [event["slots"] for event in events if event.get("type") == "schedule"])
        self.assertEqual({0}, {event["exit_code"] for event in events if event.get("type") == "target_complete"})
        # What a target records of itself has its own names.
        self.assertEqual({"alpha"}, {event["name"] for event in events_of(self.target("plain"), "package_complete")})


class TestPackagesForAll(TargetsCase):
    """tool is for all architectures, and user, which needs it, is not. Both targets are for one suite."""

    def setUp(self):
        super().setUp()
        add_package(self.workspace, "user", ["tool"])
        write(self.workspace / "debian_dirs/tool/control", CONTROL_FOR_ALL)
        write(self.workspace / "debian_dirs/tool/rules", "#!/usr/bin/make -f\n%:\n\tdh $@\n")
        self.configure({"one": "", "two": ""})

    def add_tool(self, cmake=""):
        add_package(self.workspace, "tool", cmake=cmake)

    def build(self, *options, code=0):
        outcome = self.run_program("build", self.workspace, *options)
        self.assert_ended(outcome, code)
        return outcome

    def takers(self):
        """The targets that have taken tool, by the logs of the last builds; and whether their events agree."""
        taken = {}
        for name in ("one", "two"):
            log = (self.target(name) / "logs/tool.log").read_text()
            said = [event.get("taken") for event in events_of(self.target(name), "package_complete") if event["name"] == "tool"]
            taken[name] = re.findall(r"colcon-deb: (.*), taken: it is for all architectures", log)
            self.assertEqual([text or None for text in (taken[name] or [""])], said)
        return {name: texts[0] for name, texts in taken.items() if texts}

    def files_of(self, name):
        return {path.name: path.read_bytes() for path in (self.target(name) / "debs").glob("*-tool_*.deb")}

    def test_one_target_builds_it_and_the_other_waits_for_it(self):
        self.add_tool("execute_process(COMMAND sleep 8)")
        outcome = self.build("-j", 2)
        (taker, said), = self.takers().items()
        maker = {"one": "two", "two": "one"}[taker]
        self.assertEqual("built for %s" % maker, said)
        self.assert_says(outcome, r"\] %s/tool 1\.0\.0 ok .*, built for %s\n" % (taker, maker))
        self.assertEqual(1, len(self.files_of(maker)))
        self.assertEqual(self.files_of(maker), self.files_of(taker))
        self.assertTrue(next(iter(self.files_of(maker))).endswith("_all.deb"))
        waited = [event["phase"] for event in events_of(self.target(taker), "package_phase") if event["name"] == "tool"]
        self.assertEqual(["wait", "publish"], waited)
        self.assertEqual([], os.listdir(self.output / "targets/.all"))
        self.assert_says(self.build("-j", 2), "Nothing has changed: 4 packages are up to date")

    def test_what_is_built_again_and_what_is_not_taken(self):
        self.add_tool()
        self.build("-j", 1)
        self.assertEqual({"two": "built for one"}, self.takers())
        before = self.files_of("one")
        self.add_tool("# changed\n")
        write(self.workspace / "src/tool/package.xml",
              (self.workspace / "src/tool/package.xml").read_text().replace("of the tests", "that has changed"))
        self.build("-j", 1)
        self.assertEqual({"two": "built for one"}, self.takers())
        self.assertNotEqual(before, self.files_of("one"))
        self.assertEqual(self.files_of("two"), self.files_of("one"))
        self.build("-j", 1, "--force")
        self.assertEqual({}, self.takers())
        self.assertEqual(self.files_of("two"), self.files_of("one"))

    def test_a_failure_elsewhere_leaves_the_package_to_this_target(self):
        # The first build fails.
        self.add_tool("execute_process(COMMAND sleep 8)\n"
                      "if(NOT EXISTS /workspace/output/tried)\nfile(WRITE /workspace/output/tried x)\n"
                      'message(FATAL_ERROR "as wished")\nendif()')
        self.build("-j", 2, code=1)
        states = {state: name for name, state in self.states().items()}
        self.assertEqual({"failed", "success"}, set(states))
        self.assertEqual({}, self.takers())
        # Then it takes what the other one has built.
        self.build("-j", 2)
        self.assertEqual({states["failed"]: "built for %s" % states["success"]}, self.takers())

    def test_a_file_that_was_changed_is_not_taken(self):
        self.add_tool()
        self.build("--target", "one")
        (name, data), = self.files_of("one").items()
        path = self.target("one") / "debs" / name
        status = path.stat()
        path.unlink()  # the repository may have the same file
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        self.build("--target", "two")
        self.assertNotIn("taken", (self.target("two") / "logs/tool.log").read_text())
        self.assertEqual({name: data}, self.files_of("two"))


class TestStops(TargetsCase):
    def start_slow_builds(self):
        """Two builds in the middle of their first package, which takes minutes."""
        add_package(self.workspace, "slow", cmake=SLEEP)
        self.configure({"one": "", "two": OTHER})
        process = self.start("build", self.workspace, "--json", "-j", "2")
        said = self.read_until(process, rb'"package_start","target":"one"(.|\n)*"package_start","target":"two"'
                                        rb'|"package_start","target":"two"(.|\n)*"package_start","target":"one"')
        return process, said

    def assert_all_interrupted(self):
        self.assertEqual({"one": "interrupted", "two": "interrupted"}, self.states())
        self.assertEqual("interrupted", read_summary(self.output)["state"])
        for name in ("one", "two"):
            self.assertEqual("interrupted", read_summary(self.target(name))["state"])
            # Once: nobody has killed the container.
            self.assertNotIn("killing", (self.target(name) / "events.jsonl").read_text())

    def test_ctrl_c_on_a_terminal_stops_each_once(self):
        """The terminal sends the signal to all processes."""
        add_package(self.workspace, "slow", cmake=SLEEP)
        self.configure({"one": "", "two": OTHER})
        with Screen(environment=self.environment()) as screen:
            screen.enter(" ".join(self.command(["build", self.workspace, "-j", "2"])))
            screen.wait_for(lambda text: "one/slow  configure" in text and "two/slow  configure" in text, "both rows")
            self.assertIn("0/2 targets", screen.text)
            screen.press("C-c")
            screen.wait_for(lambda text: "2 interrupted" in text and text.endswith("$"), "the end")
            self.assertIn("one interrupted, 1 interrupted in", screen.text)
        self.assert_all_interrupted()
        self.assertTrue(self.wait_for_no_container(1))

    def test_a_signal_to_the_program_alone_stops_all(self):
        process, said = self.start_slow_builds()
        started = time.monotonic()
        process.terminate()
        outcome = self.finish(process, 60, started, said)
        self.assert_ended(outcome, 130)
        self.assertLess(outcome.seconds, 20)
        self.assertTrue(self.wait_for_no_container(1))
        self.assert_all_interrupted()

    def test_a_second_signal_kills(self):
        self.scripts = self.work / "scripts"
        shutil.copytree(TOP / "scripts", self.scripts)
        entrypoint = self.scripts / "entrypoint.sh"
        entrypoint.write_text(
            "#!/bin/sh\ntrap '' TERM INT\n"
            "echo ::progress::type=hello,proto=1,mode=build,distro=rolling,arch=amd64,os=debian,codename=bookworm\n"
            "echo ::progress::type=package_start,name=deaf,current=1,total=1\n"
            "while :; do sleep 1; done\n")
        entrypoint.chmod(0o755)
        process, said = self.start_slow_builds()
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(1.5)
        self.assertIsNone(process.poll(), "the program did not wait for the containers to stop")
        started = time.monotonic()
        os.killpg(process.pid, signal.SIGINT)
        outcome = self.finish(process, 60, started, said)
        self.assert_ended(outcome, 130)
        self.assertLess(outcome.seconds, 5)
        self.assertTrue(self.wait_for_no_container(2))

    def test_a_killed_program_leaves_no_container_and_no_process(self):
        process, _said = self.start_slow_builds()
        children = children_of(process.pid)
        self.assertEqual(2, len(children))
        process.kill()
        process.communicate()
        self.assertTrue(self.wait_for_no_container(30), "a container goes on without the program")
        deadline = time.monotonic() + 20
        while any(is_alive(child) for child in children):
            self.assertLess(time.monotonic(), deadline, "a build goes on without the program")
            time.sleep(0.1)

    def test_a_killed_build_is_the_failure_of_its_target(self):
        process, said = self.start_slow_builds()
        victim = next(child for child in children_of(process.pid) if b"--target=two" in command_of(child))
        os.kill(victim, signal.SIGKILL)
        said += self.read_until(process, rb'"target_complete","target":"two"[^\n]*\n')
        self.assertIn(b"it was ended by signal 9", said)
        self.assertIsNone(process.poll(), "the other target was given up")
        self.wait_for_one_running_container()
        process.terminate()
        self.assert_ended(self.finish(process, 60, already=said), 130)
        self.assertEqual({"one": "interrupted", "two": "failed"}, self.states())
        # Its container has ended, and is removed by the next program that comes by, perhaps another test's.
        for container in self.containers():
            self.engine.delete(container)
        for name in os.listdir(self.temporary):
            shutil.rmtree(self.temporary / name, ignore_errors=True)

    def wait_for_one_running_container(self):
        deadline = time.monotonic() + 20
        while len(self.containers(running=True)) != 1:
            self.assertLess(time.monotonic(), deadline, "the container of the killed build goes on")
            time.sleep(0.2)


def children_of(pid):
    """The processes that a process has started and that have not ended."""
    return [int(child) for child in pathlib.Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split()]


def command_of(pid):
    return pathlib.Path("/proc/%d/cmdline" % pid).read_bytes()


def is_alive(pid):
    try:
        return pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


class TestWithoutEngine(TargetsCase):
    """What comes before a container: there is no engine at this address."""

    def setUp(self):
        super().setUp()
        add_package(self.workspace, "alpha")
        self.host = "unix://%s/none.sock" % self.work

    def build(self, *options, **keywords):
        return self.run_program("build", self.workspace, "--host", self.host, *options, **keywords)

    def test_the_jobs_bound_how_many_run_at_a_time(self):
        self.configure({name: "" for name in "abcde"})
        for jobs in (1, 2):
            outcome = self.build("--json", "-j", jobs)
            self.assert_ended(outcome, 1)
            running, most = 0, 0
            for event in events_in(outcome.stdout):
                running += {"target_start": 1, "target_complete": -1}.get(event.get("type"), 0)
                most = max(most, running)
            self.assertEqual((0, jobs), (running, most))
            self.assert_says(outcome, "5 of 5 targets failed: a, b, c, d, e")
            self.assertIn("none.sock", read_summary(self.output)["targets"][0]["error"])

    def test_without_continue_on_error_no_further_target_is_started(self):
        self.configure({"a": "", "b": "", "c": ""})
        outcome = self.build("-j", 1, "--no-continue-on-error")
        self.assert_ended(outcome, 1)
        self.assertEqual({"a": "failed", "b": "skipped", "c": "skipped"}, self.states())
        self.assert_says(outcome, "1 of 3 targets failed: a; 2 were not built", r"(?m)^b skipped$")
        self.assertIsNone(read_summary(self.output)["targets"][1]["summary"])

    def test_a_mistake_in_a_target_is_a_mistake_of_the_user(self):
        self.configure({"a": "docker: {dockerfile: missing}"})
        outcome = self.build()
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, r"(?m)^a failed", "missing")

    def test_an_unknown_target_is_refused_before_anything_starts(self):
        self.configure({"amd64": "", "arm64": ""})
        for names in (["adm64"], ["arm64", "adm64"]):
            outcome = self.build(*[word for name in names for word in ("--target", name)])
            self.assert_ended(outcome, 2)
            self.assert_says(outcome, r'--target adm64: .* has amd64, arm64; did you mean "amd64"\?')
        self.assertFalse(self.output.exists())

    def test_a_pipe_is_refused(self):
        text = self.configure({"a": "", "b": ""}).read_text()
        command = self.command(["build", self.workspace, "-c", "/dev/stdin"])
        done = subprocess.run(command, env=self.environment(), input=text, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(2, done.returncode, done.stderr)
        self.assertIn("the build of each target reads it again", done.stderr)

    def test_two_builds_do_not_write_to_one_output(self):
        self.configure({"a": "", "b": ""})
        self.build()
        directory = os.open(self.output, os.O_DIRECTORY)
        try:
            fcntl.flock(directory, fcntl.LOCK_EX)
            outcome = self.build()
        finally:
            os.close(directory)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "another colcon-deb is building into")
