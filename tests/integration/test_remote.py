# SPDX-License-Identifier: Apache-2.0
"""An engine that cannot see the workspace: the files are copied to it, and the results come back (docs/engines.md).

The program runs in a mount namespace in which a file system of its own has the workspace. The engine finds an empty
directory there, as an engine of another machine might.
"""
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import threading
import time
import unittest
import urllib.parse

import ssh_server
from engine import EngineError, socket_path
from support import IMAGE, RUNTIME_IMAGE, STRANGER, TOP, ProgramCase, add_package, events_of, is_root, write
from test_connections import Proxy, make_authority, make_certificate

HIDE = 'set -e; mount -t tmpfs -o mode=755 tmpfs "$1"; echo ready; exec sleep infinity'
USED = "building in the container that the last build kept ready"
COPIED = r"the engine cannot see .*: files are copied to it and back"
SENT = r"sent ([\d.,]+)\s(bytes|kB|MB) to the engine: (\d+) changed files?"
UNITS = {"bytes": 1, "kB": 1000, "MB": 1000_000}


class Relay:
    """Passes connections on to the engine until it is cut."""

    def __init__(self, place):
        self.path = str(place / "relay.sock")
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen()
        self.pairs = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                ours, _address = self.listener.accept()
                theirs = socket.socket(socket.AF_UNIX)
                theirs.connect(socket_path())
                self.pairs.append((ours, theirs))
                for source, target in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=self.copy, args=(source, target), daemon=True).start()

    @staticmethod
    def copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def cut(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        os.unlink(self.path)
        for pair in self.pairs:
            for end in pair:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


class RemoteCase(ProgramCase):
    also_there = ()  # empty directories that the engine has under the names of the workspace's

    def setUp(self):
        super().setUp()
        if not is_root():
            self.skipTest("root is needed to hide the workspace from the engine")
        self.workspace.mkdir()
        for name in self.also_there:
            (self.workspace / name).mkdir()
        # The program runs there; this test looks into it from outside.
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", HIDE, "sh", self.workspace], stdout=subprocess.PIPE)
        self.assertEqual(b"ready\n", self.holder.stdout.readline())
        self.addCleanup(self.holder.communicate)
        self.addCleanup(self.holder.kill)
        self.addCleanup(self.remove_volumes)
        self.addCleanup(self.check_no_container)
        self.inside = pathlib.Path("/proc/%d/root%s" % (self.holder.pid, self.workspace))
        self.output = self.inside / "output"

    def command(self, arguments, user=None, groups=None):
        enter = ["nsenter", "--mount=/proc/%d/ns/mnt" % self.holder.pid, "--wd=/", "--"]
        return enter + super().command(arguments, user, groups)

    def build(self, *options, **keywords):
        return self.run_program("build", self.workspace, "--image", IMAGE, *options, **keywords)

    def start_build(self, *options, **keywords):
        return self.start("build", self.workspace, "--image", IMAGE, "--json", *options, **keywords)

    def add(self, name, *arguments, **keywords):
        return add_package(self.inside, name, *arguments, **keywords)

    def volumes(self):
        filters = json.dumps({"label": ["colcon-deb.workspace=%s" % self.workspace]})
        answer = self.engine.request("GET", "/volumes?filters=" + urllib.parse.quote(filters))
        return {volume["Name"]: volume for volume in answer["Volumes"] or ()}

    def own_containers(self, besides=()):
        names = set(self.volumes())
        return [one["Id"] for one in self.engine.request("GET", "/containers/json?all=1")
                if names.intersection(mount.get("Name") for mount in one.get("Mounts", ())) and one["State"] not in besides]

    def check_no_container(self, besides=()):
        deadline = time.monotonic() + 15
        while self.own_containers(besides) and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual([], self.own_containers(besides))

    def remove_volumes(self):
        for name in self.volumes():
            self.engine.request("DELETE", "/volumes/" + name)

    def debs(self):
        return {path.name: path.read_bytes() for path in self.output.glob("debs/*.deb")}

    def snapshot(self, directory):
        """Names, kinds, modes, times and contents."""
        found = {}
        for path in sorted(directory.rglob("*")):
            status = path.lstat()
            content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[str(path.relative_to(directory))] = (status.st_mode, status.st_mtime_ns, content)
        return found

    def assert_built(self, outcome, code=0):
        self.assert_ended(outcome, code)
        self.assert_says(outcome, COPIED)

    def assert_published(self):
        """The repository has every package."""
        pool = {path.name for path in self.output.glob("apt/pool/*/*/*/*.deb")}
        self.assertLessEqual({path.name for path in self.output.glob("debs/*.deb")}, pool)
        names = {line.split("/")[-1].strip() for index in self.output.glob("apt/dists/*/main/*/Packages")
                 for line in index.read_text().splitlines() if line.startswith("Filename:")}
        self.assertEqual(names, pool)

    def sent(self, outcome):
        """Bytes, and changed files."""
        amount, unit, files = re.search(SENT, outcome.text).groups()
        return float(amount.replace(",", "")) * UNITS[unit], int(files)


class TestRemote(RemoteCase):
    also_there = ("src", "output", "debian_dirs")

    def test_same_packages_as_with_mounts(self):
        for name in ("lower", "upper"):
            self.add(name, depends=("lower",) if name == "upper" else ())
        (self.inside / "src" / "lower" / "weg").symlink_to("package.xml")
        write(self.inside / "src" / "lower" / "run ü%.sh", "#!/bin/sh\n").chmod(0o755)
        (self.inside / "src" / "lower" / "empty" / "below").mkdir(parents=True)
        sources = self.snapshot(self.inside / "src")
        self.assert_built(self.build())
        self.assertEqual(sources, self.snapshot(self.inside / "src"))
        self.assertEqual(0, (self.output / "debs").stat().st_uid)
        self.assertTrue((self.output / "logs" / "upper.log").is_file())
        self.assertTrue(list((self.inside / "debian_dirs").glob("upper/debian/control")))
        self.assertTrue((self.output / "apt" / "dists").is_dir())
        self.assertEqual([], self.half_files(self.output))
        self.assertEqual(6, len(self.volumes()))
        for volume in self.volumes().values():
            self.assertEqual("transfer", volume["Labels"]["colcon-deb.role"])
            self.assertRegex(volume["Labels"]["colcon-deb.user"], r"^0@.")
        # The same workspace where the engine sees it.
        remote = self.debs()
        local = self.work / "local"
        local.mkdir()
        subprocess.run(["cp", "-a", self.inside / "src", local / "src"], check=True)
        outcome = ProgramCase.run_program(self, "build", local, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assertNotRegex(outcome.text, COPIED)
        built = {path.name: path.read_bytes() for path in local.glob("output/debs/*.deb")}
        self.assertEqual(sorted(built), sorted(remote))
        self.assertEqual([], [name for name in built if built[name] != remote[name]])

    def test_only_changes_are_sent(self):
        for name in ("one", "two", "three"):
            self.add(name)
        (self.inside / "src" / "one" / "large").write_bytes(os.urandom(3_000_000))
        first = self.build()
        self.assert_built(first)
        self.assertGreater(self.sent(first)[0], 3_000_000)
        # Nothing to do: nothing is asked of the engine's volumes.
        again = self.build()
        self.assert_ended(again, 0)
        self.assertNotRegex(again.text, SENT)
        self.assert_says(again, "3 packages are up to date")
        # A change, a new mode, a file that goes, one that moves, and a package that goes.
        source = self.inside / "src"
        write(source / "two" / "added.txt", "added\n")
        (source / "two" / "CMakeLists.txt").chmod(0o755)
        os.rename(source / "one" / "large", source / "one" / "great")
        shutil.rmtree(source / "three")
        second = self.build()
        self.assert_ended(second, 0)
        self.assert_published()
        amount, _files = self.sent(second)
        self.assertLess(amount, 100_000)
        self.assertEqual({"ros-rolling-one", "ros-rolling-two"},
                         {name.split("_")[0] for name in self.debs() if "one" in name or "two" in name or "three" in name})
        # A file in the place of a directory, and the reverse.
        (source / "two" / "added.txt").unlink()
        write(source / "two" / "added.txt" / "below", "below\n")
        (source / "one" / "great").unlink()
        (source / "one" / "great").symlink_to("nowhere")
        self.assert_ended(self.build(), 0)
        listed = json.loads(self.inspect("import json,os;print(json.dumps(sorted(os.path.join(d,f)[3:] for d,_,fs in os.walk('/s')"
                                         " for f in fs)))"))
        self.assertEqual(sorted(str(path.relative_to(source)) for path in source.rglob("*") if not path.is_dir()),
                         [path for path in listed if not path.startswith(".colcon-deb.staging")])

    def inspect(self, program):
        """Run Python beside the copy of the sources."""
        volume = next(name for name in self.volumes() if name.endswith("-sources"))
        return subprocess.run(["docker", "-H", "unix://" + socket_path(), "run", "--rm", "--network=none", "-v", volume + ":/s",
                               "--entrypoint", "python3", IMAGE, "-c", program], check=True, capture_output=True).stdout

    def test_what_the_user_does_in_the_output(self):
        self.add("one")
        self.add("two")
        self.assert_built(self.build())
        write(self.output / "debs" / "notes.txt", "mine\n")
        write(self.output / "README", "mine\n")
        next(self.output.glob("debs/ros-rolling-one_*.deb")).unlink()
        outcome = self.build()
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "1 built")
        self.assertTrue(list(self.output.glob("debs/ros-rolling-one_*.deb")))
        self.assertEqual("mine\n", (self.output / "debs" / "notes.txt").read_text())
        self.assertEqual("mine\n", (self.output / "README").read_text())

    def test_overrides_that_are_edited_meanwhile(self):
        self.add("slow", cmake="execute_process(COMMAND sleep 4)")
        write(self.inside / "debian_dirs" / "slow" / "override.yaml", "depends: [bash]\n")
        process = self.start_build()
        said = self.read_until(process, rb"package_start")
        write(self.inside / "debian_dirs" / "slow" / "override.yaml", "depends: [dash]\n")
        write(self.inside / "debian_dirs" / "mine.txt", "mine\n")
        self.assert_ended(self.finish(process, 100, already=said), 0)
        self.assertEqual("depends: [dash]\n", (self.inside / "debian_dirs" / "slow" / "override.yaml").read_text())
        self.assertTrue((self.inside / "debian_dirs" / "mine.txt").exists())

    def test_what_is_of_the_user_stays(self):
        """A build that writes where it may: to debian_dirs and the output."""
        overrides = self.inside / "debian_dirs"
        for name in ("one.txt", "two.txt", "secret.txt"):
            write(overrides / name, "same\n")
            os.utime(overrides / name, (1_600_000_000, 1_600_000_000))
        write(overrides / ".git" / "config", "mine\n")
        self.add("evil", cmake="""
            execute_process(COMMAND sh -c "cd /workspace/debian_dirs && echo more >>one.txt && mkdir -p .git/hooks &&
              echo x >.git/config && echo x >.git/hooks/pre-commit && echo x >mine && mkdir plan && echo x >plan/x && sleep 3")
            """)
        process = self.start_build()
        said = self.read_until(process, b"package_start")
        time.sleep(1)
        write(overrides / "mine" / "notes", "mine\n")
        write(overrides / "plan", "mine\n")
        os.chmod(overrides / "secret.txt", 0o700)
        outcome = self.finish(process, 100, already=said)
        self.assert_ended(outcome, 0)
        self.assertEqual(["same\nmore\n", "same\n"], [(overrides / name).read_text() for name in ("one.txt", "two.txt")])
        self.assertEqual("mine\n", (overrides / ".git" / "config").read_text())
        self.assertFalse((overrides / ".git" / "hooks").exists())
        self.assertEqual("mine\n", (overrides / "mine" / "notes").read_text())
        self.assertEqual("mine\n", (overrides / "plan").read_text())
        self.assertEqual(0o700, stat.S_IMODE((overrides / "secret.txt").stat().st_mode))
        self.assert_says(outcome, "does not come back from the engine: something of another kind has its name here")

    def test_what_cannot_be_read(self):
        self.add("one")
        secret = write(self.inside / "debian_dirs" / "secret.txt", "first\n")
        for path in (self.inside, *self.inside.rglob("*")):
            os.chown(path, STRANGER, STRANGER)
        self.assert_built(self.build(user=STRANGER))
        secret.write_text("second\n")
        secret.chmod(0)
        outcome = self.build("--force", user=STRANGER)
        self.assert_built(outcome)
        self.assert_says(outcome, "secret.txt cannot be read, so the engine gets no copy")
        self.assertEqual("second\n", secret.read_text())

    def test_failures(self):
        self.add("good")
        self.add("bad", cmake='message(WARNING "careful")\nmessage(FATAL_ERROR "no good")')
        outcome = self.build()
        self.assert_built(outcome, 1)
        self.assert_says(outcome, "no good", "careful", "1 built, 1 failed")
        self.assertIn("no good", (self.output / "logs" / "bad.log").read_text())
        self.assertTrue(list(self.output.glob("debs/ros-rolling-good_*.deb")))
        self.assertTrue((self.output / "apt").is_dir())

    def test_list_and_validate(self):
        self.add("one")
        outcome = self.run_program("list", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"\bone\b")
        self.assertFalse((self.inside / "output").exists())
        self.assert_ended(self.run_program("validate", self.workspace, "--image", IMAGE), 0)
        self.assertEqual(["src"], sorted(os.listdir(self.inside)))

    def test_an_image_without_python(self):
        self.add("one")
        outcome = self.run_program("build", self.workspace, "--image", RUNTIME_IMAGE, "--ros-distro", "rolling")
        self.assert_built(outcome, 1)
        self.assert_says(outcome, "the image lacks python3. Add to the image: apt-get install python3")

    def test_images_are_made_from_files_of_this_machine(self):
        """Their inputs go through the API."""
        context = self.inside / "context"
        write(context / "file", "from here\n")
        write(context / "Dockerfile", 'FROM %s\nCOPY file /\nRUN grep "from here" /file\n' % RUNTIME_IMAGE)
        for builder in ("classic", "buildkit"):
            name = "cdd-test/remote:%s" % builder
            self.addCleanup(self.engine.request, "DELETE", "/images/%s?force=1" % name, expect=(200, 404))
            self.assert_ended(self.run_program("image", "build", "--builder", builder, "--network", "host", "-t", name,
                                               self.workspace / "context"), 0)
            self.assertTrue(self.engine.has_image(name))

    def test_mounts_that_were_asked_for(self):
        self.add("one")
        outcome = self.build("--transfer", "bind")
        self.assertNotEqual(0, outcome.code)
        self.assertNotRegex(outcome.text, COPIED)

    def test_an_engine_that_sees_the_workspace_may_get_copies(self):
        local = self.work / "local"
        add_package(local, "one")
        outcome = ProgramCase.run_program(self, "build", local, "--image", IMAGE, "--transfer", "copy", "--output-dir",
                                          self.work / "out")
        self.workspace = local
        self.addCleanup(self.remove_volumes)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, SENT)

    def test_another_user(self):
        self.add("one")
        for path in (self.inside, *self.inside.rglob("*")):
            os.chown(path, STRANGER, STRANGER)
        # Root has copies of its own.
        self.assert_ended(self.run_program("list", self.workspace, "--image", IMAGE), 0)
        outcome = self.build(user=STRANGER)
        self.assert_built(outcome)
        users = [volume["Labels"]["colcon-deb.user"].split("@")[0] for volume in self.volumes().values()]
        self.assertEqual((4, 6), (users.count("0"), users.count(str(STRANGER))))
        owners = {path.lstat().st_uid for path in (self.output, *self.output.rglob("*"))}
        self.assertEqual({STRANGER}, owners)

    def test_targets_wait_for_one_another(self):
        self.add("one")
        write(self.inside / "colcon-deb.yaml", """
            targets:
              first:
                docker: {image: "%s"}
              second:
                docker: {image: "%s"}
            """ % (IMAGE, IMAGE))
        outcome = self.run_program("build", self.workspace)
        self.assert_ended(outcome, 0)
        for name in ("first", "second"):
            self.assertTrue(list(self.output.glob("targets/%s/debs/ros-rolling-one_*.deb" % name)), outcome)
        # One set for both.
        self.assertEqual(6, len(self.volumes()))
        self.assert_says(outcome, "another run uses the copies of this workspace on the engine; waiting for its end")


class TestBesideTheEngine(ProgramCase):
    """A container that has the engine's socket, such as a job of a CI server has it."""

    SCRIPT = """
        export LD_LIBRARY_PATH="$PROGRAM" COLCON_DEB_SCRIPTS="$PROGRAM/scripts"
        mkdir -p "$WORKSPACE/src"
        cp -r /example/src/morse_table "$WORKSPACE/src"
        "$PROGRAM/colcon-deb" build "$WORKSPACE" --image "$IMAGE" && ls "$WORKSPACE/output/debs"
        code=$?
        "$PROGRAM/colcon-deb" clean "$WORKSPACE"
        exit $code
        """

    def test_what_the_container_has_is_built(self):
        # What the engine finds under the names of the container's directories.
        add_package(self.workspace, "trap")
        (self.workspace / "output").mkdir()
        before = sorted(map(str, self.workspace.rglob("*")))
        self.reachable_program()
        program = str(self.work / "program")
        # The program needs the libraries of this machine.
        binds = ["/usr:/usr:ro", "%s:%s:ro" % (program, program), "%s:/example:ro" % (TOP / "examples/workspace"),
                 "%s:/var/run/docker.sock" % socket_path()]
        environment = {"PROGRAM": program, "WORKSPACE": self.workspace, "IMAGE": IMAGE}
        result = self.engine.run(RUNTIME_IMAGE, ["sh", "-c", self.SCRIPT], binds=binds, env=environment, network="none")
        self.assertEqual(0, result.code, result)
        self.assertRegex(result.stdout, COPIED)
        self.assertRegex(result.stdout, "1 built, 0 failed")
        self.assertRegex(result.stdout, r"(?m)^ros-rolling-morse-table_.*\.deb$")
        self.assertEqual(6, len(re.findall("removed volume", result.stdout)), result)
        self.assertEqual(before, sorted(map(str, self.workspace.rglob("*"))))


@unittest.skipUnless(ssh_server.is_possible(), "needs root and sshd")
class TestRemoteBySsh(RemoteCase):
    def test_a_build_and_a_change(self):
        server = ssh_server.SshServer(self.work / "ssh")
        server.start()
        self.addCleanup(server.stop)
        environment = {"DOCKER_HOST": "ssh://root@127.0.0.1:%d%s" % (server.port, socket_path()), "PATH": server.path_with()}
        self.add("one")
        (self.inside / "src" / "one" / "large").write_bytes(os.urandom(20_000_000))
        self.assert_built(self.build(env=environment))
        self.assertEqual(1, server.count_logins())
        self.assertTrue(list(self.output.glob("debs/ros-rolling-one_*.deb")))
        write(self.inside / "src" / "one" / "note", "changed\n")
        second = self.build(env=environment)
        self.assert_built(second)
        self.assertLess(self.sent(second)[0], 100_000)
        self.assertEqual(2, server.count_logins())
        # Containers get the names of machines from the engine's machine: those of this one do not discard a standby.
        self.assert_ended(self.build("--force", "--keep-warm=1m", env=environment), 0)
        hosts = write(self.inside / "hosts", pathlib.Path("/etc/hosts").read_text() + "127.0.0.1 another\n")
        subprocess.run(["nsenter", "--mount=/proc/%d/ns/mnt" % self.holder.pid, "mount", "--bind",
                        self.workspace / hosts.name, "/etc/hosts"], check=True)
        third = self.build("--force", "--json", env=environment)
        self.assert_ended(third, 0)
        self.assertIn(USED, third.text)


class SlowCase(RemoteCase):
    def add_slow(self):
        self.add("quick")
        self.add("slow", depends=("quick",), cmake="execute_process(COMMAND sleep 600)")

    def assert_goes_on(self):
        """The next build has what was built before."""
        self.add("slow", depends=("quick",))
        outcome = self.build()
        self.assert_built(outcome)
        self.assert_says(outcome, "1 built, 1 unchanged, 0 failed")
        self.assertEqual(["slow"], [event["name"] for event in events_of(self.output, "package_start")])
        return outcome


@unittest.skipUnless(shutil.which("openssl"), "needs openssl")
class TestRemoteByTls(SlowCase):
    def setUp(self):
        super().setUp()
        place = self.work / "certificates"
        place.mkdir()
        make_authority(place, "ca")
        make_certificate(place, "ca", "engine", "subjectAltName=IP:127.0.0.1\n")
        make_certificate(place, "ca", "cert", "extendedKeyUsage=clientAuth\n")
        (place / "cert-key.pem").rename(place / "key.pem")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(place / "engine.pem", place / "engine-key.pem")
        context.load_verify_locations(place / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        proxy = Proxy(context)
        self.addCleanup(proxy.close)
        self.tls = {"DOCKER_HOST": "tcp://127.0.0.1:%d" % proxy.port, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(place)}

    def agent_ends(self, process, since):
        """The exit codes of the containers in which a program had the copies."""
        filters = json.dumps({"type": ["container"], "event": ["die"], "label": ["colcon-deb.role=transfer"]})
        target = "/events?since=%f&until=%f&filters=%s" % (since, time.time(), urllib.parse.quote(filters))
        connection = self.engine.connect()
        self.addCleanup(connection.close)
        connection.request("GET", self.engine.prefix + target)
        events = [json.loads(line)["Actor"]["Attributes"] for line in connection.getresponse().read().splitlines()]
        return [event["exitCode"] for event in events if event["colcon-deb.process"].split("/")[-2] == str(process.pid)]

    def test_a_build_a_change_and_ctrl_c(self):
        self.add("quick")
        (self.inside / "src" / "quick" / "large").write_bytes(os.urandom(20_000_000))
        first = self.build(env=self.tls)
        self.assert_built(first)
        self.assertGreater(self.sent(first)[0], 20_000_000)
        self.assertTrue(list(self.output.glob("debs/ros-rolling-quick_*.deb")))
        self.add_slow()
        write(self.inside / "src" / "quick" / "note", "changed\n")
        moment = time.time()
        process = self.start_build(env=self.tls)
        said = self.read_until(process, rb"package_start.*slow")
        os.kill(process.pid, signal.SIGINT)
        second = self.finish(process, 60, already=said)
        self.assert_ended(second, 130)
        self.assertLess(self.sent(second)[0], 100_000)
        self.check_no_container()
        # It ended with its input, and was not killed.
        self.assertEqual(["0"], self.agent_ends(process, moment))
        self.assert_goes_on()


class TestRemoteWarm(SlowCase):
    """--keep-warm (docs/warm.md)."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.remove_standbys)

    def standbys(self):
        filters = urllib.parse.quote(json.dumps({"label": ["colcon-deb.role=standby"]}))
        ours = self.own_containers()
        return [one["Id"] for one in self.engine.request("GET", "/containers/json?filters=" + filters) if one["Id"] in ours]

    def remove_standbys(self):
        for container in self.standbys():
            self.engine.delete(container)

    def begin(self, option="--keep-warm"):
        """A first build that keeps a standby; its id."""
        self.assert_built(self.build(option))
        standby, = self.standbys()
        return standby

    def use(self, *options):
        outcome = self.build("--json", *options)
        self.assert_built(outcome)
        self.assertIn(USED, outcome.text)

    def test_the_next_build_has_the_changes_and_makes_the_same(self):
        place = self.add("one")
        self.add("two")
        first = self.begin()
        write(place / "data", "changed\n")
        text = (place / "CMakeLists.txt").read_text()
        write(place / "CMakeLists.txt", text + "install(FILES data DESTINATION share/one)\n")
        shutil.rmtree(self.inside / "src" / "two")
        self.use("--keep-warm")
        second, = self.standbys()
        self.assertNotEqual(first, second)
        self.assert_published()
        warm = self.debs()
        self.assertFalse([name for name in warm if name.startswith("ros-rolling-two_")])
        self.engine.delete(second)
        outcome = self.build("--json", "--force")
        self.assert_built(outcome)
        self.assertNotIn(USED, outcome.text)
        self.assertEqual(warm, self.debs())

    def test_a_failed_build_is_followed_by_one_in_it(self):
        place = self.add("one")
        text = (place / "CMakeLists.txt").read_text()
        write(place / "CMakeLists.txt", text + 'message(FATAL_ERROR "no good")\n')
        self.assert_built(self.build("--keep-warm"), 1)
        write(place / "CMakeLists.txt", text)
        self.use()
        self.assertEqual([], self.standbys())

    def test_what_is_fixed_discards_it(self):
        self.add("one")
        first = self.begin()
        outcome = self.build("--json", "--keep-warm", "--build-type", "Debug")
        self.assert_built(outcome)
        self.assertNotIn(USED, outcome.text)
        self.assertNotIn(first, self.standbys())
        self.assertEqual(1, len(self.standbys()))

    def start_slow_build_in_it(self):
        self.add("quick")
        self.begin()
        self.add_slow()
        write(self.inside / "src" / "quick" / "note", "changed\n")
        process = self.start_build("--keep-warm")
        said = self.read_until(process, rb"package_start.*slow")
        self.assertIn(USED.encode(), said)
        return process, said

    def test_ctrl_c(self):
        process, said = self.start_slow_build_in_it()
        os.kill(process.pid, signal.SIGINT)
        self.assert_ended(self.finish(process, 60, already=said), 130)
        self.check_no_container()
        self.assert_goes_on()

    def test_kill(self):
        process, _said = self.start_slow_build_in_it()
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.check_no_container()
        self.assert_says(self.assert_goes_on(), "brought back what an interrupted build had left")

    def test_a_killed_program_leaves_one_that_builds_nothing(self):
        self.add("one")
        standby = self.begin("--keep-warm=10s")
        write(self.inside / "src" / "one" / "note", "changed\n")
        process = self.start_build()
        self.read_until(process, rb'"send"')
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.assertEqual([standby], self.standbys())
        # Its own time ends it. A container that was not started goes with the next build.
        self.check_no_container(besides=("created",))
        self.assert_built(self.build())

    def test_clean_removes_it_and_then_the_volumes(self):
        self.add("one")
        self.begin()
        # The engine keeps a volume that a standby has.
        name = next(name for name in self.volumes() if name.endswith("-output"))
        self.engine.request("DELETE", "/volumes/%s?force=1" % name, expect=(409,))
        outcome = self.run_program("clean", self.workspace)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "removed standby container colcon-deb-standby-")
        self.assertEqual({}, self.volumes())
        write(self.inside / "src" / "one" / "note", "changed\n")
        outcome = self.build("--json")
        self.assert_built(outcome)
        self.assertNotIn(USED, outcome.text)

    def test_targets_share_the_copies(self):
        place = self.add("one")
        write(self.inside / "colcon-deb.yaml", "targets:\n  debug: {build_type: Debug}\n  release: {build_type: Release}\n")
        self.assert_ended(self.build("--keep-warm"), 0)
        self.assertEqual((2, 6), (len(self.standbys()), len(self.volumes())))
        write(place / "note", "changed\n")
        outcome = self.build("--json")
        self.assert_ended(outcome, 0)
        self.assertEqual(2, outcome.text.count(USED), outcome)
        self.assertEqual([], self.standbys())


class TestRemoteInterrupted(SlowCase):
    def test_ctrl_c(self):
        self.add_slow()
        process = self.start_build()
        said = self.read_until(process, rb'package_start","name":"slow"|"name":"slow".*package_start|package_start.*slow')
        os.kill(process.pid, signal.SIGINT)
        outcome = self.finish(process, 60, already=said)
        self.assert_ended(outcome, 130)
        self.assertTrue(list(self.output.glob("debs/ros-rolling-quick_*.deb")), outcome)
        self.check_no_container()
        self.assert_goes_on()

    def test_twice_gives_up(self):
        self.add_slow()
        process = self.start_build()
        said = self.read_until(process, rb"package_start.*slow")
        os.kill(process.pid, signal.SIGINT)
        os.kill(process.pid, signal.SIGINT)
        self.assert_ended(self.finish(process, 60, already=said), 130)

    def test_a_lost_connection(self):
        relay = Relay(self.work)
        self.add_slow()
        process = self.start_build(env={"DOCKER_HOST": "unix://" + relay.path})
        said = self.read_until(process, rb"package_start.*slow")
        relay.cut()
        outcome = self.finish(process, 90, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the next build brings it back")
        self.assertEqual([], list(self.output.glob("debs/*.deb")))
        self.check_no_container()
        self.assert_says(self.assert_goes_on(), "brought back what an interrupted build had left")

    def test_a_connection_lost_while_files_are_sent(self):
        relay = Relay(self.work)
        self.add("one")
        for index in range(20):
            (self.inside / "src" / "one" / ("large%d" % index)).write_bytes(os.urandom(5_000_000))
        process = self.start_build(env={"DOCKER_HOST": "unix://" + relay.path})
        said = self.read_until(process, b"copying 100")
        relay.cut()
        outcome = self.finish(process, 90, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "copying files between this machine and the engine: .*what was sent stays there. Build again")
        self.check_no_container()
        self.assert_built(self.build())

    def add_large(self):
        """Its package takes a while to come back."""
        place = self.add("large")
        (place / "data").write_bytes(os.urandom(60_000_000))
        text = (place / "CMakeLists.txt").read_text()
        (place / "CMakeLists.txt").write_text(text + "install(FILES data DESTINATION share/large)\n")

    def test_a_connection_lost_while_results_come_back(self):
        self.add("one")
        self.assert_built(self.build())
        published = self.snapshot(self.output / "apt")
        debs = self.debs()
        relay = Relay(self.work)
        self.add_large()
        process = self.start_build(env={"DOCKER_HOST": "unix://" + relay.path})
        said = self.read_until(process, b'"receive"')
        relay.cut()
        outcome = self.finish(process, 90, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the next build brings it back")
        # Nothing is published in part, and nothing that was there is gone.
        self.assertEqual(published, self.snapshot(self.output / "apt"))
        self.assertLessEqual(debs.items(), self.debs().items())
        self.check_no_container()
        outcome = self.build("--json")
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "brought back what an interrupted build had left")
        self.assertEqual([], events_of(self.output, "package_start"))
        self.assertTrue(list(self.output.glob("apt/pool/main/r/ros-rolling-large/*.deb")))
        self.assert_published()

    def test_kill_while_results_come_back(self):
        self.add_large()
        process = self.start_build()
        self.read_until(process, b'"receive"')
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.check_no_container()
        self.assert_built(self.build())
        self.assertEqual([], events_of(self.output, "package_start"))
        self.assertTrue(list((self.inside / "debian_dirs").glob("large/debian/control")))

    def agent(self):
        return next(one["Id"] for one in self.engine.request("GET", "/containers/json")
                    if one["Labels"].get("colcon-deb.role") == "transfer" and one["Id"] in self.own_containers())

    def test_a_killed_agent(self):
        self.add("first", cmake="execute_process(COMMAND sleep 4)")
        self.add("second", depends=("first",))
        process = self.start_build()
        said = self.read_until(process, b"package_start.*first")
        self.engine.request("POST", "/containers/%s/kill" % self.agent())
        outcome = self.finish(process, 100, already=said)
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "the container that has the copies ended", "the next build brings it back")
        self.assert_built(self.build())
        self.assertEqual([], events_of(self.output, "package_start"))

    def test_a_silent_agent(self):
        self.add_slow()
        process = self.start_build()
        said = self.read_until(process, b"package_start.*slow")
        agent = self.agent()
        self.engine.request("POST", "/containers/%s/pause" % agent)
        try:
            os.kill(process.pid, signal.SIGINT)
            time.sleep(2)
            os.kill(process.pid, signal.SIGINT)
            self.assert_ended(self.finish(process, 40, already=said), 130)
        finally:
            with contextlib.suppress(EngineError):
                self.engine.delete(agent)

    def test_a_volume_that_was_removed(self):
        self.add("quick")
        self.assert_built(self.build())
        write(self.output / "debs" / "notes.txt", "mine\n")
        self.add_slow()
        process = self.start_build()
        self.read_until(process, b"package_start.*slow")
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.check_no_container()
        name = next(name for name in self.volumes() if name.endswith("-output"))
        self.engine.request("DELETE", "/volumes/" + name)
        self.assert_goes_on()
        self.assertEqual("mine\n", (self.output / "debs" / "notes.txt").read_text())

    def test_overrides_after_a_kill(self):
        self.add_slow()
        process = self.start_build()
        self.read_until(process, b"package_start.*slow")
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.check_no_container()
        self.assert_goes_on()
        self.assertTrue(list((self.inside / "debian_dirs").glob("quick/debian/control")))

    def test_what_was_built_here_since_counts_more_than_what_was_left(self):
        self.add("quick")
        self.assert_built(self.build())
        self.add_slow()
        process = self.start_build()
        self.read_until(process, b"package_start.*slow")
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        self.check_no_container()
        # As if a build had failed there since.
        (self.output / ".colcon-deb" / "state.json").unlink()
        write(self.output / "debs" / "mine.txt", "mine\n")
        self.add("slow", depends=("quick",))
        outcome = self.build()
        self.assert_built(outcome)
        self.assertEqual({"quick", "slow"}, {event["name"] for event in events_of(self.output, "package_start")})
        self.assertEqual("mine\n", (self.output / "debs" / "mine.txt").read_text())

    def test_kill_at_five_points(self):
        self.add_slow()
        # Enough to be killed in the middle of it.
        (self.inside / "src" / "quick" / "large").write_bytes(os.urandom(30_000_000))
        points = (rb'"send"', rb"copying ", rb'"scan"', rb"package_start.*quick", rb"package_start.*slow")
        for point in points:
            with self.subTest(point=point):
                process = self.start_build()
                self.read_until(process, point)
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
                # One that was created and not started goes with the next build.
                self.check_no_container(besides=("created",))
                self.assertLessEqual(len(self.volumes()), 6)
        self.assert_goes_on()
        self.check_no_container()


if __name__ == "__main__":
    unittest.main()
