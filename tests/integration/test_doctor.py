# SPDX-License-Identifier: Apache-2.0
"""`colcon-deb doctor`: each thing that keeps builds from working is named, with what to do."""
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import unittest

from engine import socket_path
from support import IMAGE, RUNTIME_IMAGE, STRANGER, ProgramCase, add_package, is_root, write
from test_clean import CleanCase
from test_connections import Proxy, free_port

RESULTS = {"ok", "warn", "fail", "skip"}


class DoctorCase(ProgramCase):
    def setUp(self):
        super().setUp()
        self.config = self.work / "docker-config"
        self.config.mkdir()

    def doctor(self, *arguments, code=0, env=None, **options):
        changes = {"DOCKER_CONFIG": str(self.config), "XDG_RUNTIME_DIR": str(self.work / "runtime"), **(env or {})}
        outcome = self.run_program("doctor", *arguments, timeout=120, env=changes, **options)
        self.assert_ended(outcome, code)
        return outcome

    def findings(self, *arguments, **options):
        """By check; of checks with several findings the last."""
        outcome = self.doctor(*arguments, "--json", **options)
        found = [json.loads(line) for line in outcome.stdout.splitlines()]
        self.assertTrue(all(set(one) in ({"check", "result", "message"}, {"check", "result", "message", "cure"})
                            and one["result"] in RESULTS for one in found), found)
        return {one["check"]: one for one in found}

    def results(self, *arguments, **options):
        return {check: one["result"] for check, one in self.findings(*arguments, **options).items()}


class Healthy(DoctorCase):
    def test_a_workspace(self):
        add_package(self.workspace, "one")
        results = self.results(self.workspace, "--image", IMAGE)
        self.assertEqual({"ok"}, {results[check] for check in (
            "configuration", "workspace", "engine", "clock", "emulation", "image", "architecture", "tools", "overrides", "apt",
            "rosdep", "leftovers")})
        self.assertLessEqual({"output's disk", "engine's disk"}, set(results))

    def test_no_workspace_and_no_configuration(self):
        findings = self.findings()
        self.assertEqual("skip", findings["workspace"]["result"])
        self.assertEqual("name a workspace: colcon-deb doctor PATH", findings["workspace"]["cure"])
        self.assertEqual("skip", findings["output's disk"]["result"])
        self.assertEqual({"ok"}, {findings[check]["result"] for check in ("engine", "clock", "tools", "apt", "rosdep")})
        self.assertIn("builder", findings["image"]["message"])

    def test_nothing_is_changed(self):
        add_package(self.workspace, "one")
        self.doctor(self.workspace, "--image", IMAGE)
        self.assertEqual(["src"], os.listdir(self.workspace))

    def test_a_quiet_one_prints_failures_only(self):
        self.assertEqual("", self.doctor("--image", IMAGE, "-q").stdout)

    def test_no_colour_elsewhere_than_on_a_terminal(self):
        self.assertNotIn("\x1b", self.doctor("--image", IMAGE).text)


class WithoutEngine(DoctorCase):
    """All else is skipped, and said so."""

    SKIPPED = {"clock", "emulation", "image", "tools", "apt", "rosdep", "leftovers"}

    def assert_no_engine(self, findings, *words):
        self.assertEqual("fail", findings["engine"]["result"])
        for word in words:
            self.assertRegex(findings["engine"]["message"], word)
        self.assertEqual({"skip"}, {findings[check]["result"] for check in self.SKIPPED})

    def test_the_daemon_is_down(self):
        path = self.work / "dead.sock"
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
        self.assert_no_engine(self.findings("--host", "unix://%s" % path, code=1), "no engine listens on the socket; start it")

    def test_no_socket(self):
        self.assert_no_engine(self.findings("--host", "unix:///none/such.sock", code=1), "the socket does not exist")

    def test_a_daemon_that_hangs(self):
        path = self.work / "hanging.sock"
        with socket.socket(socket.AF_UNIX) as hanging:
            hanging.bind(str(path))
            hanging.listen()
            self.assert_no_engine(self.findings("--host", "unix://%s" % path, code=1), "has not answered for 30 s; restart it")

    def test_an_interrupted_wait_is_no_finding(self):
        path = self.work / "hanging.sock"
        with socket.socket(socket.AF_UNIX) as hanging:
            hanging.bind(str(path))
            hanging.listen()
            process = self.start("doctor", "--host", "unix://%s" % path)
            with hanging.accept()[0]:
                process.send_signal(signal.SIGINT)
                outcome = self.finish(process)
        self.assert_ended(outcome, 130)
        self.assertNotIn("fail", outcome.stdout)

    def test_nobody_listens_on_the_port(self):
        self.assert_no_engine(self.findings("--host", "tcp://127.0.0.1:%d" % free_port(), code=1), "no engine listens there")

    @unittest.skipUnless(is_root(), "only root can become another user")
    def test_a_socket_without_permission(self):
        path = self.work / "closed.sock"
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            listening.listen()
            path.chmod(0o600)
            findings = self.findings("--host", "unix://%s" % path, code=1, user=STRANGER, groups=[])
        self.assert_no_engine(findings, "no permission to use the socket; join its group")

    def test_an_unknown_context(self):
        self.assert_no_engine(self.findings("--context", "nowhere", code=1, env={"DOCKER_HOST": None}),
                              'the context "nowhere" does not exist', "docker context ls")

    def test_certificates_that_are_not_there(self):
        proxy = Proxy()
        self.addCleanup(proxy.close)
        findings = self.findings("--host", "tcp://127.0.0.1:%d" % proxy.port, "--cert-path", self.work / "none", code=1)
        self.assert_no_engine(findings, "the directory of certificates, .*/none, does not exist")


class OtherEngines(DoctorCase):
    def others(self, **environment):
        outcome = self.doctor("--image", IMAGE, "--json", env=environment)
        return [one["message"] for one in map(json.loads, outcome.stdout.splitlines()) if one["check"] == "other engine"]

    def listen(self, name):
        path = self.work / "runtime" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        listening = socket.socket(socket.AF_UNIX)
        self.addCleanup(listening.close)
        listening.bind(str(path))
        listening.listen()
        return "unix://%s" % path

    def add_context(self, name, host):
        place = self.config / "contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
        write(place / "meta.json", json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))

    def test_sockets_and_contexts_are_found(self):
        docker, podman = self.listen("docker.sock"), self.listen("podman/podman.sock")
        self.add_context("lab", "ssh://robot@lab")
        self.add_context("used", "unix://" + socket_path())
        write(self.config / "contexts/meta/broken/meta.json", "{")
        found = self.others()
        self.assertIn("%s; --host %s chooses it" % (docker, docker), found)
        self.assertIn("%s; --host %s chooses it" % (podman, podman), found)
        self.assertIn("ssh://robot@lab; --context lab chooses it", found)
        self.assertNotIn(socket_path(), "\n".join(found))

    def test_one_that_is_down_says_so(self):
        path = self.work / "runtime" / "docker.sock"
        path.parent.mkdir()
        with socket.socket(socket.AF_UNIX) as dead:
            dead.bind(str(path))
        self.assertRegex("\n".join(self.others()), "unix://%s cannot be used: .*refused" % path)


class Network(DoctorCase):
    def test_a_proxy_that_does_not_answer(self):
        findings = self.findings("--image", IMAGE, "-e", "http_proxy=http://127.0.0.1:9", code=1)
        self.assertEqual("fail", findings["apt"]["result"])
        self.assertRegex(findings["apt"]["message"], "Failed to fetch .*127.0.0.1:9")
        self.assertIn("http_proxy=URL", findings["apt"]["cure"])

    def test_a_container_without_network(self):
        findings = self.findings("--image", IMAGE, "--network", "none")
        self.assertEqual("warn", findings["apt"]["result"])
        self.assertRegex(findings["apt"]["message"], "no network .*: Failed to fetch")


class Configuration(DoctorCase):
    def test_a_mistake_in_the_file_is_a_failed_check(self):
        add_package(self.workspace, "one")
        write(self.workspace / "colcon-deb.yaml", "ros_distroo: rolling\n")
        findings = self.findings(self.workspace, "--image", IMAGE, code=1)
        self.assertEqual("fail", findings["configuration"]["result"])
        self.assertIn('unknown key "ros_distroo"', findings["configuration"]["message"])
        self.assertEqual("ok", findings["tools"]["result"])

    def test_a_workspace_that_is_none(self):
        self.assertEqual("fail", self.results(self.work / "none", "--image", IMAGE, code=1)["workspace"])

    def test_targets_are_looked_at(self):
        add_package(self.workspace, "one")
        write(self.workspace / "colcon-deb.yaml", """
            docker: {image: %s}
            targets:
              here: {}
              elsewhere: {docker: {platform: linux/s390x}}
            """ % IMAGE)
        emulated = os.path.exists("/proc/sys/fs/binfmt_misc/qemu-s390x")
        finding = self.findings(self.workspace, code=0 if emulated else 1)["emulation"]
        # Debian 12 has a QEMU under which compilers crash.
        self.assertIn(finding["result"], ("ok", "warn") if emulated else ("fail",))
        self.assertRegex(finding["message"], r"linux/s390x \(target elsewhere\)")
        if not emulated:
            self.assertRegex(finding["message"], "qemu-user-static")

    def test_an_image_without_tools(self):
        findings = self.findings("--image", RUNTIME_IMAGE, "--ros-distro", "rolling", code=1)
        self.assertEqual("fail", findings["tools"]["result"])

    def test_an_unknown_option_is_a_usage_error(self):
        self.doctor("--jsn", code=2)


class Leftovers(CleanCase):
    def test_they_are_counted_and_named(self):
        outcome = self.run_program("doctor", self.workspace, "--image", IMAGE, "--json", timeout=120, env=self.cleaner())
        self.container(state="exited")
        self.volume("src")
        with_some = self.run_program("doctor", self.workspace, "--image", IMAGE, "--json", timeout=120, env=self.cleaner())
        before, after = [next(one for one in map(json.loads, text.splitlines()) if one["check"] == "leftovers")
                         for text in (outcome.stdout, with_some.stdout)]
        self.assertEqual(("ok", "none"), (before["result"], before["message"]))
        self.assertEqual("warn", after["result"])
        self.assertRegex(after["message"], "^1 container, 1 volume")
        self.assertEqual("colcon-deb clean %s" % self.workspace, after["cure"])
        self.assert_ended(with_some, 0)


@unittest.skipUnless(shutil.which("script"), "needs script(1)")
class Terminal(DoctorCase):
    def test_colours(self):
        program = " ".join(self.command(["doctor", "--image", IMAGE]))
        for changes, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
            with self.subTest(changes):
                outcome = self.run_on_terminal(program, **changes)
                self.assertEqual(coloured, "\x1b[" in outcome, outcome)

    def run_on_terminal(self, program, **changes):
        return subprocess.run(["script", "-qec", program, "/dev/null"], env=self.environment(**changes), cwd=self.work,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=True).stdout.decode()


if __name__ == "__main__":
    unittest.main()
