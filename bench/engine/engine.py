#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The library against the docker command line, docker-py and the raw API calls, turn by turn, as ratios.

usage: bench/engine/engine.py [--rounds N] [--long-rounds N] [--megabytes N] [--build DIR] [MEASURE...]

`make build` first. The engine is DOCKER_HOST's (a unix socket). Every client does the same to the same engine in each
round, in an order that is turned round by round, since the speed of a machine drifts: what is reported is the median
of the rounds' ratios, and the median memory. What is made on the engine is removed at the end.
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
import typing

TOP = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
CHUNK = 62500


class Cost(typing.NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB


class Stage:
    """What the measures need on the engine: a small image and a container that runs. All of it goes at the end."""

    def __init__(self, megabytes):
        self.megabytes = megabytes
        self.image = "cdd-bench-engine:%d" % os.getpid()
        self.container = "cdd-bench-engine-%d" % os.getpid()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="cdd-bench-", dir="/var/tmp"))
        self.file = self.work / "random"
        self.out = self.work / "out"

    def __enter__(self):
        try:
            self.set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def set_up(self):
        self.make_image()
        docker("run", "--detach", "--network=host", "--log-driver=none", "--name", self.container, self.image,
               "sleep", "100000")
        self.out.mkdir()
        with open(self.file, "wb") as random:
            for _i in range(self.megabytes):
                random.write(os.urandom(1000 * 1000))
        docker("cp", str(self.file), self.container + ":/")

    def __exit__(self, *exception):
        docker("rm", "--force", self.container, check=False)
        docker("rmi", "--force", self.image, check=False)
        shutil.rmtree(self.work)

    def make_image(self):
        """Debian's busybox-static and links to it: 2 MB, at once."""
        busybox = shutil.which("busybox")
        if busybox is None:
            raise SystemExit("busybox is missing: apt-get install busybox-static")
        root = self.work / "root"
        (root / "bin").mkdir(parents=True)
        (root / "tmp").mkdir()
        shutil.copy(busybox, root / "bin/busybox")
        for name in ("sh", "true", "sleep", "dd", "echo"):
            (root / "bin" / name).symlink_to("busybox")
        archive = self.work / "root.tar"
        subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
        docker("import", str(archive), self.image)


def docker(*arguments, check=True):
    done = subprocess.run(["docker", *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if check and done.returncode:
        raise SystemExit("docker %s: %s" % (" ".join(arguments), done.stderr.strip()))
    return done.stdout.strip()


def clients_for(build):
    """The name of each client and what its command line begins with; None for docker's, which has words of its own."""
    clients = {"library": [str(build / "bench-library")], "docker": None}
    # Any directory that is called so counts as a package, and there is one at the top of the tree.
    if subprocess.run([PYTHON, "-c", "import docker.client"], capture_output=True).returncode == 0:
        clients["docker-py"] = [PYTHON, str(HERE / "docker-py.py")]
    else:
        print("docker-py is left out: apt-get install python3-docker", file=sys.stderr)
    clients["floor"] = [str(build / "bench-floor")]
    return clients


class Measure(typing.NamedTuple):
    name: str
    long: bool
    words: list  # for our clients and docker-py
    docker: list  # for the docker command line; None where it has no such thing


def measures_for(stage):
    container, image, file, out = stage.container, stage.image, str(stage.file), str(stage.out)
    output = ["sh", "-c", "dd if=/dev/zero bs=%d count=%d 2>/dev/null" %
              (CHUNK, 5 * stage.megabytes * 1000 * 1000 // CHUNK)]
    docker_run = ["run", "--rm", "--network=host", "--log-driver=none", image]
    return {
        "run": Measure("run `true`", False, ["run", image, "true"], [*docker_run, "true"]),
        "exec": Measure("exec `true`", False, ["exec", container, "true"], ["exec", container, "true"]),
        "output": Measure("%d MB of output" % (5 * stage.megabytes), True, ["run", image, *output],
                          [*docker_run, *output]),
        "up": Measure("%d MB archive up" % stage.megabytes, True, ["put", file, container, "/tmp"],
                      ["cp", file, container + ":/tmp/"]),
        "down": Measure("%d MB archive down" % stage.megabytes, True, ["get", container, "/random", out],
                        ["cp", container + ":/random", out + "/"]),
        "one": Measure("100 requests, one connection", False, ["one-connection", container, "100"],
                       ["container", "inspect", *[container] * 100]),
        "many": Measure("100 requests, 100 connections", False, ["many-connections", container, "100"], None),
    }


def cost_of(build, command):
    done = subprocess.run([str(build / "bench-measure"), *command], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit("%s ended with %d: %s" % (" ".join(command), done.returncode, done.stderr.strip()))
    wall, user, system, peak = map(int, done.stdout.split())
    return Cost(wall / 1e6, (user + system) / 1e6, peak / 1024)


def commands_for(clients, measure):
    commands = {name: [*prefix, *measure.words] for name, prefix in clients.items() if prefix is not None}
    if measure.docker is not None:
        commands["docker"] = ["docker", *measure.docker]
    return commands


def check(stage, clients, measures):
    """Nothing is compared that does not do the same: what each client prints and copies is looked at once."""
    words = Measure("", False, ["run", stage.image, "echo", "hello"],
                    ["run", "--rm", "--network=host", "--log-driver=none", stage.image, "echo", "hello"])
    for name, command in commands_for(clients, words).items():
        said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).stdout
        if said != b"hello\n":
            raise SystemExit("%s printed %r" % (name, said))
    for key in ("up", "down"):
        for name, command in commands_for(clients, measures[key]).items():
            for old in stage.out.iterdir():
                old.unlink()
            docker("exec", stage.container, "busybox", "rm", "-f", "/tmp/random")
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
            there = stage.out / ("archive.tar" if name == "floor" else "random")
            same = (there.exists() and stage.file.read_bytes() in there.read_bytes()) if key == "down" else \
                subprocess.run(["docker", "exec", stage.container, "busybox", "cmp", "/random", "/tmp/random"],
                               capture_output=True).returncode == 0
            if not same:
                raise SystemExit("%s did not copy the file (%s)" % (name, key))


def run_rounds(build, commands, rounds):
    """Per client a cost for each round."""
    costs = {name: [] for name in commands}
    names = list(commands)
    for i in range(rounds):
        for name in names[i % len(names):] + names[:i % len(names)]:
            costs[name].append(cost_of(build, commands[name]))
    return costs


def ratio(costs, field, other):
    if other not in costs:
        return "–"
    pairs = zip(costs["library"], costs[other])
    return "%.2f" % statistics.median(getattr(ours, field) / getattr(theirs, field) for ours, theirs in pairs)


def median(costs, field, name):
    if name not in costs:
        return "–"
    return UNITS[field].format(statistics.median(getattr(cost, field) for cost in costs[name]))


UNITS = {"wall": "{:.3f} s", "cpu": "{:.3f} s", "peak": "{:.1f} MiB"}
RATIOS = [("wall", "floor"), ("wall", "docker"), ("wall", "docker-py"),
          ("cpu", "floor"), ("cpu", "docker"), ("cpu", "docker-py"), ("peak", "docker"), ("peak", "docker-py")]
MEDIANS = [(field, name) for field in UNITS for name in ("library", "floor", "docker", "docker-py")]


def print_row(cells):
    print("| %s |" % " | ".join(cells), flush=True)


def print_head(first, columns):
    print_row([first, *("%s, %s" % (field, name) for field, name in columns)])
    print_row(["---"] * (len(columns) + 1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15, help="of what takes a second (15)")
    parser.add_argument("--long-rounds", type=int, default=5, help="of output and archives (5)")
    parser.add_argument("--megabytes", type=int, default=100, help="of an archive; output is five times that (100)")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build/release")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help="run exec output up down one many; none: all")
    arguments = parser.parse_args()
    build = arguments.build / "bench/engine"
    clients = clients_for(build)

    version = json.loads(docker("version", "--format", "{{json .}}"))
    print("Engine %s, docker command line %s, %d cores, %d rounds, %d of output and archives.\n" %
          (version["Server"]["Version"], version["Client"]["Version"], len(os.sched_getaffinity(0)),
           arguments.rounds, arguments.long_rounds))
    print_head("library : …", RATIOS)
    measured = {}
    with Stage(arguments.megabytes) as stage:
        measures = measures_for(stage)
        check(stage, clients, measures)
        for key in arguments.measures or measures:
            measure = measures[key]
            costs = run_rounds(build, commands_for(clients, measure),
                               arguments.long_rounds if measure.long else arguments.rounds)
            measured[measure.name] = costs
            print_row([measure.name, *(ratio(costs, *column) for column in RATIOS)])
    print()
    print_head("medians", MEDIANS)
    for name, costs in measured.items():
        print_row([name, *(median(costs, *column) for column in MEDIANS)])


if __name__ == "__main__":
    main()
