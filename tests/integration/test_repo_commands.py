# SPDX-License-Identifier: Apache-2.0
"""The verbs of `colcon-deb repo`, and a robot that installs from `repo serve` while the repository changes."""
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import unittest

from engine import Engine
from support import IMAGE, RUNTIME_IMAGE, STRANGER, ProgramCase, add_package, give_to, make_deb, owners, snapshot

SUITE = "bookworm"
# apt that prints what it does, with the repository at $1 and the suite $2.
ROBOT = r"""
use()
{
    [ -z "$3" ] || /usr/lib/apt/apt-helper download-file "$3" /etc/apt/keyrings/colcon-deb.asc
    echo "$2" >/etc/apt/sources.list.d/colcon-deb.list
    apt-get -q update
}
quietly()
{
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
}
"""


class ServeCase(ProgramCase):
    @contextlib.contextmanager
    def served(self):
        """What `repo serve --json` says."""
        process = self.start("repo", "serve", self.workspace, "--address", "127.0.0.1:0", "--json")
        try:
            line = self.read_until(process, rb"\n", timeout=30)
            yield json.loads(line)
        finally:
            process.send_signal(signal.SIGINT)
            outcome = self.finish(process)
        self.assert_ended(outcome, 0)


@unittest.skipUnless(shutil.which("gpg"), "needs gpg")
class RepoCommands(ServeCase):
    TAKES_LONG = True

    def setUp(self):
        super().setUp()
        self.home = self.work / "gnupg"
        self.home.mkdir(mode=0o700)
        self.addCleanup(subprocess.run, ["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=False)
        self.incoming = self.work / "incoming"
        self.incoming.mkdir()

    def make_key(self, name):
        gpg = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        subprocess.run([*gpg, "--quick-generate-key", name, "ed25519", "sign", "never"], check=True)
        path = self.work / (name + ".asc")
        subprocess.run([*gpg, "--armor", "--output", str(path), "--export-secret-keys", name], check=True)
        return path

    def build(self, *arguments):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, *arguments, env={"GNUPGHOME": str(self.home)})
        self.assert_ended(outcome, 0)

    def repo(self, verb, *arguments, code=0, **options):
        workspace = ["--workspace", self.workspace, "--image", IMAGE] if verb in ("add", "rm", "promote") else [self.workspace]
        outcome = self.run_program("repo", verb, *arguments, *workspace, env={"GNUPGHOME": str(self.home)}, **options)
        self.assert_ended(outcome, code)
        return outcome

    def listed(self, suite=SUITE):
        """["name version", ...]"""
        lines = [json.loads(line) for line in self.repo("ls", "--json").stdout.splitlines()]
        return ["%s %s" % (one["package"], re.sub(r"-0.*", "", one["version"])) for one in lines if one["suite"] == suite]

    def refused(self, pattern, verb, *arguments, code=1):
        """One clear error, and nothing has changed."""
        before = snapshot(self.output / "apt")
        outcome = self.repo(verb, *arguments, code=code)
        self.assertRegex(outcome.stderr, r"\A(colcon-deb: )?(error: )?%s.*\n\Z" % pattern)
        self.assertEqual("", outcome.stdout)
        self.assertEqual(before, snapshot(self.output / "apt"))
        self.assertEqual([], self.half_files(self.output))

    def robot(self, said, script, suite=SUITE):
        line = next(line for line in said["sources"] if " %s " % suite in line)
        command = ROBOT + "use '' '%s' '%s'\n" % (line, said.get("key", "")) + script
        result = Engine().run(RUNTIME_IMAGE, ["sh", "-ec", command], network="host")
        self.assertEqual(0, result.code, result)
        return result.stdout

    def test_a_robot_follows_the_changes(self):
        self.repository_of("base", "app")
        key = ("--signing-key-file", self.make_key("robots"))
        self.build(*key)
        driver = make_deb(self.incoming, "driver", "1:2.0")
        with self.served() as said:
            self.assertIn("signed-by", said["sources"][0])
            self.robot(said, "quietly install ros-rolling-app")
            outcome = self.repo("add", driver, *key)
            self.assertEqual("added driver 1:2.0 (all) in bookworm\n", outcome.stdout)
            self.robot(said, "quietly install driver; [ $(dpkg-query -W -f '${Version}' driver) = 1:2.0 ]")
            self.check_promotion(said, key)
            self.repo("rm", "driver", *key)
            self.robot(said, "! quietly install driver; quietly install ros-rolling-app")
        self.check_a_build_after_add(key)
        self.check_sign()

    def repository_of(self, *names):
        for name in names:
            add_package(self.workspace, name)

    def check_promotion(self, said, key):
        outcome = self.repo("promote", "stable", *key)
        self.assertIn("added driver 1:2.0 (all) in stable\n", outcome.stdout)
        self.assertEqual(self.listed(), self.listed("stable"))
        # The server's first words are from before the promotion.
        stable = {**said, "sources": [line.replace(SUITE, "stable") for line in said["sources"]]}
        self.robot(stable, "quietly install ros-rolling-app driver", "stable")
        self.assertEqual("nothing to change: the repository is so already\n", self.repo("promote", "stable", *key).stdout)

    def check_a_build_after_add(self, key):
        self.repo("add", self.incoming / "driver_2.0_all.deb", *key)
        self.build("--force", *key)
        self.assertIn("driver 1:2.0", self.listed())
        self.assertIn("driver 1:2.0", self.listed("stable"))

    def check_sign(self):
        first = (self.output / "apt/dists/bookworm/InRelease").read_bytes()
        self.assertEqual("signed %s/apt\n" % self.output, self.repo("sign", "--signing-key-file", self.make_key("others")).stdout)
        self.assertNotEqual(first, (self.output / "apt/dists/bookworm/InRelease").read_bytes())
        with self.served() as said:
            self.assertEqual(2, len(said["sources"]))
            self.robot(said, "quietly install ros-rolling-app")
            self.robot(said, "quietly install ros-rolling-app", "stable")
        self.refused("repo sign: no key is configured", "sign", code=2)

    def test_an_ordinary_user(self):
        self.repository_of("base")
        give_to(self.workspace, STRANGER)
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, user=STRANGER)
        self.assert_ended(outcome, 0)
        driver = make_deb(self.incoming, "driver")
        # Only this user may read it, and the container does.
        driver.chmod(0o600)
        give_to(self.incoming, STRANGER)
        outcome = self.run_program("repo", "add", driver, "-w", self.workspace, "--image", IMAGE, user=STRANGER)
        self.assert_ended(outcome, 0)
        self.assertEqual({(STRANGER, STRANGER)}, owners(self.output))
        self.assertIn("driver 1.0", self.listed())
        # apt reads the package as another user.
        self.assertEqual(0o644, next(self.output.glob("apt/pool/main/d/driver/*.deb")).stat().st_mode & 0o777)

    def test_bad_input_changes_nothing(self):
        self.repository_of("base")
        self.build()
        text = self.incoming / "text.deb"
        text.write_text("no package")
        good = make_deb(self.incoming, "good")
        self.refused("text.deb is not a complete Debian package", "add", good, text)
        self.refused(".*not a .deb file", "add", good, self.workspace)
        self.refused("adding .*none.deb to the repository: No such file", "add", good, self.incoming / "none.deb")
        self.refused("foreign_1.0_s390x.deb is for s390x, and suite bookworm has packages for", "add",
                     make_deb(self.incoming, "foreign", architecture="s390x"))
        # As on an engine that does not see the repository.
        self.repo("add", good, "--transfer", "copy")
        self.assertEqual(["good 1.0"], [one for one in self.listed() if one.startswith("good")])
        other = self.incoming / "other"
        other.mkdir()
        self.refused("the repository has another file of good 1.0", "add", make_deb(other, "good", fields="Section: another\n"))
        self.refused("suite bookworm has no package absent", "rm", "good", "absent")
        self.refused("suite bookworm has no package good=9", "rm", "good=9")
        self.refused("bookworm is the suite that the packages come from", "promote", SUITE)
        self.refused("the repository has no suite jammy; it has bookworm", "promote", "stable", "--from", "jammy")
        self.refused(".*is no IP address", "serve", "--address", "robots.example.com:80", code=2)
        shutil.rmtree(self.output)
        self.output.mkdir()
        outcome = self.repo("ls", code=1)
        self.assertIn("there is no repository at %s/apt" % self.output, outcome.stderr)


class Serve(ServeCase):
    """The server alone. Needs no engine."""

    def setUp(self):
        super().setUp()
        self.file = self.output / "apt/dists/bookworm/Release"
        self.file.parent.mkdir(parents=True)
        self.file.write_text("0123456789")
        os.utime(self.file, (1e9, 1e9))

    def connect(self, said):
        connection = http.client.HTTPConnection(said["url"].removeprefix("http://"), timeout=20)
        self.addCleanup(connection.close)
        return connection

    def ask(self, said, path, method="GET", connection=None, **fields):
        """(status, fields, body) of one answer."""
        connection = connection or self.connect(said)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in fields.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def test_files(self):
        place = "/dists/bookworm/Release"
        with self.served() as said:
            connection = self.connect(said)
            status, fields, body = self.ask(said, place, connection=connection)
            self.assertEqual((200, b"0123456789"), (status, body))
            modified = fields["Last-Modified"]
            self.assertEqual("Sun, 09 Sep 2001 01:46:40 GMT", modified)
            status, fields, body = self.ask(said, place, connection=connection, If_Modified_Since=modified)
            self.assertEqual((304, None, b""), (status, fields["Content-Length"], body))
            status, fields, body = self.ask(said, place, connection=connection, Range="bytes=7-", If_Range=modified)
            self.assertEqual((206, "bytes 7-9/10", b"789"), (status, fields["Content-Range"], body))
            self.assertEqual(416, self.ask(said, place, connection=connection, Range="bytes=10-")[0])
            status, fields, body = self.ask(said, place, "HEAD", connection=connection)
            self.assertEqual((200, "10", b""), (status, fields["Content-Length"], body))
            self.assertEqual(200, self.ask(said, place, "HEAD", connection=connection, Range="bytes=7-")[0])
            self.assertEqual(405, self.ask(said, place, "DELETE", connection=connection)[0])

    def test_a_file_that_has_just_changed(self):
        """Two changes in one second have the same time: a client must not take the first for the second."""
        os.utime(self.file, (time.time(),) * 2)
        with self.served() as said:
            self.assertNotIn("Last-Modified", self.ask(said, "/dists/bookworm/Release")[1])

    def test_a_replaced_repository(self):
        with self.served() as said:
            (self.output / "apt").rename(self.work / "former")
            self.assertEqual(404, self.ask(said, "/dists/bookworm/Release")[0])
            shutil.copytree(self.work / "former", self.output / "apt")
            self.file.write_text("new")
            self.assertEqual(b"new", self.ask(said, "/dists/bookworm/Release")[2])
            # Between the two renames of a change, which here takes long, no robot is told that there is nothing.
            (self.output / "apt").rename(self.work / "between")
            back = threading.Timer(0.3, (self.work / "between").rename, [self.output / "apt"])
            back.start()
            self.assertEqual(b"new", self.ask(said, "/dists/bookworm/Release")[2])
            back.join()

    def test_no_file_outside(self):
        (self.output / "secret").write_text("secret")
        os.symlink("../secret", self.output / "apt/link")
        os.symlink("..", self.output / "apt/up")
        os.mkfifo(self.output / "apt/pipe")
        with self.served() as said:
            for path in ("/../secret", "/%2e%2e/secret", "/link", "/up/secret", "/", "/dists", "/dists/../../secret",
                         "//dists/bookworm/Release", "/pipe", "/%2Fetc/passwd"):
                self.assertEqual(404, self.ask(said, path)[0], path)
            self.assertEqual(400, self.ask(said, "/%00")[0])

    def test_an_address_that_is_taken(self):
        with self.served() as said:
            address = said["url"].removeprefix("http://")
            outcome = self.run_program("repo", "serve", self.workspace, "--address", address)
        self.assert_ended(outcome, 1)
        self.assertRegex(outcome.stderr, "listening on %s: .*in use; choose another address with --address" % address)

    def test_what_a_person_reads(self):
        process = self.start("repo", "serve", self.workspace, "--address", "127.0.0.1:0")
        text = self.read_until(process, rb"0.0.0.0:PORT\n", timeout=30).decode()
        process.send_signal(signal.SIGTERM)
        self.assert_ended(self.finish(process), 0)
        self.assertRegex(text, r"  echo 'deb \[trusted=yes\] http://127.0.0.1:\d+ bookworm main' >/etc/apt/sources.list.d/")


if __name__ == "__main__":
    unittest.main()
