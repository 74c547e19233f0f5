#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A directory of 100,000 files, sent to the classic builder by the library and by docker's command line, as ratios.

usage: bench/context/context.py [--rounds N] [--files N] [--build DIR] [MEASURE...]

`make build` first. The engine is DOCKER_HOST's. Both clients do the same to the same engine in each round, turn by turn:
what is reported is the median of the rounds' ratios. The image has one of the files, so that what is measured is the
upload: all files, without an ignore file; and the files of one directory, all others being left out one by one, by 50
patterns, so that every directory has to be read. And, by itself, how much BuildKit is sent when one file of 1 GiB has
changed since the build before. What is made on the engine is removed at the end, and what is made
here too.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import typing

TOP = pathlib.Path(__file__).resolve().parents[2]
FILES_A_DIRECTORY = 100


class Cost(typing.NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MiB


UNITS = {"wall": "{:.2f} s", "cpu": "{:.2f} s", "peak": "{:.1f} MiB"}


def make_files(directory, count):
    """Sources of some kilobytes each, as a workspace has them, in directories of a hundred, ten to a package."""
    line = b"#include <rclcpp/rclcpp.hpp>\n"
    for i in range(count):
        here = directory / ("package-%d" % (i // FILES_A_DIRECTORY // 10)) / ("part-%d" % (i // FILES_A_DIRECTORY))
        if i % FILES_A_DIRECTORY == 0:
            here.mkdir(parents=True, exist_ok=True)
        (here / ("file-%d.%s" % (i, ("cpp", "hpp", "py", "o")[i % 4]))).write_bytes(line * (1 + i % 64))
    (directory / "Dockerfile").write_text("FROM scratch\nCOPY package-0/part-0/file-0.cpp /\n")


def ignore_rules():
    """50 patterns with all kinds of wildcards. Most are only tried; the last ones leave out all files but some."""
    rules = ["**/*.%s" % end for end in ("pyc", "swp", "log", "bag", "deb", "orig", "rej", "tmp", "gcda", "gcno")]
    rules += ["**/%s" % name for name in (".git", ".svn", "__pycache__", "node_modules", ".venv", ".cache", ".tox")]
    rules += ["/build", "install/", "log", "output/**", "docs/*.md", "*/doc/**/*.pdf", "**/core.[0-9]*", "**/test_*"]
    kept = ["**/*.cpp", "**/*.hpp", "**/*.py", "**/*.o", "!package-0/part-0/**"]
    rules += ["**/*-backup-*/%d" % i for i in range(50 - len(rules) - len(kept))] + kept
    return "".join(rule + "\n" for rule in rules)


def cost_of(build, command, environment):
    done = subprocess.run([str(build / "bench/engine/bench-measure"), *command], capture_output=True, text=True,
                          env={**os.environ, **environment})
    if done.returncode:
        raise SystemExit("%s ended with %d: %s" % (" ".join(command), done.returncode, done.stderr.strip()))
    wall, user, system, peak = map(int, done.stdout.split())
    return Cost(wall / 1e6, (user + system) / 1e6, peak / 1024)


def print_row(cells):
    print("| %s |" % " | ".join(cells), flush=True)


def report(name, costs):
    cells = [name]
    for field, unit in UNITS.items():
        pairs = list(zip(costs["library"], costs["docker"]))
        cells.append("%.2f" % statistics.median(getattr(ours, field) / getattr(theirs, field) for ours, theirs in pairs))
        cells += [unit.format(statistics.median(getattr(cost, field) for cost in costs[client]))
                  for client in ("library", "docker")]
    print_row(cells)


def measure(build, directory, tag, rounds):
    commands = {
        "library": [str(build / "bench/context/bench-context"), str(directory), tag],
        "docker": ["docker", "build", "--quiet", "--no-cache", "--tag", tag, str(directory)],
    }
    costs = {name: [] for name in commands}
    names = list(commands)
    for i in range(rounds):
        for name in names if i % 2 == 0 else reversed(names):
            costs[name].append(cost_of(build, commands[name], {"DOCKER_BUILDKIT": "0"}))
            subprocess.run(["docker", "rmi", "--force", tag], check=True, capture_output=True)
    return costs


def again(build, directory, tag):
    """Bytes of the context that are sent: first, and after one small file has changed."""
    for i in range(64):
        (directory / ("large-%d" % i)).write_bytes(os.urandom(16 << 20))
    (directory / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    sent = []
    for text in "one", "two":
        (directory / "small").write_text(text)
        done = subprocess.run([str(build / "bench/context/bench-context"), str(directory), tag, "buildkit"], check=True,
                              stdout=subprocess.PIPE, text=True)
        sent.append(int(done.stdout))
    subprocess.run(["docker", "rmi", "--force", tag], check=True, capture_output=True)
    print("BuildKit is sent %d bytes of 1 GiB, and %d when one file has changed" % tuple(sent))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--files", type=int, default=100000)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build/release")
    parser.add_argument("measures", nargs="*", metavar="MEASURE", help="all ignored again; none: each")
    arguments = parser.parse_args()
    tag = "cdd-bench-context:%d" % os.getpid()
    work = pathlib.Path(tempfile.mkdtemp(prefix="cdd-bench-", dir="/var/tmp"))
    try:
        measures = arguments.measures or ["all", "ignored", "again"]
        if "again" in measures:
            (work / "again").mkdir()
            again(arguments.build, work / "again", tag)
            shutil.rmtree(work / "again")
        if measures == ["again"]:
            return
        make_files(work, arguments.files)
        print_row(["%d files" % arguments.files, *("%s, %s" % (field, what) for field in UNITS
                                                   for what in ("library : docker", "library", "docker"))])
        print_row(["---"] * 10)
        for name in [each for each in measures if each != "again"]:
            if name == "ignored":
                (work / ".dockerignore").write_text(ignore_rules())
            report(name, measure(arguments.build, work, tag, arguments.rounds))
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
