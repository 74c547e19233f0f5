#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A build on an engine behind ssh that cannot see the workspace, against the same build with mounts, turn by turn, as ratios.

usage: bench/build/remote.py [--rounds N] [--size MB] [--work SECONDS] [--build DIR] [--image REF]

As root; `make build` first; the engine is DOCKER_HOST's, on a unix socket. An ssh server of its own stands on loopback, and the
workspace, with --size MB of sources, is in a mount namespace that the engine does not have. In each round one file of a leaf
changes, whose build waits for --work seconds, and both build. Prints what was sent, and the median of the rounds' ratios.
"""
import argparse
import contextlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "integration"))
from ssh_server import SshServer  # noqa: E402
from support import add_package  # noqa: E402

HIDE = 'set -e; mount -t tmpfs tmpfs "$1"; echo ready; exec sleep infinity'
FILE = 100_000  # bytes


def make_workspace(directory, size, work):
    """A package with many files, and a leaf that takes so long."""
    large = add_package(directory, "large")
    for index in range(size * 1_000_000 // FILE):
        path = large / ("data%03d" % (index // 100)) / ("file%d" % index)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(os.urandom(FILE))
    add_package(directory, "leaf", depends=("large",), cmake="execute_process(COMMAND sleep %s)" % work)


def measured(command, environ):
    started = time.monotonic()
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit("%s\n%s%s" % (command, done.stdout, done.stderr))
    return time.monotonic() - started, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, default=300, metavar="MB")
    parser.add_argument("--work", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build" / "release")
    parser.add_argument("--image", default="colcon-deb-builder:rolling")
    arguments = parser.parse_args()
    engine = os.environ["DOCKER_HOST"].removeprefix("unix://")
    program = arguments.build / "src" / "colcon-deb" / "colcon-deb"
    with contextlib.ExitStack() as stack:
        place = pathlib.Path(tempfile.mkdtemp(prefix="cdd-bench-"))
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        hidden, seen = place / "hidden", place / "seen"
        hidden.mkdir()
        holder = stack.enter_context(subprocess.Popen(["unshare", "--mount", "sh", "-c", HIDE, "sh", hidden], stdout=subprocess.PIPE))
        stack.callback(holder.kill)
        holder.stdout.readline()
        inside = pathlib.Path("/proc/%d/root%s" % (holder.pid, hidden))
        make_workspace(seen, arguments.size, arguments.work)
        subprocess.run(["cp", "-a", "%s/." % seen, inside], check=True)
        server = SshServer(place / "ssh")
        server.start()
        stack.callback(server.stop)
        remote_environ = {**os.environ, "DOCKER_HOST": "ssh://root@127.0.0.1:%d%s" % (server.port, engine),
                          "PATH": server.path_with()}
        remote = ["nsenter", "--mount=/proc/%d/ns/mnt" % holder.pid, program, "build", hidden, "--image", arguments.image]
        local = [program, "build", seen, "--image", arguments.image]
        ratios = []
        for number in range(arguments.rounds + 1):
            for leaf in (seen, inside):
                (leaf / "src" / "leaf" / "note.txt").write_text("%d\n" % number)
            before = server.count_logins()
            turns = [("remote", remote, remote_environ), ("local", local, dict(os.environ))]
            times = {}
            for name, command, environ in turns[::-1] if number % 2 else turns:
                times[name], said = measured(list(map(str, command)), environ)
                if name == "remote":
                    sent = re.search(r"sent (.*)", said).group(1)
            ratio = times["remote"] / times["local"]
            print("%-9s remote %.2f s, local %.2f s, ratio %.2f; sent %s; %d logins" % (
                "first" if number == 0 else "change %d" % number, times["remote"], times["local"], ratio, sent,
                server.count_logins() - before), flush=True)
            if number:
                ratios.append(ratio)
        if ratios:
            print("median ratio of a change: %.2f" % statistics.median(ratios))
        listed = subprocess.run(["docker", "volume", "ls", "-q", "--filter", "label=colcon-deb.workspace=%s" % hidden], check=True,
                                capture_output=True, text=True).stdout.split()
        subprocess.run(["docker", "volume", "rm", *listed], check=True, capture_output=True)


main()
