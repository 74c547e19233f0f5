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
import socket
import ssl
import subprocess
import threading
import time
import unittest

from engine import socket_path
from support import IMAGE, ProgramCase, add_package, is_root, write


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
        self.assert_says(outcome, "(?i)securing the connection", "(?i)certificate")

    def test_an_engine_of_another_name_is_refused(self):
        outcome = self.try_with(str(self.work / "certs"), self.serve("other"), DOCKER_TLS_VERIFY="1")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "(?i)securing the connection")

    def test_whoever_asks_for_it_gets_no_verification(self):
        outcome = self.try_with(self.certificates("wrong", "theirs"), DOCKER_TLS="1")
        self.assert_ended(outcome, 0)

    def test_a_client_without_a_certificate_is_turned_away(self):
        outcome = self.try_with(self.certificates("bare", "ours", client=False), DOCKER_TLS_VERIFY="1")
        self.assert_ended(outcome, 1)

    def test_plain_http_to_a_tls_port(self):
        outcome = self.validate("--host", "tcp://127.0.0.1:%d" % self.proxy.port)
        self.assert_ended(outcome, 1)


SSHD = """\
Port %(port)d
ListenAddress 127.0.0.1
HostKey %(place)s/host
PidFile %(place)s/pid
AuthorizedKeysFile %(place)s/client.pub
StrictModes no
UsePAM no
PasswordAuthentication no
"""

# The program runs the user's "ssh"; this one has the test's configuration.
SSH = """\
#!/bin/sh
exec /usr/bin/ssh -F none -o UserKnownHostsFile=%(place)s/known -o IdentityFile=%(place)s/%(key)s \
    -o IdentitiesOnly=yes -o BatchMode=yes "$@"
"""


@unittest.skipUnless(is_root() and shutil.which("sshd", path="/usr/sbin:/sbin"), "needs root and sshd")
class TestSsh(ConnectionCase):
    def setUp(self):
        super().setUp()
        self.place = self.work / "ssh"
        self.place.mkdir()
        self.port = free_port()
        for name in ("host", "client", "stranger"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.place / name)], check=True)
        (self.place / "sshd_config").write_text(SSHD % {"port": self.port, "place": self.place})
        host_key = " ".join((self.place / "host.pub").read_text().split()[:2])
        (self.place / "known").write_text("[127.0.0.1]:%d %s\n" % (self.port, host_key))
        os.makedirs("/run/sshd", exist_ok=True)
        self.server = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(self.place / "sshd_config")],
                                       stderr=subprocess.DEVNULL)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.terminate)
        self.wait_for_port()
        self.address = "ssh://root@127.0.0.1:%d%s" % (self.port, socket_path())

    def wait_for_port(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.fail("sshd does not listen")

    def path_with(self, key):
        programs = self.place / ("bin-" + key)
        programs.mkdir()
        (programs / "ssh").write_text(SSH % {"place": self.place, "key": key})
        (programs / "ssh").chmod(0o755)
        return "%s:%s" % (programs, os.environ["PATH"])

    def test_an_address(self):
        self.assert_ended(self.validate("--host", self.address, PATH=self.path_with("client")), 0)

    def test_a_context(self):
        self.add_context("robot", self.address)
        self.assert_ended(self.validate("--context", "robot", PATH=self.path_with("client")), 0)

    def test_images_are_built(self):
        self.assert_images_are_built("--host", self.address, PATH=self.path_with("client"))

    def test_a_key_that_is_not_known(self):
        outcome = self.validate("--host", self.address, PATH=self.path_with("stranger"))
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "Permission denied")

    def test_no_ssh_is_left_behind(self):
        self.assert_ended(self.validate("--host", self.address, PATH=self.path_with("client")), 0)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and self.clients():
            time.sleep(0.1)
        self.assertEqual([], self.clients())

    def clients(self):
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"ssh") and str(self.place).encode() in b" ".join(words):
                found.append(words)
        return found
