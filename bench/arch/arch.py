#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""arm64 packages on an amd64 machine: accelerated against native amd64 and against emulated, and byte by byte.

usage: bench/arch/arch.py [--rounds N] [--workspace DIR] [--suite NAME] [--emulated | --tiers]

`make build` and tools/ros-sources.sh first; the engine is DOCKER_HOST's. Makes the images that it lacks, named bench-arch.
Without an option, the workspace is built for amd64 and for accelerated arm64, turn by turn; the median of the rounds' ratios is
reported. CPU time is that of the whole machine, engine and containers included, so nothing else should be at work on it.

--emulated also builds it once without acceleration, compares every package byte by byte, and writes the SHA-256 of each to
bench/arch/emulated.json, so that later runs compare with these.
--tiers builds one package with more and more of the programs accelerated.
"""
import argparse
import hashlib
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
PROGRAM = TOP / "build/release/src/colcon-deb/colcon-deb"
RECORD = pathlib.Path(__file__).with_name("emulated.json")
AMD64, ARM64 = "bench-arch:amd64", "bench-arch:arm64"
ACCELERATOR = "/usr/lib/colcon-deb/accelerator"
TIERS = [
    ("compiler, assembler, linker, archiver", ("cc1", "gcc", "g++", "cpp", "lto", "-as", "-ar", "-ld", "-nm", "ranlib", "strip",
                                               "objcopy", "objdump", "readelf")),
    ("and make, shell, coreutils, sed, tar", ("/usr/bin/[!pc]*", "cat", "chmod", "chown", "chgrp", "cmp", "cp", "cut", "patch",
                                              "printf", "pwd", "pigz")),
    ("and CMake", ("cmake", "ctest", "ccache")),
    ("and Python and Perl, for known scripts", ("python", "perl")),
]


class Cost(typing.NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds


def busy_seconds():
    """What all processors have worked since the machine was started."""
    fields = [int(field) for field in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:8]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def measured(*command):
    """Runs a command that must succeed."""
    before, started = busy_seconds(), time.monotonic()
    answer = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False)
    cost = Cost(time.monotonic() - started, busy_seconds() - before)
    if answer.returncode:
        raise SystemExit("%s\nfailed with exit code %d" % (answer.stdout[-5000:], answer.returncode))
    return cost


def has_image(name):
    return subprocess.run(["docker", "image", "inspect", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == 0


def make_image(name, suite, *options):
    if not has_image(name):
        cost = measured(PROGRAM, "image", "create", "--ros-distro", "rolling", "--suite", suite, "-t", name, *options)
        print("image %s: %.0f s, %.0f CPU s" % (name, cost.wall, cost.cpu), flush=True)


def build(workspace, output, image, *options):
    shutil.rmtree(output, ignore_errors=True)
    return measured(PROGRAM, "build", workspace, "--image", image, "-o", output, *options)


def digests(output):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((output / "debs").glob("*.deb"))}


def versions():
    text = subprocess.run(["docker", "image", "inspect", "-f", '{{ index .Config.Labels "colcon-deb.accelerator" }}', ARM64],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    return text.strip()


def compare(made, record):
    """Prints how the packages compare with those of an emulated build. Whether any differs."""
    if record["versions"] != versions():
        print("the record of an emulated build is of other versions: %s" % RECORD.name)
        return False
    different = sorted(name for name in set(made) | set(record["debs"]) if made.get(name) != record["debs"].get(name))
    print("%d packages, %d differ from the emulated ones %s" % (len(made), len(different), " ".join(different)))
    return bool(different)


def compare_speeds(workspace, place, rounds):
    walls, cpus = [], []
    # The dependencies are installed once; the rounds begin with them.
    for image in (AMD64, ARM64):
        build(workspace, place / "first", image)
    for number in range(rounds):
        costs = {}
        for image in (AMD64, ARM64) if number % 2 else (ARM64, AMD64):
            costs[image] = build(workspace, place / image.partition(":")[2], image)
        walls.append(costs[ARM64].wall / costs[AMD64].wall)
        cpus.append(costs[ARM64].cpu / costs[AMD64].cpu)
        print("round %d: arm64 %.1f s, %.1f CPU s; amd64 %.1f s, %.1f CPU s" % (number + 1, *costs[ARM64], *costs[AMD64]),
              flush=True)
    print("accelerated arm64 : amd64, median of %d: wall %.2f, CPU %.2f"
          % (rounds, statistics.median(walls), statistics.median(cpus)))


def make_tier(number):
    """An image in which only the programs of the first tiers are accelerated. The emulated programs of the others are put
    back. Returns its name."""
    name = "bench-arch:tier%d" % number
    patterns = [pattern for _title, tier in TIERS[number:] for pattern in tier]
    tests = " -o ".join("-path '%s'" % ("*/emulated" + pattern if pattern.startswith("/") else "*%s*" % pattern)
                        for pattern in patterns)
    # Emulated programs do the work: native ones would replace themselves.
    text = "FROM %s\nRUN cp -a %s/emulated /tmp/e && cd /tmp/e && find . -type f \\( %s \\) | tar -T - -cf /tmp/t.tar && " \
           "tar -C / --unlink-first -xf /tmp/t.tar && rm -rf /tmp/t.tar /tmp/e\n" % (ARM64, ACCELERATOR, tests)
    with tempfile.TemporaryDirectory() as context:
        pathlib.Path(context, "Dockerfile").write_text(text)
        measured(PROGRAM, "image", "build", "--platform", "linux/arm64", "-t", name, context)
    return name


def show_tiers(workspace, place):
    build(workspace, place / "first", ARM64)
    rows = [("emulated", build(workspace, place / "tier", ARM64, "--accelerate", "off", "--force"))]
    for number, (title, _patterns) in enumerate(TIERS[:-1], 1):
        rows.append((title, build(workspace, place / "tier", make_tier(number), "--force")))
    rows.append((TIERS[-1][0], build(workspace, place / "tier", ARM64, "--force")))
    rows.append(("amd64", build(workspace, place / "tier", AMD64, "--force")))
    for title, cost in rows:
        print("| %s | %.1f s | %.1f s |" % (title, cost.wall, cost.cpu))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workspace", type=pathlib.Path, default=TOP / "build/test-work/real-packages")
    parser.add_argument("--suite", default="trixie")
    parser.add_argument("--emulated", action="store_true")
    parser.add_argument("--tiers", action="store_true")
    arguments = parser.parse_args()
    make_image(AMD64, arguments.suite)
    make_image(ARM64, arguments.suite, "--arch", "arm64", "--accelerate", "force")
    with tempfile.TemporaryDirectory(dir=TOP / "build") as directory:
        place = pathlib.Path(directory)
        if arguments.tiers:
            show_tiers(arguments.workspace, place)
            return 0
        compare_speeds(arguments.workspace, place, arguments.rounds)
        made = digests(place / "arm64")
        if arguments.emulated:
            cost = build(arguments.workspace, place / "emulated", ARM64, "--accelerate", "off")
            print("emulated arm64: %.0f s, %.0f CPU s" % cost)
            RECORD.write_text(json.dumps({"versions": versions(), "debs": digests(place / "emulated")}, indent=1) + "\n")
        if RECORD.exists() and compare(made, json.loads(RECORD.read_text())):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
