# SPDX-License-Identifier: Apache-2.0
"""The examples of examples/c and examples/python, as they were built, on the engine at hand."""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

from engine import Engine, socket_path
from support import IMAGE, PROGRAM, TOP, import_busybox, text_of
from test_pull import PROGRAM as REGISTRY_PROGRAM
from test_pull import Registry, push

BUILD = PROGRAM.parents[2]
LIBRARY = BUILD / "src" / "docker"
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
        return [str(BUILD / "examples" / "c" / name), *map(str, arguments)]

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
        self.assertNotIn("CRITICAL", text_of(ended.stderr))


class TestText(unittest.TestCase):
    def test_each_fits_on_a_screen_and_says_how_it_is_used(self):
        self.assertGreaterEqual(len(EXAMPLES), 9)
        for path in EXAMPLES:
            text = path.read_text()
            with self.subTest(path.name):
                self.assertLess(len(text.splitlines()), 60)
                # The first comment ends with a command line.
                self.assertRegex(text[:600], r"(?m)^(?: \* )? {4}.*\b%s " % path.name.replace(".c", ""))


class TestRunContainer(ExampleCase):
    SCRIPT = "printf 'one\\ntwo'; printf fault >&2; exit 7"

    def check(self, ended):
        self.assert_ended(ended, 7)
        self.assertEqual((b"one\ntwo", b"fault"), (ended.stdout, ended.stderr))

    def test_in_c(self):
        self.check(self.run_example("run-container", IMAGE, "sh", "-c", self.SCRIPT))

    def python(self, *arguments):
        return self.run_command(["/usr/bin/python3", str(TOP / "examples/python/run-container.py"), *arguments])

    def test_in_python(self):
        self.check(self.python(IMAGE, "sh", "-c", self.SCRIPT))

    def test_in_python_an_image_that_is_not_there(self):
        ended = self.python("%s/none:1" % self.mark, "true")
        self.assert_fails_by_name(ended, self.mark, 125)
        self.assertNotIn("Traceback", text_of(ended.stderr))


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


class TestWatchEvents(ExampleCase):
    def test_what_happens_is_printed_until_it_is_interrupted(self):
        command = self.command("watch-events", "type=container", "event=die", "label=%s" % self.mark)
        lines = []
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=self.environment()) as process:
            reader = threading.Thread(target=lambda: lines.extend(process.stdout))
            reader.start()
            try:
                # Only an event shows that the program has begun to listen.
                deadline = time.monotonic() + 60
                while not lines and process.poll() is None and time.monotonic() < deadline:
                    self.engine.run(IMAGE, ["true"], network="none", labels={self.mark: "1"})
                process.send_signal(signal.SIGINT)
                code = process.wait(30)
            finally:
                process.kill()
                reader.join()
        self.assertEqual(0, code)
        self.assertRegex(lines[0], r"^container die \w+")

    def test_an_address_that_is_none(self):
        ended = self.run_example("watch-events", host="nonsense://" + self.mark)
        self.assert_fails_by_name(ended, self.mark, 2)


@unittest.skipUnless(REGISTRY_PROGRAM, "no registry to pull from: CDD_TEST_REGISTRY")
class TestPullImage(ExampleCase):
    def test_layers_are_shown(self):
        registry = Registry(self.engine, self.place)
        self.addCleanup(registry.close)
        reference = "127.0.0.1:%d/%s:1" % (registry.port, self.mark)
        self.addCleanup(self.remove_image, reference)
        import_busybox(self.place / "root", reference, "unix://" + self.engine.path)
        push(self.engine, reference)
        self.remove_image(reference)
        ended = self.run_example("pull-image", reference)
        self.assert_ended(ended, 0)
        self.assertTrue(self.engine.has_image(reference))
        self.assertRegex(text_of(ended.stdout), r"(?m)^[0-9a-f]{12}: Pull complete$")
        missing = self.run_example("pull-image", "127.0.0.1:%d/no/such:1" % registry.port)
        self.assert_fails_by_name(missing, "no/such", 3)
