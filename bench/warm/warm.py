#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A change in a leaf, with and without --keep-warm, turn by turn.

usage: bench/warm/warm.py [--rounds N] [--workspace DIR] [--change FILE] [--build DIR] [--image REF]

`make build` first; the engine is DOCKER_HOST's. Two copies of the workspace are built, one with --keep-warm. Then FILE, whose
package no other needs, is changed in both in each round, and the two take turns at being first, since the speed of a machine
drifts: what is reported is the median of the rounds. The first build after a change is what a person waits for: until its end
is shown, and until the program has ended. Between two builds there is a pause, as when a person edits.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import typing

TOP = pathlib.Path(__file__).resolve().parents[2]
PAUSE = 3  # seconds; a standby needs less to get ready
STAGES = ("scan", "dependencies", "prepare", "build", "repository")
USED = "building in the container that the last build kept ready"


class Build(typing.NamedTuple):
    shown: float  # seconds until the end of the build was told
    ended: float  # and until the program had ended
    first: float  # and until its first stage began
    stages: dict  # milliseconds of each
    warm: bool


class Side:
    def __init__(self, bench, name, options):
        self.name, self._bench, self._options = name, bench, options
        self._directory = bench.work / name
        shutil.copytree(bench.sources / "src", self._directory / "src", symlinks=True)

    def change(self, number):
        with open(self._directory / self._bench.change, "a", encoding="utf-8") as stream:
            stream.write("# %d\n" % number)

    def build(self):
        command = [self._bench.program, "build", self._directory, "--image", self._bench.image, "--pull", "never", "--json",
                   *self._options]
        started, shown, first, stages, warm = time.monotonic(), 0.0, 0.0, {}, False
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              env=dict(os.environ, COLCON_DEB_SCRIPTS=str(TOP / "scripts"))) as process:
            for line in process.stdout:
                event = json.loads(line)
                if event.get("type") == "stage" and event["value"] == "scan":
                    first = time.monotonic() - started
                elif event.get("type") == "stage_complete" and event["value"] in STAGES:
                    stages[event["value"]] = event["ms"]
                elif event.get("type") == "run_complete":
                    shown = time.monotonic() - started
                warm = warm or event.get("msg") == USED
        if process.returncode:
            raise SystemExit("%s failed with exit code %d" % (self.name, process.returncode))
        return Build(shown, time.monotonic() - started, first, stages, warm)


class Bench:
    def __init__(self, arguments):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="cdd-bench-warm-", dir="/var/tmp"))
        self.sources, self.change, self.image = arguments.workspace, arguments.change, arguments.image
        self.program = arguments.build / "src/colcon-deb/colcon-deb"
        self.sides = [Side(self, "cold", ()), Side(self, "warm", ("--keep-warm=10m",))]

    def standbys(self):
        answer = subprocess.run(["docker", "ps", "--quiet", "--filter", "label=colcon-deb.role=standby"], check=True,
                                stdout=subprocess.PIPE, text=True)
        mounts = '{{range .Mounts}}{{.Source}} {{end}}'
        return [one for one in answer.stdout.split()
                if str(self.work) in subprocess.run(["docker", "inspect", "-f", mounts, one], check=True,
                                                    stdout=subprocess.PIPE, text=True).stdout]

    def memory(self):
        return subprocess.run(["docker", "stats", "--no-stream", "--format", "{{.MemUsage}}", *self.standbys()], check=True,
                              stdout=subprocess.PIPE, text=True).stdout.split("/")[0].strip()

    def round(self, number):
        builds = {}
        for side in self.sides if number % 2 else self.sides[::-1]:
            side.change(number)
            builds[side.name] = side.build()
            time.sleep(PAUSE)
        if builds["cold"].warm or not builds["warm"].warm:
            raise SystemExit("the builds were not what they were to be")
        say("  round %d: cold %.2f s, warm %.2f s" % (number, builds["cold"].shown, builds["warm"].shown))
        return builds

    def tear_down(self):
        for container in self.standbys():
            subprocess.run(["docker", "rm", "--force", container], check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(self.work, ignore_errors=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


def report(rounds, memory):
    def row(title, value):
        cold = statistics.median(value(builds["cold"]) for builds in rounds)
        warm = statistics.median(value(builds["warm"]) for builds in rounds)
        ratio = statistics.median(value(builds["warm"]) / value(builds["cold"]) for builds in rounds)
        saved = statistics.median(value(builds["cold"]) - value(builds["warm"]) for builds in rounds)
        print("| %s | %.2f s | %.2f s | %.2f s | %.2f |" % (title, cold, warm, saved, ratio))

    print("| | cold | warm | saved | warm : cold |\n|---|---|---|---|---|")
    row("until the end is shown", lambda build: build.shown)
    row("until the program has ended", lambda build: build.ended)
    row("until the first stage", lambda build: build.first)
    for stage in STAGES:
        row("stage " + stage, lambda build, stage=stage: build.stages[stage] / 1000)
    print("\n%d rounds; a standby takes %s" % (len(rounds), memory))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workspace", type=pathlib.Path, default=TOP / "examples/workspace")
    parser.add_argument("--change", default="src/harbor_charts/harbor_charts/lights.py", help="a file of the workspace")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build/release")
    parser.add_argument("--image", default="colcon-deb-builder:rolling")
    bench = Bench(parser.parse_args())
    try:
        for side in bench.sides:
            side.build()
        time.sleep(PAUSE)
        memory = bench.memory()
        rounds = [bench.round(number) for number in range(1, parser.parse_args().rounds + 1)]
        report(rounds, memory)
        print("load: %s" % " ".join("%.1f" % load for load in os.getloadavg()))
    finally:
        bench.tear_down()


if __name__ == "__main__":
    main()
