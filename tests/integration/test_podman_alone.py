# SPDX-License-Identifier: Apache-2.0
"""A machine that has Podman and no engine that answers: the program starts Podman's service itself (docs/engines.md)."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from support import IMAGE, STRANGER, TOP, ProgramCase, add_package, is_root, owners, workspace_debs, write

USER = STRANGER + 2
STARTED = r"Docker cannot be used \(unix:///var/run/docker\.sock: .*\): Podman's service runs for this command"
# A machine of its own as to /run and the users: no Docker listens, and USER has ids for user namespaces.
HIDE = """
set -e
resolv=$(readlink -m /etc/resolv.conf)
cat /etc/resolv.conf >"$1/resolv.conf"
mount -t tmpfs -o mode=755 tmpfs /run
[ -e /etc/resolv.conf ] || { mkdir -p "$(dirname "$resolv")"; cp "$1/resolv.conf" "$resolv"; }
for file in passwd subuid subgid; do mount --bind "$1/$file" "/etc/$file"; done
echo ready
exec sleep infinity
"""


class Machine:
    """A mount namespace, and Podman's storage with the builder image for one user."""

    def __init__(self, uid):
        self.uid = uid
        # On a disk, and where every user may enter: the tree may be in /root.
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cdd-podman-", dir="/var/tmp"))
        self.place.chmod(0o755)
        self.home = self.place / "home"
        self.home.mkdir(0o700)
        # As short as /run/user/1000: Podman refuses a directory for its run-time files of more than 50 characters.
        self.runtime = pathlib.Path(tempfile.mkdtemp(prefix="podman-", dir="/tmp"))
        for directory in (self.home, self.runtime):
            os.chown(directory, uid, uid)
        self.write_configuration()
        self.holder = subprocess.Popen(["unshare", "--mount", "--propagation", "private", "sh", "-c", HIDE, "sh", self.place],
                                       stdout=subprocess.PIPE)
        if self.holder.stdout.readline() != b"ready\n":
            raise RuntimeError("no mount namespace")

    def write_configuration(self):
        # What a machine without systemd, and with limits that its root may not raise, needs: docs/engines.md.
        (self.place / "containers.conf").write_text(
            '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n[engine]\nruntime = "%s"\n'
            % ("runc" if shutil.which("runc") else "crun"))
        (self.place / "storage.conf").write_text(
            '[storage]\ndriver = "overlay"\ngraphroot = "%s/storage"\nrunroot = "%s/run"\n' % (self.place, self.place))
        ids = "tester:%d:65536\n" % (10 * 65536)
        for name, line in (("passwd", "tester:x:%d:%d::%s:/bin/sh\n" % (USER, USER, self.home)), ("subuid", ids), ("subgid", ids)):
            (self.place / name).write_text(pathlib.Path("/etc", name).read_text() + line)

    def environment(self):
        changes = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.runtime), "DOCKER_HOST": None,
                   "CONTAINERS_CONF": str(self.place / "containers.conf")}
        if self.uid == 0:
            changes["CONTAINERS_STORAGE_CONF"] = str(self.place / "storage.conf")
        return changes

    def command(self, command):
        become = ["setpriv", "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups", "--"]
        return ["nsenter", "--mount=/proc/%d/ns/mnt" % self.holder.pid, "--wd=/", "--", *become, *command]

    def podman(self, *arguments, **options):
        environment = {**os.environ, **self.environment()}
        environment.pop("DOCKER_HOST")
        command = ["podman", "--cgroup-manager=cgroupfs", "--events-backend=file", *arguments]
        return subprocess.run(self.command(command), env=environment, check=True, **options)

    def containers(self):
        return json.loads(self.podman("ps", "--all", "--format", "json", capture_output=True).stdout)

    def load_image(self):
        """From the engine of the other tests."""
        with subprocess.Popen(["docker", "save", IMAGE], stdout=subprocess.PIPE) as saved:
            self.podman("load", "--quiet", stdin=saved.stdout, stdout=subprocess.DEVNULL)

    def remove(self):
        # The storage may be mounted, and a user's process holds the user's namespace.
        with contextlib.suppress(subprocess.CalledProcessError):
            self.podman("system", "reset", "--force", capture_output=True)
        self.holder.kill()
        self.holder.communicate()
        for directory in (self.place, self.runtime):
            shutil.rmtree(directory, ignore_errors=True)


class PodmanAlone(ProgramCase):
    """One machine for all tests of a class."""

    uid = None

    @classmethod
    def setUpClass(cls):
        if not is_root() or shutil.which("podman") is None:
            raise unittest.SkipTest("Podman, and root to make a machine without Docker, are needed")
        cls.machine = Machine(cls.uid)
        cls.addClassCleanup(cls.machine.remove)
        cls.machine.load_image()

    def setUp(self):
        super().setUp()
        self.addCleanup(self.check_podman)

    def environment(self, **changes):
        return super().environment(**{**self.machine.environment(), **changes})

    def command(self, arguments, user=None, groups=None):
        return self.machine.command([self.reachable_program(), *map(str, arguments)])

    def start(self, *arguments, **options):
        options.setdefault("env", {})["LD_LIBRARY_PATH"] = str(self.work / "program")
        self.workspace.mkdir(exist_ok=True)
        for path in [self.workspace, *self.workspace.rglob("*")]:
            os.chown(path, self.uid, self.uid)
        return super().start(*arguments, **options)

    def build(self, *options):
        return self.run_program("build", self.workspace, "--image", IMAGE, *options)

    def check_podman(self):
        """Neither a container nor a service is left."""
        left = self.machine.containers()
        for container in left:
            # The next test would find it, too.
            self.machine.podman("rm", "--force", container["Id"], capture_output=True)
        self.assertEqual([], left)
        self.assertEqual({}, self.services())

    def services(self):
        """The processes, and their commands, of services whose socket is in this test's directory."""
        found = {}
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                command = path.read_bytes().split(b"\0")
                if b"service" in command and any(str(self.temporary).encode() in word for word in command):
                    found[int(path.parent.name)] = command
        return found

    def await_end(self):
        """Until nothing of a run is left but what only the program could remove."""
        deadline = time.monotonic() + 60
        while self.services() or self.machine.containers() or list(self.temporary.glob("colcon-deb-podman-*")):
            self.assertLess(time.monotonic(), deadline, "the service or a container goes on without the program")
            time.sleep(0.5)

    def start_slow_build(self):
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 600)")
        process = self.start("build", self.workspace, "--image", IMAGE, "--json")
        return process, self.read_until(process, rb'"package_start"[^\n]*\n')

    def check_kill(self):
        process, _said = self.start_slow_build()
        process.kill()
        process.communicate()
        self.await_end()
        for name in os.listdir(self.temporary):
            shutil.rmtree(self.temporary / name, ignore_errors=True)


class AsRoot(PodmanAlone):
    uid = 0

    def test_kill_leaves_nothing(self):
        self.check_kill()

    def test_the_example_is_built_and_then_only_what_has_changed(self):
        shutil.copytree(TOP / "examples/workspace", self.workspace, dirs_exist_ok=True)
        outcome = self.build()
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, STARTED, r"Podman [0-9.]+, image", "6 built, 0 failed")
        outcome = self.build()
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "Nothing has changed")
        with open(self.workspace / "src/lantern_py/setup.py", "a", encoding="utf-8") as file:
            file.write("# changed\n")
        outcome = self.build()
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "1 built, 5 unchanged, 0 failed")

    def test_an_exit_code_is_that_of_the_build(self):
        add_package(self.workspace, "broken", cmake="message(FATAL_ERROR no)")
        outcome = self.build()
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "0 built, 1 failed")

    def test_an_exit_that_podman_did_not_notice_is_found(self):
        """The helper that conmon runs at the end of a container fails."""
        conmon = write(self.work / "conmon", r"""
            #!/bin/bash
            exec conmon "${@/#*bin\/podman//bin/false}"
            """)
        conmon.chmod(0o755)
        configuration = (self.machine.place / "containers.conf").read_text()
        changed = write(self.work / "containers.conf", configuration + 'conmon_path = ["%s"]\n' % conmon)
        add_package(self.workspace, "heron")
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, env={"CONTAINERS_CONF": str(changed)})
        self.assert_ended(outcome, 0)

    def test_ctrl_c_stops_the_build_and_not_the_service(self):
        """As a terminal does it: the signal goes to the whole group of processes."""
        process, said = self.start_slow_build()
        os.killpg(process.pid, signal.SIGINT)
        outcome = self.finish(process, 60, already=said)
        self.assert_ended(outcome, 130)
        self.assertEqual("interrupted", json.loads((self.output / "summary.json").read_text())["state"])

    def test_validate_says_which_engine_and_why(self):
        add_package(self.workspace, "heron")
        outcome = self.run_program("validate", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"engine: Podman [0-9.]+, API [0-9.]+, unix:///\S+; " + STARTED)

    def test_an_engine_that_is_named_is_not_replaced(self):
        for name in ({"DOCKER_HOST": "unix:///nowhere.sock"}, {"DOCKER_CONTEXT": "default"}):
            outcome = self.run_program("image", "ls", env=dict(name))
            self.assert_ended(outcome, 1)
            self.assert_says(outcome, "the socket does not exist")

    def list_images(self, script, **changes):
        """The program is started by a shell of the machine."""
        command = ["sh", "-c", script, "sh", self.reachable_program(), "image", "ls"]
        environment = self.environment(LD_LIBRARY_PATH=str(self.work / "program"), **changes)
        return subprocess.run(self.machine.command(command), env=environment, capture_output=True, text=True, check=False)

    def test_odd_directories_and_closed_streams(self):
        """Podman reads its address as a URI; nothing that the program opens may become a standard stream."""
        place = self.temporary / "a b%20c#d?e'f"
        place.mkdir()
        for script in ('exec "$@"', 'exec "$@" <&-'):
            result = self.list_images(script, TMPDIR=str(place))
            self.assertEqual(0, result.returncode, result)
            self.assertRegex(result.stderr, STARTED)
        result = self.list_images('exec "$@" <&- >&-', TMPDIR=str(place))
        self.assertEqual(1, result.returncode, result)
        self.assertIn("writing to standard output: Bad file descriptor", result.stderr)
        place.rmdir()

    def test_a_service_that_dies_is_named(self):
        process, said = self.start_slow_build()
        pid = next(pid for pid, command in self.services().items() if command[0] == b"podman")
        os.kill(pid, signal.SIGKILL)
        outcome = self.finish(process, 60, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "Podman's service has ended: it ended without a word.*Build again")
        self.await_end()

    def test_a_container_whose_input_stays_open_is_removed(self):
        """conmon, when it writes to a service that has ended before it reads that."""
        add_package(self.workspace, "slow", cmake='execute_process(COMMAND sh -c "while echo line; do sleep 0.1; done")')
        process = self.start("build", self.workspace, "--image", IMAGE, "--json", "--verbose")
        self.read_until(process, rb'"package_start"[^\n]*\n')
        container, = self.machine.containers()
        conmon = [int(path.parent.name) for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")
                  if path.read_bytes().startswith(b"/usr/bin/conmon\0") and container["Id"].encode() in path.read_bytes()]
        for pid in conmon:
            os.kill(pid, signal.SIGSTOP)
        process.kill()
        process.communicate()
        time.sleep(2)
        for pid in conmon:
            os.kill(pid, signal.SIGCONT)
        self.assertEqual(1, len(conmon))
        self.await_end()
        for name in os.listdir(self.temporary):
            shutil.rmtree(self.temporary / name, ignore_errors=True)

    def test_a_service_that_does_not_stop_is_killed(self):
        """A fake: podman itself always stops."""
        fake = write(self.work / "bin/podman", """
            #!/usr/bin/python3
            import signal, socket, sys, time
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(sys.argv[-1][len("unix://"):])
            listener.listen()
            time.sleep(600)
            """)
        fake.chmod(0o755)
        process = self.start("image", "ls", env={"PATH": "%s:%s" % (fake.parent, os.environ["PATH"])})
        deadline = time.monotonic() + 20
        while not list(self.temporary.glob("colcon-deb-podman-*/podman.sock")):
            self.assertLess(time.monotonic(), deadline, "the service does not listen")
            time.sleep(0.1)
        process.kill()
        process.communicate()
        self.await_end()

    def test_a_service_that_cannot_start_is_explained(self):
        outcome = self.run_program("image", "ls", env={"CONTAINERS_CONF": "/nowhere.conf"})
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r"Docker at unix:///var/run/docker\.sock: .*; Podman, instead of it: .*/nowhere\.conf")

    def test_the_directory_goes_although_the_guard_cannot_remove_it(self):
        tools = self.work / "tools"
        tools.mkdir()
        (tools / "podman").symlink_to(shutil.which("podman"))
        result = self.list_images('PATH=%s; exec "$@"' % tools, CONTAINERS_CONF="/nowhere.conf")
        self.assertEqual(1, result.returncode, result)
        self.assertEqual([], os.listdir(self.temporary))


class AsUser(PodmanAlone):
    uid = USER

    def test_kill_leaves_nothing(self):
        self.check_kill()

    def test_what_is_built_belongs_to_the_user(self):
        add_package(self.workspace, "heron")
        outcome = self.build()
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, STARTED, "1 built, 0 failed")
        self.assertEqual(1, len(workspace_debs(self.output)))
        self.assertEqual({(USER, USER)}, owners(self.workspace))


if __name__ == "__main__":
    unittest.main()
