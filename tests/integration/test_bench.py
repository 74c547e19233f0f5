# SPDX-License-Identifier: Apache-2.0
"""The benchmark, not its figures: all clients do the same work, each measure has its rows, and nothing stays."""
import os
import pathlib
import subprocess
import tempfile
import unittest

import ssh_server
from engine import Engine, socket_path
from support import PROGRAM, TOP, add_package

# Without the 100 connections, for which docker-py takes seconds.
MEASURES = ["run", "exec", "output", "up", "down", "one"]


def cells_of(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


@unittest.skipUnless(socket_path(), "the engine has no unix socket here")
class TestBench(unittest.TestCase):
    def test_one_round(self):
        command = [TOP / "bench/engine/engine.py", "--rounds", "1", "--long-rounds", "1", "--megabytes", "1",
                   "--build", PROGRAM.parents[2], *MEASURES]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env={**os.environ, "DOCKER_HOST": "unix://" + socket_path()}) as bench:
            stdout, stderr = bench.communicate()
        self.assertEqual(bench.returncode, 0, stdout + stderr)

        tables = [[cells_of(line) for line in part.splitlines()[2:]]
                  for part in stdout.split("\n\n") if part.startswith("|")]
        self.assertEqual([len(table) for table in tables], [len(MEASURES)] * 2, stdout)
        for ratios in tables[0]:
            # Rows for wall time, CPU time and memory, against the floor and docker; docker-py may be missing.
            for column in (1, 2, 4, 5, 7):
                self.assertGreater(float(ratios[column]), 0, stdout)

        containers = Engine().request("GET", "/containers/json?all=1")
        self.assertNotIn("/cdd-bench-engine-%d" % bench.pid, [name for one in containers for name in one["Names"]])
        self.assertFalse(Engine().has_image("cdd-bench-engine:%d" % bench.pid))


@unittest.skipUnless(socket_path() and ssh_server.is_possible(), "needs an engine on a unix socket, root and sshd")
class TestSshBench(unittest.TestCase):
    def test_one_round(self):
        with tempfile.TemporaryDirectory() as place:
            temporary, workspace = pathlib.Path(place) / "tmp", pathlib.Path(place) / "ws"
            temporary.mkdir()
            add_package(workspace, "one")
            done = subprocess.run([TOP / "bench/engine/ssh.py", "--rounds", "1", "--delay", "1", "--workspace", workspace, PROGRAM],
                                  capture_output=True, text=True,
                                  env={**os.environ, "DOCKER_HOST": "unix://" + socket_path(), "TMPDIR": str(temporary)})
            self.assertEqual([], list(temporary.iterdir()))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        rows = [cells_of(line) for line in done.stdout.splitlines()[2:]]
        self.assertEqual([["all", str(PROGRAM), "1"], ["nothing changed", str(PROGRAM), "1"]], [row[:3] for row in rows])
        for row in rows:
            self.assertGreater(int(row[5]), int(row[3]), "more requests than connections: %s" % row)
            self.assertGreater(float(row[6]), 0)
