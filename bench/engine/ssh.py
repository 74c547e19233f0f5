#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a build over ssh asks of the engine: logins, connections, requests and seconds.

    bench/engine/ssh.py [--rounds N] [--delay MS] [--workspace DIR] [--played] PROGRAM...

Builds a copy of examples/workspace through an ssh server of its own on 127.0.0.1, with each PROGRAM (colcon-deb before and
after a change, for example) in turn: once from nothing, and once more when nothing has changed. The table has the medians.
An uncounted build comes first, so that the image with the dependencies is there. --delay makes the network to the server
slower, by MS milliseconds in each direction. --played leaves out the work in the container, so that the seconds are those of
the connections and of the container's start. Needs root, openssh-server, an engine (DOCKER_HOST, a unix socket) and the image
(CDD_TEST_IMAGE).

Connections and requests are those that arrive at the engine. "docker system dial-stdio" makes one connection with one request
of its own for each connection that it passes on.
"""
import argparse
import asyncio
import collections
import contextlib
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests" / "integration"))
import quick_build  # noqa: E402
from engine import socket_path  # noqa: E402
from ssh_server import SshServer  # noqa: E402

IMAGE = os.environ.get("CDD_TEST_IMAGE", "colcon-deb-builder:rolling")
REQUEST = b" HTTP/1.1\r\nHost:"
UPGRADE = b"\r\nUpgrade:"


class Relay:
    """Copies connections in a thread of its own, after a delay, and counts them and the requests on them."""

    def __init__(self, listen, connect, delay=0.0):
        self.connect = connect
        self.delay = delay
        self.counts = collections.Counter()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(listen(self.serve), self.loop).result()

    async def serve(self, reader, writer):
        self.counts["connections"] += 1
        far_reader, far_writer = await self.connect()
        await asyncio.gather(self.copy(reader, far_writer, self.count), self.copy(far_reader, writer, lambda data: None))
        for end in (writer, far_writer):
            end.close()

    def count(self, data):
        """A request is read in one piece, because it is written in one."""
        self.counts["requests"] += data.count(REQUEST)
        self.counts["hijacked"] += data.count(UPGRADE)

    async def copy(self, reader, writer, look):
        queue = asyncio.Queue()
        writing = asyncio.ensure_future(self.write(queue, writer))
        data = b"."
        while data:
            try:
                data = await reader.read(1 << 16)
            except OSError:
                data = b""
            look(data)
            queue.put_nowait((self.loop.time() + self.delay, data))
        await writing

    async def write(self, queue, writer):
        data = b"."
        while data:
            when, data = await queue.get()
            if self.delay > 0:
                await asyncio.sleep(when - self.loop.time())
            with contextlib.suppress(OSError):
                if data:
                    writer.write(data)
                else:
                    writer.write_eof()


def count_requests(socket):
    """A socket that leads to the engine."""
    return Relay(lambda serve: asyncio.start_unix_server(serve, socket), lambda: asyncio.open_unix_connection(socket_path()))


def slow_down(port, delay):
    """A port that leads to another one."""
    return Relay(lambda serve: asyncio.start_server(serve, "127.0.0.1", 0), lambda: asyncio.open_connection("127.0.0.1", port), delay)


def run(command, environment):
    started = time.monotonic()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise SystemExit("%s ended with %d:\n%s" % (" ".join(command), done.returncode, done.stdout + done.stderr))
    return time.monotonic() - started


def measure(program, source, scripts, place, server, port, relay):
    """Two builds of a new copy of the workspace."""
    workspace = place / "workspace"
    shutil.copytree(source, workspace)
    command = [program, "build", str(workspace), "--image", IMAGE, "--host", "ssh://root@127.0.0.1:%d%s" % (port, place / "engine")]
    environment = {**os.environ, "PATH": server.path_with(), "COLCON_DEB_SCRIPTS": str(scripts)}
    for kind in "all", "nothing changed":
        logins = server.count_logins()
        relay.counts.clear()
        seconds = run(command, environment)
        yield kind, dict(relay.counts, logins=server.count_logins() - logins, seconds=seconds)
    shutil.rmtree(workspace)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--delay", type=int, default=0)
    parser.add_argument("--workspace", type=pathlib.Path, default=TOP / "examples" / "workspace")
    parser.add_argument("--played", action="store_true")
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    results = collections.defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="cdd-bench-") as directory:
        place = pathlib.Path(directory)
        server = SshServer(place / "ssh")
        relay = count_requests(str(place / "engine"))
        scripts = TOP / "scripts"
        if options.played:
            scripts = place / "scripts"
            quick_build.copy_scripts(scripts).write_text(quick_build.ENTRYPOINT)
        server.start()
        try:
            port = slow_down(server.port, options.delay / 1000).server.sockets[0].getsockname()[1]
            arguments = options.workspace, scripts, place, server, port, relay
            list(measure(options.program[0], *arguments))
            for _round in range(options.rounds):
                for program in options.program:
                    for kind, counts in measure(program, *arguments):
                        results[kind, program].append(counts)
        finally:
            server.stop()
    names = ["logins", "connections", "hijacked", "requests", "seconds"]
    print("| build | program | %s |\n|---|---|%s" % (" | ".join(names), "---|" * len(names)))
    for (kind, program), counts in results.items():
        medians = ["%.4g" % statistics.median(one.get(name, 0) for one in counts) for name in names]
        print("| %s | %s | %s |" % (kind, program, " | ".join(medians)))


if __name__ == "__main__":
    main()
