#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A container's run through the library and through the docker command line, turn by turn, as ratios.

usage: bench/run-container.py [ROUNDS]

Builds nothing: `make build` first. The engine is DOCKER_HOST's, the image CDD_TEST_IMAGE. Each measure is taken in pairs,
one after the other, since the speed of a machine drifts; what is reported is the median of the pairs' ratios.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
IMAGE = os.environ.get("CDD_TEST_IMAGE", "colcon-deb-builder:rolling")
OURS = [str(TOP / "build/release/examples/c/run-container"), IMAGE]
THEIRS = ["docker", "run", "--rm", "--network=host", "--log-driver=none", IMAGE]
MEASURES = {
    "run `true`": ["true"],
    "200 MB of output": ["sh", "-c", "head -c 200000000 /dev/zero"],
}


def measure(command):
    """(wall seconds, CPU seconds, peak MiB) of a process that must succeed."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("%s ended with %d" % (" ".join(command), process.returncode))
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(rounds):
    print("| what | wall, ours : docker's | CPU, ours : docker's | peak memory, ours and docker's |")
    print("|---|---|---|---|")
    for name, command in MEASURES.items():
        pairs = [(measure(OURS + command), measure(THEIRS + command)) for _round in range(rounds)]
        wall, cpu = (statistics.median(ours[i] / theirs[i] for ours, theirs in pairs) for i in (0, 1))
        peaks = [statistics.median(pair[side][2] for pair in pairs) for side in (0, 1)]
        print("| %s | %.2f | %.2f | %.0f MiB, %.0f MiB |" % (name, wall, cpu, *peaks))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 9)
