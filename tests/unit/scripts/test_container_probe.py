# SPDX-License-Identifier: Apache-2.0
import contextlib
import http.server
import importlib.util
import io
import json
import os
import subprocess
import sys
import threading
import unittest
from unittest import mock

from support import HELPERS, InDirectory


def load():
    spec = importlib.util.spec_from_file_location("container_probe", os.path.join(HELPERS, "container-probe.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


probe = load()


def lines_of(function):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        function()
    return [json.loads(line) for line in output.getvalue().splitlines()]


class Apt(InDirectory):
    """The real program calls an apt-get of the test."""

    def run_with(self, script):
        path = os.path.join(self.directory, "apt-get")
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(path, 0o755)
        with mock.patch.dict(os.environ, {"PATH": self.directory + ":" + os.environ["PATH"]}):
            return lines_of(probe.probe_apt)

    def test_sources_that_answer_are_counted(self):
        script = 'for word; do case $word in Dir::State::lists=*) touch "${word#*=}/a_InRelease" "${word#*=}/b_Release";; esac; done\n'
        self.assertEqual([{"check": "apt", "reached": True, "detail": "reaches its 2 sources"}], self.run_with(script))

    def test_the_first_fault_is_told_in_one_line(self):
        script = "echo 'Err:1 x'; echo 'E: Failed to fetch x  no  name'; echo 'E: Some files'; exit 100\n"
        self.assertEqual([{"check": "apt", "reached": False, "detail": "Failed to fetch x no name"}], self.run_with(script))

    def test_a_silent_failure_has_its_exit_code(self):
        self.assertEqual("apt-get update: exit code 7", self.run_with("exit 7\n")[0]["detail"])

    def test_one_that_hangs_is_given_up(self):
        with mock.patch.object(probe, "DEADLINE", 0.2):
            answer = self.run_with("exec sleep 5\n")
        self.assertEqual((False, True), (answer[0]["reached"], "no end within" in answer[0]["detail"]))


class Rosdep(unittest.TestCase):
    def probe(self, urls):
        with mock.patch.object(probe, "rosdep_urls", lambda: urls):
            return lines_of(probe.probe_rosdep)[0]

    def test_rules_in_the_image_need_no_network(self):
        self.assertTrue(self.probe([])["reached"])

    def test_each_source_is_read(self):
        server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        place = "http://127.0.0.1:%d/" % server.server_port
        with mock.patch.object(server.RequestHandlerClass, "log_message"), \
                mock.patch.dict(os.environ, {"no_proxy": "*"}):
            self.assertEqual({"check": "rosdep", "reached": True, "detail": "reaches its 2 sources"},
                             self.probe([place, place + "?again"]))
            answer = self.probe([place, place + "none-such"])
        self.assertFalse(answer["reached"])
        self.assertEqual("%snone-such: File not found" % place, answer["detail"])

    def test_an_address_that_is_none(self):
        answer = self.probe(["nonsense"])
        self.assertEqual((False, True), (answer["reached"], answer["detail"].startswith("nonsense: ")))


class AsAnArgument(unittest.TestCase):
    def test_it_runs_as_the_host_passes_it(self):
        with open(os.path.join(HELPERS, "container-probe.py"), encoding="utf-8") as file:
            script = file.read()
        # Neither apt nor rosdep is found.
        answer = subprocess.run([sys.executable, "-S", "-B", "-c", script], env={"PATH": "/nowhere"}, check=True, capture_output=True)
        lines = [json.loads(line) for line in answer.stdout.splitlines()]
        self.assertEqual(["space", "apt", "rosdep"], [line["check"] for line in lines])
        self.assertGreater(lines[0]["bytes"], 0)
        self.assertEqual({"check": "apt", "reached": False, "detail": "apt-get: No such file or directory"}, lines[1])


if __name__ == "__main__":
    unittest.main()
