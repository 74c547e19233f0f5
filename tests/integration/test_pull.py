# SPDX-License-Identifier: Apache-2.0
"""Images that only a registry has. The registry is the test's own, on a free port, with a small image."""
import base64
import http.client
import json
import os
import pathlib
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from engine import Engine
from support import IMAGE, PROGRAM as COLCON_DEB, ProgramCase, add_package, import_busybox, write

# The registry's program, fetched by tools/test.sh.
PROGRAM = os.environ.get("CDD_TEST_REGISTRY")

CONFIGURATION = """\
version: 0.1
storage:
  filesystem:
    rootdirectory: /tmp/registry
http:
  addr: 127.0.0.1:%d
"""


# Credentials of the private registry. The encoded password has characters in which base64 and base64url differ.
USER, PASSWORD = "robot", "open>>>???sesame"
HTPASSWD = "robot:$2y$05$abcdefghijklmnopqrstuuYXX.KINwZxRwSry4ceo0wa/T6Ku.ah.\n"
PRIVATE = """\
auth:
  htpasswd:
    realm: tests
    path: /htpasswd
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Registry:
    """A registry in a container on the network of this machine. The program is Debian's, so it needs Debian's libraries."""

    def __init__(self, engine, place, private=False):
        self.engine, self.port = engine, free_port()
        self.status = 401 if private else 200
        (place / "registry.yml").write_text(CONFIGURATION % self.port + (PRIVATE if private else ""))
        (place / "htpasswd").write_text(HTPASSWD)
        self.container = engine.create(
            IMAGE, ["/registry", "serve", "/registry.yml"], network="host",
            binds=["%s:/registry:ro" % PROGRAM, "%s:/registry.yml:ro" % (place / "registry.yml"),
                   "%s:/htpasswd:ro" % (place / "htpasswd")])
        engine.start(self.container)
        self.wait_until_it_answers()

    def wait_until_it_answers(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
            try:
                connection.request("GET", "/v2/")
                if connection.getresponse().status == self.status:
                    return
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        raise AssertionError("the registry does not answer: %r" % (self.engine.logs(self.container),))

    def close(self):
        self.engine.delete(self.container)


def push(engine, reference, who=None):
    name, tag = reference.rsplit(":", 1)
    connection = engine.connect()
    secret = base64.urlsafe_b64encode(json.dumps(who or {}).encode()).decode()
    connection.request("POST", "/v1.41/images/%s/push?tag=%s" % (name, tag), headers={"X-Registry-Auth": secret})
    answer = connection.getresponse().read().decode()
    connection.close()
    if "error" in answer:
        raise AssertionError("pushing %s: %s" % (reference, answer))


# Pulls and pushes with the library, and prints the codes of the errors.
TRANSFERS = """
import sys
import gi
gi.require_version("Cdd", "0")
from gi.repository import Cdd, GLib

host, image, secret = sys.argv[1:]
service = Cdd.Service.new(Cdd.Config.new(host, None, None))
loop = GLib.MainLoop()

def end(name, finish):
    def on_end(service, result, *_):
        try:
            finish(result)
            print(name, "ok")
        except GLib.Error as error:
            print(name, Cdd.Error(error.code).value_nick, error.message)
        loop.quit()
    return on_end

if secret:
    credentials = Cdd.Credentials()
    credentials.server_address, credentials.username, credentials.password = image.split("/")[0], "robot", secret
    service.set_credentials(credentials)
service.pull_image_async(image, None, None, None, end("pull", service.pull_image_finish))
loop.run()
service.push_image_async(sys.argv[2], None, None, end("push", service.push_image_finish))
loop.run()
"""


class PullCase(ProgramCase):
    private = False

    def setUp(self):
        super().setUp()
        place = pathlib.Path(tempfile.mkdtemp(prefix="cdd-registry-"))
        self.addCleanup(shutil.rmtree, place, ignore_errors=True)
        self.registry = Registry(Engine(), place, self.private)
        self.addCleanup(self.registry.close)
        self.reference = "127.0.0.1:%d/small/image:1" % self.registry.port
        self.addCleanup(self.forget)
        import_busybox(place / "root", self.reference, "unix://" + Engine().path)
        push(self.engine, self.reference, {"username": USER, "password": PASSWORD} if self.private else None)
        self.forget()
        add_package(self.workspace, "one")

    def forget(self):
        quoted = urllib.parse.quote(self.reference, safe="/:")
        self.engine.request("DELETE", "/images/%s?force=1" % quoted, expect=(200, 404))

    def build(self, *options, **changes):
        return self.run_program("build", self.workspace, "--ros-distro", "rolling", *options, **changes)


@unittest.skipUnless(PROGRAM, "no registry to pull from: CDD_TEST_REGISTRY")
class TestPull(PullCase):

    def test_a_missing_image_is_pulled(self):
        outcome = self.build("--image", self.reference)
        self.assertTrue(self.engine.has_image(self.reference), outcome)
        # It has only a shell, so the build then fails: its tools are missing.
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "==> image", "python3")

    def test_an_image_is_not_pulled_when_that_is_forbidden(self):
        outcome = self.build("--image", self.reference, "--pull", "never")
        self.assertFalse(self.engine.has_image(self.reference))
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, self.reference)

    def test_a_name_that_the_registry_does_not_know(self):
        outcome = self.build("--image", "127.0.0.1:%d/no/such:1" % self.registry.port)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "no/such")


@unittest.skipUnless(PROGRAM, "no registry to pull from: CDD_TEST_REGISTRY")
class TestPrivatePull(PullCase):
    """Credentials are found where Docker's client finds them. A refusal shows no secret."""

    private = True

    def pull(self, configuration, **variables):
        directory = self.work / "docker"
        write(directory / "config.json", json.dumps(configuration))
        outcome = self.build("--image", self.reference, env=dict(variables, DOCKER_CONFIG=str(directory)))
        self.assertNotIn(PASSWORD, outcome.stdout + outcome.stderr)
        return outcome

    def authority(self, password=PASSWORD):
        secret = base64.b64encode(("%s:%s" % (USER, password)).encode()).decode()
        return {"auths": {"127.0.0.1:%d" % self.registry.port: {"auth": secret}}}

    def assert_refused(self, outcome):
        self.assertFalse(self.engine.has_image(self.reference))
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, self.reference)

    def test_credentials_of_the_configuration(self):
        outcome = self.pull(self.authority())
        self.assertTrue(self.engine.has_image(self.reference), outcome)

    def test_credentials_of_the_environment(self):
        outcome = self.pull({}, DOCKER_AUTH_CONFIG=json.dumps(self.authority()))
        self.assertTrue(self.engine.has_image(self.reference), outcome)

    def test_credentials_of_a_helper(self):
        helper = write(self.work / "bin" / "docker-credential-tests", """
            #!/bin/sh
            test "$1" = get && test "$(cat)" = 127.0.0.1:%d || exit 1
            echo '{"ServerURL": "", "Username": "%s", "Secret": "%s"}'
            """ % (self.registry.port, USER, PASSWORD))
        helper.chmod(0o755)
        outcome = self.pull({"credsStore": "tests"}, PATH="%s:%s" % (helper.parent, os.environ["PATH"]))
        self.assertTrue(self.engine.has_image(self.reference), outcome)

    def test_without_credentials(self):
        self.assert_refused(self.pull({}))

    def test_a_wrong_password(self):
        outcome = self.pull(self.authority("open>>>???nothing"))
        self.assertNotIn("open>>>", outcome.stdout + outcome.stderr)
        self.assert_refused(outcome)

    def test_a_helper_that_is_not_there_is_named(self):
        outcome = self.pull({"credsStore": "no-such"})
        self.assert_refused(outcome)
        self.assert_says(outcome, "docker-credential-no-such")

    def transfer(self, secret):
        """The results of a pull and a push by the library: lines of names and codes."""
        library = COLCON_DEB.parents[2] / "src" / "docker"
        environment = dict(os.environ, GI_TYPELIB_PATH=str(library), LD_LIBRARY_PATH=str(library),
                           DOCKER_CONFIG=str(self.work / "none"))
        ended = subprocess.run(["/usr/bin/python3", "-c", TRANSFERS, "unix://" + self.engine.path, self.reference, secret],
                               capture_output=True, text=True, timeout=120, env=environment)
        self.assertEqual(0, ended.returncode, ended)
        self.assertNotIn("open>>>", ended.stdout + ended.stderr)
        return ended.stdout

    def test_a_refusal_has_its_code(self):
        self.assertRegex(self.transfer(PASSWORD), r"\Apull ok\npush ok\n\Z")
        for secret in "", "open>>>???nothing":
            with self.subTest(secret=secret):
                # A pull asks the registry even if the engine has the image.
                self.assertRegex(self.transfer(secret), r"\Apull unauthorized .*\npush unauthorized .*\n\Z")

    def build_from_it(self, builder, configuration):
        """Build an image from the private one; each builder asks for it in its own way."""
        directory = self.work / "docker"
        write(directory / "config.json", json.dumps(configuration))
        # A cached step of an earlier build must not replace the request to the registry.
        write(self.work / "context" / "Dockerfile", "ARG BASE\nFROM ${BASE}\nRUN echo %s\n" % secrets.token_hex())
        outcome = self.run_program("image", "build", self.work / "context", "--builder", builder, "--pull",
                                   "--build-arg", "BASE=%s" % self.reference,
                                   "--network", "host", env={"DOCKER_CONFIG": str(directory)})
        self.assertNotIn(PASSWORD, outcome.stdout + outcome.stderr)
        return outcome

    def test_a_build_that_begins_with_it(self):
        for builder in "classic", "buildkit":
            with self.subTest(builder=builder):
                self.forget()
                self.assert_ended(self.build_from_it(builder, self.authority()), 0)

    def test_a_build_that_begins_with_it_without_credentials(self):
        for builder in "classic", "buildkit":
            with self.subTest(builder=builder):
                self.forget()
                outcome = self.build_from_it(builder, {})
                self.assert_ended(outcome, 1)
                self.assert_says(outcome, "small/image")
