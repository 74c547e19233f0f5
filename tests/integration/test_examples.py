# SPDX-License-Identifier: Apache-2.0
"""The examples of examples/c and examples/python, as they were built, on the engine at hand."""
import contextlib
import fcntl
import hashlib
import os
import pathlib
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest
import unittest.mock
import uuid

from engine import Engine, EngineError, socket_path
from support import IMAGE, PROGRAM, TOP, import_busybox, text_of
from test_pull import PROGRAM as REGISTRY_PROGRAM
from test_pull import Registry, push

BUILD = PROGRAM.parents[2]
LIBRARY = BUILD / "src" / "docker"
VALGRIND = ["valgrind", "--quiet", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
            "--error-exitcode=99"]
EXAMPLES = sorted((TOP / "examples" / "c").glob("*.c")) + sorted((TOP / "examples" / "python").glob("*.py"))


class ExampleCase(unittest.TestCase):
    def setUp(self):
        self.engine = Engine()
        # Part of every name that a test gives on the engine: other tests run at the same time.
        self.mark = "cdd-example-" + uuid.uuid4().hex[:12]
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cdd-example-"))
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def environment(self):
        return dict(os.environ, DOCKER_HOST="unix://" + socket_path(), LD_LIBRARY_PATH=str(LIBRARY),
                    GI_TYPELIB_PATH=str(LIBRARY), LC_ALL="C.UTF-8")

    def command(self, name, *arguments):
        """The example in C, checked for leaks and for memory that is used wrongly."""
        return [*VALGRIND, str(BUILD / "examples" / "c" / name), *map(str, arguments)]

    def python(self, name, *arguments):
        return ["/usr/bin/python3", str(TOP / "examples" / "python" / (name + ".py")), *map(str, arguments)]

    def run_python(self, name, *arguments):
        return self.run_command(self.python(name, *arguments))

    def run_example(self, name, *arguments, stdin=b"", host=None):
        return self.run_command(self.command(name, *arguments), stdin, host)

    def run_command(self, command, stdin=b"", host=None):
        environment = self.environment()
        if host:
            environment["DOCKER_HOST"] = host
        return subprocess.run(command, input=stdin, capture_output=True, timeout=300, env=environment)

    def start_container(self, *command, **options):
        container = self.engine.create(IMAGE, list(command), network="none", **options)
        self.addCleanup(self.engine.delete, container)
        self.engine.start(container)
        return container

    def remove_image(self, name):
        self.engine.request("DELETE", "/images/%s?force=1" % name, expect=(200, 404))

    def assert_ended(self, ended, code):
        self.assertEqual(code, ended.returncode, ended)

    def assert_fails_by_name(self, ended, name, code=1):
        self.assert_ended(ended, code)
        self.assertIn(name, text_of(ended.stderr))
        self.assertNotRegex(text_of(ended.stderr), "CRITICAL|Traceback")


class TestText(unittest.TestCase):
    def test_each_is_short_and_says_how_it_is_used(self):
        self.assertGreaterEqual(len(EXAMPLES), 24)
        for path in EXAMPLES:
            text = path.read_text()
            with self.subTest(path.name):
                self.assertLess(len(text.splitlines()), 120)
                # The first comment ends with a command line.
                self.assertRegex(text[:600], r"(?m)^(?: \* )? {4}.*\b%s " % path.name.replace(".c", ""))


class TestRunContainer(ExampleCase):
    SCRIPT = "printf 'one\\ntwo'; printf fault >&2; exit 7"

    def check(self, ended):
        self.assert_ended(ended, 7)
        self.assertEqual((b"one\ntwo", b"fault"), (ended.stdout, ended.stderr))

    def test_in_c(self):
        self.check(self.run_example("run-container", IMAGE, "sh", "-c", self.SCRIPT))

    def test_in_c_with_a_main_loop(self):
        self.check(self.run_example("run-async", IMAGE, "sh", "-c", self.SCRIPT))

    def test_in_python(self):
        self.check(self.run_python("run-container", IMAGE, "sh", "-c", self.SCRIPT))

    def test_in_python_an_image_that_is_not_there(self):
        self.assert_fails_by_name(self.run_python("run-container", "%s/none:1" % self.mark, "true"), self.mark, 125)


class TestPipeThrough(ExampleCase):
    def test_input_becomes_output(self):
        data = os.urandom(3 << 20)
        ended = self.run_example("pipe-through", IMAGE, "sh", "-c", "tr 'a-y' 'b-z'", stdin=data)
        self.assert_ended(ended, 0)
        self.assertEqual(data.translate(bytes.maketrans(bytes(range(97, 122)), bytes(range(98, 123)))), ended.stdout)

    def test_a_command_that_does_not_read_its_input(self):
        ended = self.run_example("pipe-through", IMAGE, "sh", "-c", "echo trouble >&2; exit 3", stdin=b"x" * (3 << 20))
        self.assert_fails_by_name(ended, "trouble")
        self.assertIn("exit code 3", text_of(ended.stderr))


class TestOnTerminal(ExampleCase):
    """Programs that draw. The terminal is one of this machine."""

    @contextlib.contextmanager
    def terminal(self, columns, rows):
        controller, terminal = pty.openpty()
        try:
            self.resize(terminal, columns, rows)
            yield controller, terminal
        finally:
            os.close(controller)
            os.close(terminal)

    def resize(self, terminal, columns, rows):
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_until(self, controller, pattern):
        data, deadline = b"", time.monotonic() + 60
        os.set_blocking(controller, False)
        while not re.search(pattern, data):
            self.assertLess(time.monotonic(), deadline, data)
            with contextlib.suppress(BlockingIOError):
                data += os.read(controller, 4096)
            time.sleep(0.02)
        return data

    def test_a_command_has_a_terminal_that_is_resized(self):
        container = self.start_container("sleep", "600")
        with self.terminal(91, 33) as (controller, terminal):
            before = termios.tcgetattr(terminal)
            with subprocess.Popen(self.command("exec-terminal", container, "sh"), stdin=terminal, stdout=terminal,
                                  stderr=subprocess.PIPE, env=self.environment()) as process:
                try:
                    os.write(controller, b"until [ \"$(stty size)\" = '33 91' ]; do sleep 0.1; done; echo first''size\n")
                    self.read_until(controller, b"firstsize")
                    self.resize(terminal, 71, 22)
                    # The terminal is not the program's controlling one, so the kernel does not tell the program.
                    process.send_signal(signal.SIGWINCH)
                    os.write(controller, b"until [ \"$(stty size)\" = '22 71' ]; do sleep 0.1; done; echo second''size\n")
                    self.read_until(controller, b"secondsize")
                    os.write(controller, b"exit 5\n")
                    code = process.wait(60)
                    errors = text_of(process.stderr.read())
                finally:
                    process.kill()
            self.assertEqual((5, ""), (code, errors))
            self.assertEqual(before, termios.tcgetattr(terminal))

    def test_no_such_container(self):
        self.assert_fails_by_name(self.run_example("exec-terminal", self.mark, "true"), self.mark, 125)


class TestFollowLogs(ExampleCase):
    def test_what_is_there_and_what_follows(self):
        container = self.start_container("sh", "-c", "seq 20; until [ -e /tmp/go ]; do sleep 0.1; done; echo more; echo bad >&2")
        self.assertTrue(self.engine.wait_for_output(container, b"20\n"))
        with subprocess.Popen(self.command("follow-logs", container), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment()) as process:
            try:
                self.assertEqual([b"%d\n" % number for number in range(11, 21)], [process.stdout.readline() for _ in range(10)])
                self.assert_ended(self.run_example("copy-files", "in", self.marker("go"), container, "/tmp"), 0)
                rest = process.communicate(timeout=60)
            finally:
                process.kill()
        self.assertEqual((0, b"", [b"bad", b"more"]), (process.returncode, rest[1], sorted(rest[0].split())))

    def marker(self, name):
        (self.place / name).write_text("")
        return self.place / name

    def test_no_such_container(self):
        self.assert_fails_by_name(self.run_example("follow-logs", self.mark), self.mark)


class TestContainerStats(ExampleCase):
    def test_a_busy_container_is_listed(self):
        self.start_container("sh", "-c", "while :; do :; done", labels={self.mark: "1"})
        ended = self.run_example("container-stats", "label=" + self.mark)
        self.assert_ended(ended, 0)
        self.assertRegex(text_of(ended.stdout), r"^\S+ +(?!0\.0)\d+\.\d % +[\d.]+\s\S*B\n$")

    def test_a_filter_that_is_none(self):
        self.assert_fails_by_name(self.run_example("container-stats", self.mark), self.mark)


class TestNetworksAndVolumes(ExampleCase):
    def check_nothing_left(self):
        for kind in ("networks", "volumes"):
            with self.subTest(kind), self.assertRaisesRegex(EngineError, " 404 "):
                self.engine.request("GET", "/%s/%s" % (kind, self.mark))
        with self.assertRaisesRegex(EngineError, " 404 "):
            self.engine.request("GET", "/containers/%s/json" % self.mark)

    def test_containers_share_and_find_each_other(self):
        ended = self.run_example("networks-and-volumes", IMAGE, self.mark)
        self.assert_ended(ended, 0)
        self.assertRegex(text_of(ended.stdout), r"^hello\n[\d.]+ +%s\S*\n$" % self.mark)
        self.check_nothing_left()

    def test_nothing_is_left_of_a_failure(self):
        ended = self.run_example("networks-and-volumes", self.mark + "/none:1", self.mark)
        self.assert_fails_by_name(ended, self.mark + "/none:1")
        self.check_nothing_left()


class TestPublishedPort(ExampleCase):
    SERVER = ["python3", "-m", "http.server", "8000"]

    def test_in_c(self):
        ended = self.run_example("published-port", IMAGE, 8000, *self.SERVER)
        self.assert_ended(ended, 0)
        self.assertEqual(b"HTTP/1.0 200 OK\n", ended.stdout)

    def test_in_python(self):
        ended = self.run_python("published-port", IMAGE, 8000, *self.SERVER)
        self.assert_ended(ended, 0)
        self.assertEqual(b"200 OK\n", ended.stdout)

    def test_a_server_that_ends(self):
        for run in (self.run_example, self.run_python):
            with self.subTest(run):
                self.assert_fails_by_name(run("published-port", IMAGE, 8000, "sh", "-c", "exit 9"), "code 9")

    def test_a_port_that_is_none(self):
        for run in (self.run_example, self.run_python):
            with self.subTest(run):
                self.assert_fails_by_name(run("published-port", IMAGE, 70000, "true"), "70000")


class TestBuildInMemory(ExampleCase):
    def test_the_secret_is_used_and_not_kept(self):
        name, base = self.mark + ":1", self.mark + "-base:1"
        self.addCleanup(self.remove_image, name)
        self.addCleanup(self.remove_image, base)
        import_busybox(self.place / "root", base, "unix://" + socket_path())
        with unittest.mock.patch.dict(os.environ, TOKEN="sesame"):
            ended = self.run_example("build-in-memory", base, name)
        self.assert_ended(ended, 0)
        self.assertEqual(self.engine.request("GET", "/images/%s/json" % name)["Id"], text_of(ended.stdout).strip())
        read = self.engine.run(name, ["sh", "-c", "cat /fingerprint; cat /run/secrets/token"], network="none")
        self.assertEqual(hashlib.sha256(b"sesame").hexdigest(), read.stdout.split()[0])
        self.assertNotIn("sesame", str(self.engine.request("GET", "/images/%s/history" % name)))


class TestPoolWithDeadline(ExampleCase):
    def test_what_is_late_is_stopped(self):
        ended = self.run_example("pool-with-deadline", IMAGE, 15, "exit 3", "sleep 600", "true")
        self.assert_ended(ended, 1)
        self.assertEqual(["exit 3: exit code 3", "sleep 600: not in time", "true: exit code 0"],
                         text_of(ended.stdout).splitlines())

    def test_all_in_time(self):
        ended = self.run_example("pool-with-deadline", IMAGE, 600, "exit 3", "true")
        self.assert_ended(ended, 0)

    def test_one_that_cannot_run(self):
        ended = self.run_example("pool-with-deadline", self.mark + "/none", 60, "true")
        self.assert_ended(ended, 1)
        self.assertIn(self.mark, text_of(ended.stdout))


class TestOtherLoops(ExampleCase):
    def test_a_loop_of_its_own(self):
        ended = self.run_example("own-loop", stdin=b"\n")
        self.assert_ended(ended, 0)
        self.assertRegex(text_of(ended.stdout), r"^\d+ containers\n$")
        broken = self.run_example("own-loop", stdin=b"\n", host="unix:///nowhere/%s" % self.mark)
        self.assertIn(self.mark, text_of(broken.stderr))

    def test_threads(self):
        ended = self.run_example("threads", 3, IMAGE, "sh", "-c", "exit 2")
        self.assert_ended(ended, 0)
        self.assertEqual(b"6\n", ended.stdout)
        self.assert_fails_by_name(self.run_example("threads", 2, self.mark + "/none:1", "true"), self.mark)


class TestImportImage(ExampleCase):
    def test_a_directory_becomes_an_image(self):
        name = self.mark + ":1"
        self.addCleanup(self.remove_image, name)
        (self.place / "etc").mkdir()
        (self.place / "etc" / "greeting").write_text("hello")
        ended = self.run_example("import-image", self.place, name)
        self.assert_ended(ended, 0)
        image = self.engine.request("GET", "/images/%s/json" % name)
        self.assertEqual(image["Id"], text_of(ended.stdout).strip())
        self.assertEqual(["sh"], image["Config"]["Cmd"])
        container = self.engine.create(name, network="none")
        self.addCleanup(self.engine.delete, container)
        archive = self.engine.request("GET", "/containers/%s/archive?path=/etc/greeting" % container)
        self.assertIn(b"hello", archive)

    def test_no_such_directory(self):
        name = self.mark + ":1"
        self.addCleanup(self.remove_image, name)
        self.assert_fails_by_name(self.run_example("import-image", self.place / "none", name), "none")


class TestBuildImage(ExampleCase):
    def build(self, dockerfile):
        name = self.mark + ":1"
        base = self.mark + "-base:1"
        self.addCleanup(self.remove_image, name)
        self.addCleanup(self.remove_image, base)
        import_busybox(self.place / "root", base, "unix://" + socket_path())
        context = self.place / "context"
        context.mkdir()
        (context / "greeting").write_text("hello")
        (context / "Dockerfile").write_text("FROM %s\n%s" % (base, dockerfile))
        return name, self.run_example("build-image", context, name)

    def test_a_dockerfile_becomes_an_image(self):
        name, ended = self.build('COPY greeting /etc/greeting\nCMD ["cat", "/etc/greeting"]\n')
        self.assert_ended(ended, 0)
        self.assertEqual(self.engine.request("GET", "/images/%s/json" % name)["Id"], text_of(ended.stdout).strip())
        self.assertIn("] COPY greeting /etc/greeting\n", text_of(ended.stderr))
        self.assertEqual("hello", self.engine.run(name, None, network="none").stdout)

    def test_a_step_that_fails_says_what_it_wrote(self):
        name, ended = self.build("RUN echo the flux is missing; exit 7\n")
        self.assert_fails_by_name(ended, "the flux is missing")
        self.assertIn("7", text_of(ended.stderr))
        self.assertFalse(self.engine.has_image(name))

    def test_an_instruction_that_is_none(self):
        _name, ended = self.build("FORM nothing\n")
        self.assert_fails_by_name(ended, "FORM")


class TestExecWithInput(ExampleCase):
    def test_input_and_exit_code(self):
        container = self.start_container("sleep", "600")
        data = bytes(range(256)) * 4096
        ended = self.run_example("exec-with-input", container, "sh", "-c", "cat; exit 3", stdin=data)
        self.assertEqual(3, ended.returncode, ended.stderr)
        self.assertEqual(data, ended.stdout)

    def test_no_such_container(self):
        self.assert_fails_by_name(self.run_example("exec-with-input", self.mark, "true"), self.mark, 125)


class TestCopyFiles(ExampleCase):
    def test_there_and_back(self):
        container = self.start_container("sleep", "600")
        source = self.place / "tree"
        (source / "inner").mkdir(parents=True)
        (source / "inner" / "file").write_bytes(os.urandom(1 << 20))
        (source / "link").symlink_to("inner/file")
        back = self.place / "back"
        back.mkdir()
        self.assert_ended(self.run_example("copy-files", "in", source, container, "/tmp"), 0)
        self.assert_ended(self.run_example("copy-files", "out", container, "/tmp/tree", back), 0)
        self.assertEqual((source / "inner/file").read_bytes(), (back / "tree/inner/file").read_bytes())
        self.assertEqual("inner/file", os.readlink(back / "tree/link"))

    def test_no_such_path(self):
        container = self.start_container("sleep", "600")
        self.assert_fails_by_name(self.run_example("copy-files", "out", container, "/tmp/none", self.place), "none")


class TestManyContainers(ExampleCase):
    def test_exit_codes_in_order(self):
        ended = self.run_example("many-containers", IMAGE, 10, "exit $((NUMBER % 3))")
        self.assert_ended(ended, 0)
        self.assertEqual(["%d: exit code %d" % (i, i % 3) for i in range(10)], text_of(ended.stdout).splitlines())

    def test_one_that_cannot_run_is_told_for_each(self):
        ended = self.run_example("many-containers", self.mark + "/none", 2, "true")
        lines = text_of(ended.stdout).splitlines()
        self.assertEqual(2, len(lines), lines)
        self.assertTrue(all(self.mark in line for line in lines), lines)


class Relay:
    """A socket that leads to an engine, and whose connections can be cut."""

    def __init__(self, path, engine_path):
        self.engine_path, self.streams, self.n_accepted = engine_path, [], 0
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, far = self.listener.accept()[0], socket.socket(socket.AF_UNIX)
                far.connect(self.engine_path)
                self.n_accepted += 1
                self.streams += [near, far]
                for source, target in ((near, far), (far, near)):
                    threading.Thread(target=self.copy, args=(source, target), daemon=True).start()

    @staticmethod
    def copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def cut(self):
        for stream in self.streams:
            with contextlib.suppress(OSError):
                stream.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.listener.close()
        self.cut()
        for stream in self.streams:
            stream.close()


class TestWatchEvents(ExampleCase):
    def watch(self, command, host=None, meanwhile=None):
        """What a program prints of the events of our containers, until it is interrupted."""
        command = [*command, "type=container", "event=die", "label=%s" % self.mark]
        environment = dict(self.environment(), **({"DOCKER_HOST": host} if host else {}))
        lines = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            reader = threading.Thread(target=lambda: lines.extend(process.stdout))
            reader.start()
            try:
                self.make_events_until(lambda: lines, process)
                if meanwhile:
                    meanwhile()
                    n_before = len(lines)
                    self.make_events_until(lambda: len(lines) > n_before, process)
                process.send_signal(signal.SIGINT)
                code = process.wait(30)
            finally:
                process.kill()
                reader.join()
        self.assertEqual(0, code)
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line, r"^container die \w+")
        return lines

    def make_events_until(self, condition, process):
        """Only an event shows that the program has begun to listen."""
        deadline = time.monotonic() + 60
        while not condition() and process.poll() is None and time.monotonic() < deadline:
            self.engine.run(IMAGE, ["true"], network="none", labels={self.mark: "1"})
        self.assertTrue(condition())

    def test_what_happens_is_printed_until_it_is_interrupted(self):
        self.watch(self.command("watch-events"))

    def test_in_python(self):
        self.watch(self.python("watch-events"))

    def test_a_lost_connection_is_made_again_and_no_event_is_lost(self):
        relay = Relay(self.place / "engine", socket_path())
        self.addCleanup(relay.close)
        missed = []

        def meanwhile():
            n_before = relay.n_accepted
            relay.cut()
            # It reconnects after a second: this one ends before.
            missed.append(self.engine.create(IMAGE, ["true"], network="none", labels={self.mark: "1"}))
            self.engine.start(missed[0])
            self.engine.wait(missed[0])
            self.addCleanup(self.engine.delete, missed[0])
            self.name = self.engine.request("GET", "/containers/%s/json" % missed[0])["Name"].lstrip("/")
            self.assertGreaterEqual(n_before, 1)

        lines = self.watch(self.command("watch-events"), "unix://%s" % (self.place / "engine"), meanwhile)
        self.assertGreaterEqual(relay.n_accepted, 2)
        self.assertEqual(1, lines.count("container die %s\n" % self.name))

    def test_an_address_that_is_none(self):
        ended = self.run_example("watch-events", host="nonsense://" + self.mark)
        self.assert_fails_by_name(ended, self.mark, 2)


@unittest.skipUnless(REGISTRY_PROGRAM, "no registry to pull from: CDD_TEST_REGISTRY")
class TestPullImage(ExampleCase):
    def setUp(self):
        super().setUp()
        self.registry = Registry(self.engine, self.place)
        self.addCleanup(self.registry.close)
        self.reference = "127.0.0.1:%d/%s:1" % (self.registry.port, self.mark)
        self.addCleanup(self.remove_image, self.reference)
        import_busybox(self.place / "root", self.reference, "unix://" + self.engine.path)
        push(self.engine, self.reference)
        self.remove_image(self.reference)

    def test_layers_are_shown(self):
        ended = self.run_example("pull-image", self.reference)
        self.assert_ended(ended, 0)
        self.assertTrue(self.engine.has_image(self.reference))
        self.assertRegex(text_of(ended.stdout), r"(?m)^[0-9a-f]{12}: Pull complete$")
        missing = self.run_example("pull-image", "127.0.0.1:%d/no/such:1" % self.registry.port)
        self.assert_fails_by_name(missing, "no/such", 3)

    def check_bars(self, ended):
        self.assert_ended(ended, 0)
        self.assertTrue(self.engine.has_image(self.reference))
        lines = shown(text_of(ended.stdout))
        self.assertEqual(2, len(lines), lines)
        self.assertRegex(lines[1], r"^[0-9a-f]{12} \[[# ]{30}\] Pull complete$")
        # While it is loaded, the bar is full at some time.
        self.assertRegex(text_of(ended.stdout), r"[0-9a-f]{12} \[#{30}\] ")

    def test_bars_in_c(self):
        self.check_bars(self.run_example("pull-with-bars", self.reference))
        missing = self.run_example("pull-with-bars", "127.0.0.1:%d/no/such:1" % self.registry.port)
        self.assert_fails_by_name(missing, "no/such")

    def test_bars_in_python(self):
        self.check_bars(self.run_python("pull-with-bars", self.reference))


def shown(text):
    """The lines that a terminal shows of a text that moves the cursor up, down and to the beginning of the line."""
    lines, line, column = [""], 0, 0
    for up, down, other in re.findall(r"\x1b\[(\d+)A|\x1b\[(\d+)B|(\x1b\[K|.)", text, re.DOTALL):
        line += int(down or 0) - int(up or 0)
        if other in ("\r", "\n"):
            column, line = 0, line + (other == "\n")
            lines += [""] * (line + 1 - len(lines))
        elif other == "\x1b[K":
            lines[line] = lines[line][:column]
        elif other:
            lines[line] = lines[line][:column].ljust(column) + other + lines[line][column + 1:]
            column += 1
    return [text for text in lines if text]
