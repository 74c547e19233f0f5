# SPDX-License-Identifier: Apache-2.0
"""An ssh server of the test's own on 127.0.0.1, with its own keys. It needs root and Debian's openssh-server.

    server = SshServer(directory)
    server.start()
    run(program, "--host", "ssh://root@127.0.0.1:%d" % server.port, env={"PATH": server.path_with("client")})
    server.count_logins()
    server.stop()
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

SSHD = """\
Port %(port)d
ListenAddress 127.0.0.1
HostKey %(place)s/host
PidFile %(place)s/pid
AuthorizedKeysFile %(place)s/client.pub
StrictModes no
UsePAM no
PasswordAuthentication no
LogLevel VERBOSE
MaxStartups 100
"""

# The program runs the user's "ssh"; this one has the test's configuration.
SSH = """\
#!/bin/sh
exec /usr/bin/ssh -F %(place)s/ssh_config -o UserKnownHostsFile=%(place)s/known -o IdentityFile=%(place)s/%(key)s \
    -o HostKeyAlias=test -o IdentitiesOnly=yes -o BatchMode=yes "$@"
"""


def is_possible():
    return os.geteuid() == 0 and shutil.which("sshd", path="/usr/sbin:/sbin") is not None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class SshServer:
    def __init__(self, place, settings=""):
        """settings: more lines of sshd_config."""
        self.place = pathlib.Path(place)
        self.port = free_port()
        self.log = self.place / "sshd.log"
        self.process = None
        self.place.mkdir()
        for name in ("host", "client", "stranger"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.place / name)], check=True)
        (self.place / "sshd_config").write_text(SSHD % {"port": self.port, "place": self.place} + settings)
        self.know((self.place / "host.pub").read_text())
        self.configure("")

    def know(self, key):
        """Write the key that the client expects."""
        (self.place / "known").write_text("test %s\n" % " ".join(key.split()[:2]))

    def configure(self, text):
        """Write the ssh_config of the user."""
        (self.place / "ssh_config").write_text(text)

    def start(self):
        os.makedirs("/run/sshd", exist_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", str(self.place / "sshd_config")],
                                            stdin=subprocess.DEVNULL, stderr=log)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if "Server listening" in self.log.read_text(errors="replace"):
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError("sshd does not listen: %s" % self.log.read_text(errors="replace"))

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def path_with(self, key="client"):
        """A PATH on which ssh logs in with a key: "client", or "stranger" that the server refuses."""
        programs = self.place / ("bin-" + key)
        if not programs.exists():
            programs.mkdir()
            (programs / "ssh").write_text(SSH % {"place": self.place, "key": key})
            (programs / "ssh").chmod(0o755)
        return "%s:%s" % (programs, os.environ["PATH"])

    def forget_programs(self):
        """Commands that run on the server find no program."""
        with open(self.place / "sshd_config", "a", encoding="utf-8") as config:
            config.write("SetEnv PATH=/nonexistent\n")
        os.kill(self.process.pid, signal.SIGHUP)

    def end_sessions(self):
        """Break all connections, as a server that goes down."""
        subprocess.run(["pkill", "-KILL", "-P", str(self.process.pid)], check=True)

    def count_logins(self):
        return self.log.read_text(errors="replace").count("Accepted publickey for ")

    def clients(self):
        """The ssh processes of this server's users: a list of (pid, words of the command line)."""
        found = []
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = entry.read_bytes().decode(errors="replace").split("\0")
            except OSError:
                continue
            if words[0].endswith("ssh") and str(self.place / "known") in " ".join(words):
                found.append((int(entry.parent.name), words))
        return found
