#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How much of a processor the live view takes while a package prints 10,000 lines a second.

    bench/view/flood.py [--rounds N] [--seconds N]

Plays a recording on a terminal of its own: all lines shown, and none but the last. Processor time is that of the program
alone, as a share of the time that it ran. `make build` first.
"""
import argparse
import os
import pathlib
import pty
import statistics
import subprocess
import tempfile
import threading

TOP = pathlib.Path(__file__).resolve().parents[2]
PLAYER = TOP / "build/release/tests/support/view-player"
LINES = 10000  # a second
TEXT = "[ 45%%25] Building CXX object CMakeFiles/loud.dir/src/some/directory/file_%d.cpp.o with a few words"


def record(path, seconds):
    with open(path, "w", encoding="utf-8") as stream:
        stream.write("0 ::progress::type=stage,value=build\n0 ::progress::type=schedule,slots=2\n"
                     "0 ::progress::type=package_start,name=loud,total=1\n")
        for number in range(seconds * LINES):
            stream.write("%d ::progress::type=package_output,name=loud,msg=%s\n" % (number * 1000 // LINES, TEXT % number))
        stream.write("%d end success\n" % (seconds * 1000))


def drain(descriptor):
    try:
        while os.read(descriptor, 1 << 16):
            pass
    except OSError:
        pass  # the other end is closed


def share(path, seconds, verbose):
    """Percent of one processor."""
    environment = dict(os.environ, TERM="xterm-256color", LC_ALL="C.UTF-8", PLAYER_CPU="1")
    if verbose:
        environment["PLAYER_VERBOSE"] = "1"
    master, slave = pty.openpty()
    reader = threading.Thread(target=drain, args=(master,), daemon=True)
    reader.start()
    ended = subprocess.run([PLAYER, "live", path], stdin=subprocess.DEVNULL, stdout=slave, stderr=subprocess.PIPE, text=True,
                           env=environment, check=True)
    os.close(slave)
    return int(ended.stderr.split()[-2]) / (seconds * 10)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "flood.run")
        record(path, arguments.seconds)
        for verbose, what in ((False, "the last line only"), (True, "all lines")):
            shares = [share(path, arguments.seconds, verbose) for _ in range(arguments.rounds)]
            print("%-20s %.1f %% of a processor (%.1f to %.1f)"
                  % (what, statistics.median(shares), min(shares), max(shares)))


if __name__ == "__main__":
    main()
