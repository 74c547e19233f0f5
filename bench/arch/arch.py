#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""arm64 packages on an amd64 machine: accelerated against native amd64 and against emulated, and byte by byte.

usage: bench/arch/arch.py [--rounds N] [--sources WORKSPACE] [--suite NAME] [--emulated | --tiers]

`make build` and tools/ros-sources.sh first; the engine is DOCKER_HOST's. Makes the images that it lacks, named bench-arch.
The workspace has the real packages and harbor_msgs, a package of seven messages. Without an option, it is built for amd64 and
for accelerated arm64, turn by turn; the median of the rounds' ratios is reported. CPU time is that of the whole machine,
engine and containers included, so nothing else should be at work on it.

Each accelerated package is compared, byte by byte, with the record of an emulated build, bench/arch/emulated.json.
--emulated makes that record: it builds the workspace once in an image that was never accelerated, and once in each of the
others.
--tiers builds rcutils with more and more of the programs accelerated.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
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
MESSAGES = pathlib.Path(__file__).with_name("harbor_msgs")
AMD64, ARM64, EMULATED = "bench-arch:amd64", "bench-arch:arm64", "bench-arch:emulated"
ACCELERATOR = "/usr/lib/colcon-deb/accelerator"
# What the path of a program must match to be of the tier; the first that matches counts.
TIERS = [
    ("compiler, assembler, linker, archiver", r"/gcc/|/[a-z0-9_]+-linux-gnu-[^/]*$"),
    ("and make, shell, coreutils, sed, tar", r"/(?!cmake$|ctest$|ccache$|python|perl)[^/]*$"),
    ("and CMake, ccache", r"/c(make|test|cache)$"),
    ("and Python and Perl, for known scripts", r""),
]
MOMENT = 1700000000  # of the files of harbor_msgs: a clone gives them other times, and versions follow these


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


def docker(*arguments):
    return subprocess.run(["docker", *arguments], stdout=subprocess.PIPE, text=True, check=True).stdout.strip()


def make_images(suite):
    create = ["image", "create", "--ros-distro", "rolling", "--suite", suite]
    for name, command in ((AMD64, [*create, "-t", AMD64]),
                          (EMULATED, [*create, "--arch", "arm64", "--accelerate", "off", "-t", EMULATED]),
                          (ARM64, ["image", "accelerate", EMULATED, "-t", ARM64])):
        if not docker("image", "ls", "--quiet", name):
            cost = measured(PROGRAM, *command)
            print("image %s: %.0f s, %.0f CPU s" % (name, *cost), flush=True)


def make_workspace(sources, place):
    for source in [*sorted((sources / "src").iterdir()), MESSAGES]:
        shutil.copytree(source, place / "src" / source.name, symlinks=True)
    for path in [place / "src" / MESSAGES.name, *(place / "src" / MESSAGES.name).rglob("*")]:
        os.utime(path, (MOMENT, MOMENT))
    return place


def build(workspace, output, image, *options):
    shutil.rmtree(output, ignore_errors=True)
    return measured(PROGRAM, "build", workspace, "--image", image, "-o", output, *options)


def digests(output):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted((output / "debs").glob("*.deb"))}


def seconds_of_packages(output):
    """Package -> what its build took."""
    packages = json.loads((output / "summary.json").read_text())["packages"]
    return {package["name"]: package["duration_ms"] / 1000 for package in packages}


def print_packages(*outputs):
    """A row for each package, with what it took in each of the builds."""
    columns = [seconds_of_packages(output) for output in outputs]
    for name in sorted(columns[0]):
        print("| %s | %s |" % (name, " | ".join("%.1f s" % column[name] for column in columns)))


def versions():
    """The versions of the native programs."""
    return docker("image", "inspect", "-f", '{{ index .Config.Labels "colcon-deb.accelerator" }}', ARM64)


def compare(made, record):
    """Prints how the packages compare with those of an emulated build. Whether any differs."""
    if record["versions"] != versions():
        print("%s is of other versions of the programs: nothing is compared" % RECORD.name)
        return False
    different = sorted(name for name, digest in record["debs"].items() if made.get(name) != digest)
    print("%d packages, of which the record has %d; %d differ from the emulated ones %s"
          % (len(made), len(record["debs"]), len(different), " ".join(different)))
    return bool(different)


def compare_speeds(workspace, place, rounds):
    outputs = {AMD64: place / "amd64", ARM64: place / "arm64"}
    walls, cpus = [], []
    # The dependencies are installed, and the image is tested, once; the rounds begin with that.
    for image, output in outputs.items():
        build(workspace, output, image)
    for number in range(rounds):
        order = sorted(outputs, reverse=number % 2 == 1)
        costs = {image: build(workspace, outputs[image], image) for image in order}
        walls.append(costs[ARM64].wall / costs[AMD64].wall)
        cpus.append(costs[ARM64].cpu / costs[AMD64].cpu)
        print("round %d: arm64 %.1f s, %.1f CPU s; amd64 %.1f s, %.1f CPU s" % (number + 1, *costs[ARM64], *costs[AMD64]),
              flush=True)
    print("accelerated arm64 : amd64, median of %d: wall %.2f, CPU %.2f"
          % (rounds, statistics.median(walls), statistics.median(cpus)))
    return digests(outputs[ARM64])


def record_emulated(workspace, place):
    outputs = [place / name for name in ("emulated", "arm64", "amd64")]
    for output, image in zip(outputs, (EMULATED, ARM64, AMD64)):
        cost = build(workspace, output, image)
        print("%s: %.0f s, %.0f CPU s" % (output.name, *cost), flush=True)
    print_packages(*outputs)
    RECORD.write_text(json.dumps({"versions": versions(), "debs": digests(outputs[0])}, indent=1) + "\n")
    return digests(outputs[1])


def tier_of(path):
    return next(number for number, (_title, pattern) in enumerate(TIERS) if re.search(pattern, path))


def make_tier(last, place):
    """An image in which only the programs of the tiers up to this one are native: in the places of the others are the
    emulated ones again. Returns its name."""
    name = "bench-arch:tier%d" % last
    replaced = json.loads(docker("run", "--rm", "--network", "none", ARM64, "cat", ACCELERATOR + "/report.json"))["replaced"]
    place.mkdir()
    (place / "list").write_text("".join(path + "\n" for path in replaced if tier_of(path) > last))
    (place / "Dockerfile").write_text(
        "FROM %s\nCOPY list /tmp/list\nRUN cp /usr/bin/cp /tmp/cp && cd %s/emulated && while read -r path; do "
        "/tmp/cp -a --remove-destination --parents .$path /; done </tmp/list; rm /tmp/cp /tmp/list\n" % (ARM64, ACCELERATOR))
    measured(PROGRAM, "image", "build", "--platform", "linux/arm64", "-t", name, place)
    return name


def show_tiers(workspace, place):
    """Prints what rcutils takes: its own build, and the whole run."""
    images = [*((title, make_tier(number, place / str(number))) for number, (title, _pattern) in enumerate(TIERS[:-1])),
              (TIERS[-1][0], ARM64), ("amd64", AMD64)]

    def show(title, image):
        cost = build(workspace, place / "output", image, "--packages-select", "rcutils")
        print("| %s | %.1f s | %.1f s | %.1f s |" % (title, seconds_of_packages(place / "output")["rcutils"], *cost), flush=True)

    show("emulated", EMULATED)
    for title, image in images:
        # The first build tests the image, and installs the dependencies.
        build(workspace, place / "output", image, "--packages-select", "rcutils")
        show(title, image)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sources", type=pathlib.Path, default=TOP / "build/test-work/real-packages", metavar="WORKSPACE")
    parser.add_argument("--suite", default="trixie")
    parser.add_argument("--emulated", action="store_true")
    parser.add_argument("--tiers", action="store_true")
    arguments = parser.parse_args()
    make_images(arguments.suite)
    with tempfile.TemporaryDirectory(dir=TOP / "build") as directory:
        place = pathlib.Path(directory)
        workspace = make_workspace(arguments.sources, place / "workspace")
        if arguments.tiers:
            show_tiers(workspace, place)
            return 0
        made = record_emulated(workspace, place) if arguments.emulated else compare_speeds(workspace, place, arguments.rounds)
        if not RECORD.exists():
            print("there is no %s: nothing is compared" % RECORD.name)
            return 0
        return 1 if compare(made, json.loads(RECORD.read_text())) else 0


if __name__ == "__main__":
    sys.exit(main())
