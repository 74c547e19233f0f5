#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""colcon-deb against `colcon build --merge-install` of the same packages in the same image, turn by turn, as ratios.

usage: bench/build/build.py [--rounds N] [--workspace DIR] [--build DIR] [--image REF] [SCENE...]

`make build` and tools/ros-sources.sh first; the engine is DOCKER_HOST's. colcon compiles and installs, and makes no packages:
it is the floor of what a build can take. Both build in one image, which has all dependencies, so that neither asks apt. In each
round both go through the scenes in the same order, one scene after the other, and the two take turns at being first, since the
speed of a machine drifts: what is reported is the median of the rounds' ratios. CPU time is that of the whole machine, engine
and containers included, so nothing else should be at work on it.
"""
import argparse
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
PREFIX = "/opt/ros/rolling"
JOBS = os.cpu_count()
COLCON = ["colcon", "python3-colcon-ros", "python3-colcon-cmake", "python3-colcon-package-information",
          "python3-colcon-package-selection", "python3-colcon-parallel-executor", "python3-colcon-python-setup-py"]
# Where in the workspace of tools/ros-sources.sh: of a package that none uses, and of one that nine others use.
LEAF = "ros2-rosidl/rosidl_typesupport_introspection_cpp/include/rosidl_typesupport_introspection_cpp/visibility_control.h"
ROOT_SOURCE = "ros2-rcutils/src/strdup.c"
ROOT_HEADER = "ros2-rcutils/include/rcutils/macros.h"


class Cost(typing.NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds


class Scene(typing.NamedTuple):
    name: str
    title: str
    change: str  # the file that is changed before it; "" for none
    text: str  # what is added at its end, with a number that differs each time


SCENES = [
    Scene("cold", "cold", "", ""),
    Scene("nothing", "nothing changed", "", ""),
    Scene("leaf", "a header of a leaf changed", LEAF, "#define CDD_BENCH_%d 1\n"),
    Scene("comment", "a comment in a root changed", ROOT_SOURCE, "/* %d */\n"),
    Scene("root", "a header of a root changed", ROOT_HEADER, "#define CDD_BENCH_%d 1\n"),
]


def docker(*arguments, **options):
    return subprocess.run(["docker", *arguments], check=True, stdout=subprocess.PIPE, text=True, **options).stdout.strip()


def measured(command, environ):
    """Runs a command that must succeed."""
    before, started = busy_seconds(), time.monotonic()
    answer = subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False)
    cost = Cost(time.monotonic() - started, busy_seconds() - before)
    if answer.returncode:
        raise SystemExit("%s\nfailed with exit code %d" % (answer.stdout[-5000:], answer.returncode))
    return cost


def busy_seconds():
    """What all processors have worked since the machine was started."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:8]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


class Workspace:
    """A copy of the sources for each of the two, so that one's changes are not the other's."""

    def __init__(self, sources, directory):
        self.directory, self._changes = directory, 0
        shutil.copytree(sources / "src", directory / "src", symlinks=True)

    def change(self, scene):
        if scene.change:
            self._changes += 1
            with open(self.directory / "src" / scene.change, "a", encoding="utf-8") as stream:
                stream.write(scene.text % self._changes)


class Ours:
    name = "colcon-deb"

    def __init__(self, bench):
        self._bench, self._directory = bench, pathlib.Path(tempfile.mkdtemp(prefix="ours-", dir=bench.work))
        self.workspace = Workspace(bench.sources, self._directory / "ws")

    def run(self):
        return measured(self._bench.command(self._directory), self._bench.environ)

    def end(self):
        shutil.rmtree(self._directory)


class Colcon:
    """In a container that stays: neither its start nor its end is counted."""

    name = "colcon"

    def __init__(self, bench):
        self._directory = pathlib.Path(tempfile.mkdtemp(prefix="colcon-", dir=bench.work))
        self.workspace = Workspace(bench.sources, self._directory / "ws")
        self._container = docker("run", "--detach", "--network=host", "--volume", "%s/src:/workspace/src:ro" % self.workspace.directory,
                                 "--workdir=/workspace", bench.layer(), "sleep", "100000")

    def run(self):
        command = "MAKEFLAGS=-j%d colcon build --merge-install --install-base %s --base-paths src --parallel-workers %d " \
                  "--cmake-args -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF" % (JOBS, PREFIX, JOBS)
        return measured(["docker", "exec", self._container, "bash", "-c", command], os.environ)

    def end(self):
        docker("rm", "--force", self._container)
        shutil.rmtree(self._directory)


class Bench:
    def __init__(self, arguments):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="cdd-bench-build-", dir="/var/tmp"))
        self.sources = arguments.workspace
        self._program = arguments.build / "src/colcon-deb/colcon-deb"
        self._base, self.image = arguments.image, "cdd-bench-build:%d" % os.getpid()
        # Layers of its own, and no trace of them afterwards.
        self.environ = dict(os.environ, COLCON_DEB_SCRIPTS=str(TOP / "scripts"), XDG_CACHE_HOME=str(self.work / "cache"))

    def command(self, directory, *more):
        return [self._program, "build", directory / "ws", "--ros-distro", "rolling", "--image", self.image, "--pull", "never",
                "--output-dir", directory / "out", "--debian-dirs", directory / "debian_dirs", *more]

    def set_up(self):
        say("making an image that has colcon")
        container = docker("run", "--detach", "--network=host", self._base, "sh", "-c",
                           "apt-get update && apt-get install -y --no-install-recommends " + " ".join(COLCON))
        try:
            if docker("wait", container) != "0":
                raise SystemExit(docker("logs", container))
            docker("commit", "--change", 'CMD ["bash"]', container, self.image)
        finally:
            docker("rm", "--force", container)

    def layer(self):
        """The image that has the dependencies: the first build made it."""
        return docker("image", "ls", "--quiet", "--filter", "label=colcon-deb.role=dependencies",
                      "--filter", "label=colcon-deb.base=" + docker("image", "inspect", "-f", "{{.Id}}", self.image)).split()[0]

    def first_workspaces(self):
        """(first workspace, which makes the layer; second one, which starts from it)."""
        costs = []
        for _number in range(2):
            ours = Ours(self)
            costs.append(ours.run())
            ours.end()
        return costs

    def round(self, number, scenes):
        """{scene: (ours, colcon)}"""
        sides = [Ours(self), Colcon(self)]
        costs = {}
        try:
            for position, scene in enumerate(scenes):
                turn = sides if (number + position) % 2 == 0 else sides[::-1]
                cost = {}
                for side in turn:
                    side.workspace.change(scene)
                    cost[side.name] = side.run()
                    say("  %s, %s: %.1f s wall, %.1f s CPU" % (scene.title, side.name, *cost[side.name]))
                costs[scene.name] = (cost[Ours.name], cost[Colcon.name])
        finally:
            for side in sides:
                side.end()
        return costs

    def tear_down(self):
        with_base = docker("image", "ls", "--quiet", "--filter", "label=colcon-deb.role=dependencies")
        base = docker("image", "ls", "--quiet", "--no-trunc", self.image)
        for image in set(with_base.split()):
            if base and docker("image", "inspect", "-f", '{{index .Config.Labels "colcon-deb.base"}}', image) == base:
                docker("image", "rm", "--force", image)
        if base:
            docker("image", "rm", "--force", self.image)
        shutil.rmtree(self.work, ignore_errors=True)


def say(text):
    print(text, file=sys.stderr, flush=True)


def median_ratio(rounds, scene, field):
    return statistics.median(getattr(ours, field) / getattr(colcon, field)
                             for ours, colcon in (costs[scene.name] for costs in rounds))


def median(rounds, scene, side, field):
    return statistics.median(getattr(costs[scene.name][side], field) for costs in rounds)


def print_table(rounds, scenes, first, second):
    print("| | wall, colcon-deb : colcon | CPU | wall, colcon-deb | colcon | CPU, colcon-deb | colcon |")
    print("|---|---|---|---|---|---|---|")
    for scene in scenes:
        cells = ["%.2f" % median_ratio(rounds, scene, field) for field in ("wall", "cpu")]
        cells += ["%.1f s" % median(rounds, scene, side, field) for field in ("wall", "cpu") for side in (0, 1)]
        print("| %s | %s |" % (scene.title, " | ".join(cells)))
    print("\n| | wall | CPU |\n|---|---|---|")
    print("| first workspace, dependencies installed | %.1f s | %.1f s |" % first)
    print("| second workspace with the same dependencies | %.1f s | %.1f s |" % second)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workspace", type=pathlib.Path, default=TOP / "build/test-work/real-packages")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build/release")
    parser.add_argument("--image", default="colcon-deb-builder:rolling")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help="of: " + ", ".join(scene.name for scene in SCENES))
    arguments = parser.parse_args()
    # Every scene builds on the first.
    scenes = [scene for scene in SCENES if not arguments.scenes or scene.name in arguments.scenes or scene.name == "cold"]
    bench = Bench(arguments)
    try:
        bench.set_up()
        first, second = bench.first_workspaces()
        rounds = []
        for number in range(arguments.rounds):
            say("round %d of %d" % (number + 1, arguments.rounds))
            rounds.append(bench.round(number, scenes))
        print_table(rounds, scenes, first, second)
    finally:
        bench.tear_down()


if __name__ == "__main__":
    main()
