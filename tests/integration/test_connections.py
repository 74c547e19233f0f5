# SPDX-License-Identifier: Apache-2.0
"""Ways to an engine other than a local socket: tcp, TLS, ssh, and contexts that name them.

The engine is the one at hand. The proxy or ssh server before it is the test's own, on a free port.
"""
import asyncio
import contextlib
import hashlib
import json
import os
import pathlib
import secrets
import shutil
import signal
import ssl
import subprocess
import threading
import time
import unittest
import urllib.parse

import ssh_server
from engine import socket_path
from ssh_server import SshServer, free_port
from support import IMAGE, ProgramCase, add_package, write


class Proxy:
    """Copies between a tcp port and the engine's socket; with a TLS context it demands TLS."""

    def __init__(self, context=None):
        self.context = context
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=context), self.loop).result()
        self.port = self.server.sockets[0].getsockname()[1]

    async def serve(self, client_reader, client_writer):
        engine_reader, engine_writer = await asyncio.open_unix_connection(socket_path())
        copies = [asyncio.ensure_future(self.copy(client_reader, engine_writer)),
                  asyncio.ensure_future(self.copy(engine_reader, client_writer))]
        try:
            await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for copy in copies:
                copy.cancel()
            for writer in (client_writer, engine_writer):
                writer.close()
                with contextlib.suppress(OSError, asyncio.CancelledError):
                    await writer.wait_closed()

    @staticmethod
    async def copy(reader, writer):
        with contextlib.suppress(OSError):
            while True:
                data = await reader.read(65536)
                if not data:
                    return
                writer.write(data)
                await writer.drain()

    def close(self):
        async def end():
            self.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


def openssl(place, *arguments):
    subprocess.run(["openssl", *arguments], cwd=place, check=True, capture_output=True)


def make_authority(place, name):
    openssl(place, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=%s" % name,
            "-keyout", "%s-key.pem" % name, "-out", "%s.pem" % name)


def make_certificate(place, authority, name, extensions):
    (place / "extensions").write_text(extensions)
    openssl(place, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=%s" % name,
            "-keyout", "%s-key.pem" % name, "-out", "%s.csr" % name)
    openssl(place, "x509", "-req", "-in", "%s.csr" % name, "-CA", "%s.pem" % authority,
            "-CAkey", "%s-key.pem" % authority, "-CAcreateserial", "-days", "2",
            "-extfile", "extensions", "-out", "%s.pem" % name)


class ConnectionCase(ProgramCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "one")
        self.config = self.work / "docker-config"
        self.config.mkdir()

    def validate(self, *options, **environment):
        environment.setdefault("DOCKER_CONFIG", str(self.config))
        environment.setdefault("DOCKER_HOST", None)
        return self.run_program("validate", self.workspace, "--image", IMAGE, *options, env=environment)

    def assert_images_are_built(self, *options, **environment):
        """Both ways to send files: one archive, and a session on which the engine asks for them."""
        write(self.work / "context/file", "sent")
        write(self.work / "context/Dockerfile", "FROM %s\nCOPY file /\nRUN cat /file; echo %s\n" % (IMAGE, secrets.token_hex()))
        for builder in "classic", "buildkit":
            outcome = self.run_program("image", "build", "-v", "--builder", builder, "--network", "host", self.work / "context",
                                       *options, env=dict(environment, DOCKER_CONFIG=str(self.config), DOCKER_HOST=None))
            self.assert_ended(outcome, 0)
            self.assert_says(outcome, "sent")

    def add_context(self, name, host):
        place = self.config / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
        place.mkdir(parents=True)
        (place / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))


@unittest.skipIf(os.path.exists("/var/run/docker.sock"), "an engine listens at the default socket")
class TestNoEngine(ConnectionCase):
    def test_the_option_is_named_to_who_has_named_no_engine(self):
        outcome = self.validate(PATH="/nonexistent")  # no Podman either
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the socket does not exist", "--host ADDRESS uses another engine")

    def test_who_has_named_an_engine_knows_how(self):
        outcome = self.validate(DOCKER_HOST="unix:///nonexistent/engine.sock")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the socket does not exist")
        self.assertNotIn("--host", outcome.text)


class TestTcp(ConnectionCase):
    def setUp(self):
        super().setUp()
        self.proxy = Proxy()
        self.addCleanup(self.proxy.close)
        self.address = "tcp://127.0.0.1:%d" % self.proxy.port

    def test_an_address(self):
        self.assert_ended(self.validate("--host", self.address), 0)

    def test_the_environment(self):
        self.assert_ended(self.validate(DOCKER_HOST=self.address), 0)

    def test_the_environment_without_a_scheme(self):
        outcome = self.validate(DOCKER_HOST=" localhost:%d " % self.proxy.port)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "tcp://localhost:%d" % self.proxy.port)

    def test_images_are_built(self):
        self.assert_images_are_built("--host", self.address)

    def test_a_context(self):
        self.add_context("lab", self.address)
        self.assert_ended(self.validate("--context", "lab"), 0)
        self.assert_ended(self.validate(DOCKER_CONTEXT="lab"), 0)
        (self.config / "config.json").write_text('{"currentContext": "lab"}')
        self.assert_ended(self.validate(), 0)

    def test_a_context_that_does_not_exist(self):
        outcome = self.validate("--context", "nowhere")
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, '"nowhere" does not exist')

    def test_nobody_listens(self):
        outcome = self.validate("--host", "tcp://127.0.0.1:%d" % free_port())
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "no engine listens")

    def test_what_runs_there_is_heard(self):
        outcome = self.run_program("list", self.workspace, "--image", IMAGE, "--host", self.address)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "ros-rolling-one")


@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class TestTls(ConnectionCase):
    def setUp(self):
        super().setUp()
        place = self.work / "authority"
        place.mkdir()
        make_authority(place, "ours")
        make_authority(place, "theirs")
        make_certificate(place, "ours", "engine", "subjectAltName=IP:127.0.0.1\n")
        make_certificate(place, "ours", "other", "subjectAltName=DNS:elsewhere.example\n")
        make_certificate(place, "ours", "client", "extendedKeyUsage=clientAuth\n")
        self.place = place
        self.proxy = self.serve("engine")
        self.certificates("certs", "ours")

    def serve(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.place / ("%s.pem" % name), self.place / ("%s-key.pem" % name))
        context.load_verify_locations(self.place / "ours.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        proxy = Proxy(context)
        self.addCleanup(proxy.close)
        return proxy

    def certificates(self, directory, authority, client=True):
        target = self.work / directory
        target.mkdir()
        shutil.copy(self.place / ("%s.pem" % authority), target / "ca.pem")
        if client:
            shutil.copy(self.place / "client.pem", target / "cert.pem")
            shutil.copy(self.place / "client-key.pem", target / "key.pem")
        return str(target)

    def try_with(self, certificates, proxy=None, **environment):
        return self.validate("--host", "tcp://127.0.0.1:%d" % (proxy or self.proxy).port,
                             DOCKER_CERT_PATH=certificates, **environment)

    def test_both_sides_know_each_other(self):
        self.assert_ended(self.try_with(str(self.work / "certs"), DOCKER_TLS_VERIFY="1"), 0)

    def test_images_are_built(self):
        self.assert_images_are_built("--host", "tcp://127.0.0.1:%d" % self.proxy.port, "--cert-path", self.work / "certs")

    def test_the_flag_alone_is_enough(self):
        outcome = self.validate("--host", "tcp://127.0.0.1:%d" % self.proxy.port, "--cert-path", self.work / "certs")
        self.assert_ended(outcome, 0)

    def test_an_engine_of_another_authority_is_refused(self):
        outcome = self.try_with(self.certificates("wrong", "theirs"), DOCKER_TLS_VERIFY="1")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r"certificate is not signed by the authority in \S+/wrong/ca\.pem")

    def test_an_engine_of_another_name_is_refused(self):
        outcome = self.try_with(str(self.work / "certs"), self.serve("other"), DOCKER_TLS_VERIFY="1")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "certificate is for another name than 127.0.0.1")

    def test_whoever_asks_for_it_gets_no_verification(self):
        outcome = self.try_with(self.certificates("wrong", "theirs"), DOCKER_TLS="1")
        self.assert_ended(outcome, 0)

    def test_a_client_without_a_certificate_is_turned_away(self):
        outcome = self.try_with(self.certificates("bare", "ours", client=False), DOCKER_TLS_VERIFY="1")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r"demands? a client's certificate, and \S+/bare/cert\.pem does not exist")

    def test_plain_http_to_a_tls_port(self):
        outcome = self.validate("--host", "tcp://127.0.0.1:%d" % self.proxy.port)
        self.assert_ended(outcome, 1)


@unittest.skipUnless(ssh_server.is_possible(), "needs root and sshd")
class SshCase(ConnectionCase):
    def setUp(self):
        super().setUp()
        # What a test leaves is looked for before the server ends.
        self.server = self.serve()
        self.addCleanup(self.assert_no_ssh_is_left)

    def serve(self, name="ssh", settings=""):
        server = SshServer(self.work / name, settings)
        server.start()
        self.addCleanup(server.stop)
        return server

    def options(self, server=None, key="client"):
        server = server or self.server
        return {"arguments": ["--host", "ssh://root@127.0.0.1:%d%s" % (server.port, socket_path())],
                "env": {"PATH": server.path_with(key), "DOCKER_HOST": None, "DOCKER_CONFIG": str(self.config)}}

    def over_ssh(self, *arguments, server=None, key="client"):
        options = self.options(server, key)
        return self.run_program(*arguments, "--image", IMAGE, *options["arguments"], env=options["env"])

    def start_slow_build(self):
        """A build over ssh in the middle of its first package, and the ssh that is its login."""
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 600)")
        options = self.options()
        process = self.start("build", self.workspace, "--image", IMAGE, "--json", *options["arguments"], env=options["env"])
        self.addCleanup(self.end, process)
        said = self.read_until(process, rb"package_start")
        masters = [pid for pid, words in self.server.clients() if "-N" in words]
        self.assertEqual(1, len(masters), self.server.clients())
        return process, said, masters[0]

    @staticmethod
    def end(process):
        """For a test that fails meanwhile."""
        if process.poll() is None:
            process.kill()
            process.communicate()

    def ssh_processes(self):
        """The ssh processes of the program, and the shells that guard them."""
        found = self.server.clients()
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = entry.read_bytes().decode(errors="replace")
                if str(self.temporary / "colcon-deb-ssh-") in words:
                    found.append((int(entry.parent.name), words.split("\0")))
        return found

    def assert_no_ssh_is_left(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and (self.ssh_processes() or os.listdir(self.temporary)):
            time.sleep(0.05)
        self.assertEqual([], self.ssh_processes())
        self.assertEqual([], os.listdir(self.temporary))


class TestSsh(SshCase):
    def test_an_address(self):
        self.assert_ended(self.over_ssh("validate", self.workspace), 0)

    def test_a_context(self):
        self.add_context("robot", self.options()["arguments"][1])
        self.assert_ended(self.validate("--context", "robot", PATH=self.server.path_with()), 0)

    def test_images_are_built(self):
        self.assert_images_are_built(*self.options()["arguments"], PATH=self.server.path_with())
        self.assertEqual(2, self.server.count_logins(), "one for each command")

    def test_a_build_logs_in_once(self):
        self.assert_ended(self.over_ssh("build", self.workspace), 0)
        self.assertEqual(1, self.server.count_logins())

    def test_a_build_that_copies_its_files_logs_in_once(self):
        self.addCleanup(self.remove_volumes)
        self.assert_ended(self.over_ssh("build", self.workspace, "--transfer", "copy"), 0)
        self.assertEqual(1, self.server.count_logins())

    def remove_volumes(self):
        filters = urllib.parse.quote(json.dumps({"label": ["colcon-deb.workspace=%s" % self.workspace]}))
        for volume in self.engine.request("GET", "/volumes?filters=" + filters)["Volumes"]:
            self.engine.request("DELETE", "/volumes/" + volume["Name"])

    def test_the_directory_is_gone_when_the_program_ends(self):
        self.assert_ended(self.over_ssh("list", self.workspace), 0)
        self.assertEqual([], os.listdir(self.temporary))

    def test_a_key_that_is_not_known(self):
        outcome = self.over_ssh("validate", self.workspace, key="stranger")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r'ssh said ".*Permission denied', r"ssh -p \d+ -l root 127\.0\.0\.1")

    def test_a_host_that_has_another_key(self):
        self.server.know((self.server.place / "stranger.pub").read_text())
        outcome = self.over_ssh("validate", self.workspace)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r'ssh said ".*Host key verification failed')

    def test_nobody_listens(self):
        self.server.port = free_port()
        outcome = self.over_ssh("validate", self.workspace)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r'ssh said ".*Connection refused')

    def test_docker_is_not_installed_there(self):
        self.server.forget_programs()
        outcome = self.over_ssh("validate", self.workspace)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r'ssh said ".*docker: (command )?not found')


class TestSshLogin(SshCase):
    TESTS_APART = True

    def test_a_server_that_refuses_a_second_session(self):
        server = self.serve("one-session", "MaxSessions 1\n")
        self.assert_ended(self.over_ssh("build", self.workspace, server=server), 0)
        self.assertGreater(server.count_logins(), 1)

    def test_the_users_own_shared_login_is_used(self):
        self.server.configure("ControlMaster auto\nControlPath %s\nControlPersist 60\n" % (self.work / "own"))
        self.addCleanup(subprocess.run, ["ssh", "-O", "exit", "-p", str(self.server.port), "root@127.0.0.1"], check=True,
                        capture_output=True, env={**os.environ, "PATH": self.server.path_with()})
        for _run in range(2):
            self.assert_ended(self.over_ssh("list", self.workspace), 0)
        self.assertEqual(1, self.server.count_logins())

    def test_a_shared_login_that_would_end_with_its_first_user(self):
        self.server.configure("ControlMaster auto\nControlPath %s\n" % (self.work / "own"))
        self.assert_ended(self.over_ssh("build", self.workspace), 0)
        self.assertEqual(1, self.server.count_logins())

    def test_two_programs_log_in_for_themselves(self):
        process, said, _master = self.start_slow_build()
        self.assert_ended(self.over_ssh("list", self.workspace), 0)
        self.assertEqual(2, self.server.count_logins())
        os.kill(process.pid, signal.SIGINT)
        self.assert_ended(self.finish(process, 60, already=said), 130)

    def test_a_login_that_is_killed(self):
        process, said, master = self.start_slow_build()
        os.kill(master, signal.SIGKILL)
        outcome = self.finish(process, 60, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r"the ssh connection to 127\.0\.0\.1 ended")
        # The program then asked the engine for the container.
        self.assertEqual(2, self.server.count_logins())
        self.assertTrue(self.wait_for_no_container(15))

    def test_a_server_that_ends_the_login(self):
        process, said, _master = self.start_slow_build()
        self.server.end_sessions()
        outcome = self.finish(process, 60, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r'ssh said "Connection to 127\.0\.0\.1 closed by remote host')
        self.assertTrue(self.wait_for_no_container(15))

    def test_ctrl_c_does_not_reach_ssh(self):
        """A terminal sends it to the whole group; the login is needed to stop the container."""
        process, said, _master = self.start_slow_build()
        os.killpg(process.pid, signal.SIGINT)
        self.assert_ended(self.finish(process, 60, already=said), 130)
        self.assertTrue(self.wait_for_no_container(1))

    def test_a_program_that_is_killed(self):
        process, _said, _master = self.start_slow_build()
        process.kill()
        process.communicate()
        self.assert_no_ssh_is_left()
        self.assertTrue(self.wait_for_no_running_container(15))
        # No program was left to remove it.
        for container in self.containers():
            self.engine.delete(container)
        self.assertTrue(self.wait_for_no_container(15))

    def wait_for_no_running_container(self, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.containers(running=True):
                return True
            time.sleep(0.2)
        return False
