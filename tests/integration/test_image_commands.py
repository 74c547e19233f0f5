# SPDX-License-Identifier: Apache-2.0
"""Builder images: created, built, listed, removed, and built from the Dockerfile of a configuration.

No test bootstraps: a root file system is the archive of tools/builder-image.sh, or a busybox.
"""
import glob
import io
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socketserver
import subprocess
import tarfile
import threading
import time
import unittest

from engine import Engine, EngineError, socket_path
from support import IMAGE, RUNTIME_IMAGE, TOP, ProgramCase, add_package, import_busybox, workspace_debs, write

CACHE = pathlib.Path(os.environ.get("CDD_CACHE_DIR", TOP / "build/cache"))
FAILED, USAGE, INTERRUPTED = 1, 2, 130
# The tools that check-requirements.sh looks for and prepare.sh calls.
TOOLS = ("awk apt-get dpkg-deb setpriv python3 dpkg-buildpackage dh dh_python3 patch make g++ readelf apt-ftparchive gzip "
         "useradd rosdep").split()


def builder_archive():
    found = sorted(glob.glob(str(CACHE / "builder-*.tar")), key=os.path.getmtime)
    return found[-1] if found else None


class ImageCase(ProgramCase):
    def setUp(self):
        super().setUp()
        self.prefix = "cdd-test/image-commands-%s" % secrets.token_hex(4)
        self.base = self.name("base")
        self.context = self.work / "context"
        self.context.mkdir()

    def name(self, word):
        """A name for an image; the image is removed when the test ends."""
        name = "%s:%s" % (self.prefix, word)
        self.addCleanup(self.remove, name)
        return name

    def remove(self, name):
        Engine().request("DELETE", "/images/%s?force=1" % name, expect=(200, 404, 409))

    def image(self, *arguments, **options):
        return self.run_program("image", *arguments, **options)

    def inspect(self, name):
        return self.engine.request("GET", "/images/%s/json" % name)

    def expect(self, outcome, code, *patterns):
        self.assert_ended(outcome, code)
        self.assert_says(outcome, *patterns)
        if code:
            self.assertRegex(outcome.stderr, r"(?m)^colcon-deb: ")

    def interrupt_at(self, pattern, *arguments, delay=0.0):
        process = self.start("image", *arguments)
        said = self.read_until(process, pattern)
        time.sleep(delay)
        os.kill(process.pid, signal.SIGINT)
        outcome = self.finish(process, already=said)
        self.assert_ended(outcome, INTERRUPTED)
        return outcome

    def role(self, role):
        return self.engine.request("GET", '/containers/json?all=1&filters={"label":["colcon-deb.role=%s"]}' % role)


class Build(ImageCase):
    def setUp(self):
        super().setUp()
        import_busybox(self.work / "busybox", self.base, "unix://" + socket_path())
        write(self.context / "file", "content\n")
        self.write_dockerfile("ARG WORD=none\nCOPY file /file\nRUN echo it says $WORD\nLABEL test.word=$WORD\n")

    def write_dockerfile(self, text, name="Dockerfile"):
        return write(self.context / name, "FROM %s\n%s" % (self.base, text))

    def build(self, *arguments, **options):
        return self.image("build", *arguments, self.context, **options)

    def test_steps_result_and_next_step_are_shown(self):
        name = self.name("built")
        outcome = self.build("-t", name, "--build-arg", "WORD", "--label", "plain", env={"WORD": "hello"})
        self.expect(outcome, 0, r"RUN echo it says", r"it says hello", r"Built %s" % name, r"--image %s" % name)
        self.assertNotIn("\033", outcome.text)
        labels = self.inspect(name)["Config"]["Labels"]
        # Podman's own.
        labels.pop("io.buildah.version", None)
        self.assertEqual(labels, {"test.word": "hello", "plain": ""})
        quiet = self.build("-q", "--build-arg", "WORD=hello", "--label", "plain")
        self.assert_ended(quiet, 0)
        self.assertEqual(quiet.stdout.strip(), self.inspect(name)["Id"])

    def test_json_is_one_object_a_line(self):
        outcome = self.build("--json")
        self.assert_ended(outcome, 0)
        lines = [json.loads(line) for line in outcome.stdout.splitlines()]
        self.assertIn("step", {line["type"] for line in lines})
        self.assertTrue(any("it says none" in line["line"] for line in lines if line["type"] == "output"), outcome)
        self.assertEqual((lines[-1]["type"], lines[-1]["success"]), ("image_complete", True))
        self.remove(lines[-1]["image"])

    def test_a_dockerfile_is_found_as_docker_finds_it(self):
        self.write_dockerfile("RUN echo this one\n", "Other")
        shutil.copy(self.context / "Other", self.work / "Beside")
        (self.context / "Dockerfile").unlink()
        # Relative to the working directory, not to the context.
        self.expect(self.build("-f", "Beside"), 0, "this one")
        self.expect(self.build("-f", "Other"), USAGE, "--file: .*/Other does not exist")
        command = self.command(["image", "build", "-q", "-f", "-", str(self.context)])
        answer = subprocess.run(command, input=(self.context / "Other").read_bytes(), env=self.environment(),
                                cwd=self.work, capture_output=True, check=True)
        self.assertRegex(answer.stdout.decode(), r"^sha256:[0-9a-f]{64}\n$")
        self.remove(answer.stdout.decode().strip())

    def test_a_step_that_fails_says_what_it_said(self):
        self.write_dockerfile("RUN echo 'the \033[31mreason'; exit 7\n")
        outcome = self.build()
        self.expect(outcome, FAILED, "the reason", r"\b7\b")
        self.assertNotIn("\033", outcome.text)
        outcome = self.build("--json")
        self.assert_ended(outcome, FAILED)
        last = json.loads(outcome.stdout.splitlines()[-1])
        self.assertFalse(last["success"])
        self.assertIn("the ", last["error"])

    def test_mistakes(self):
        outcome = self.build("--target", "nowhere")
        self.assertIn(outcome.code, (FAILED, USAGE))
        self.expect(outcome, outcome.code, "nowhere")
        self.expect(self.build("--builder", "best"), USAGE, "best", "buildkit")
        self.expect(self.build("-t", "No Name"), USAGE, "--tag", "No Name")
        self.expect(self.build("--tga", "x"), USAGE, "--tag")
        self.expect(self.build(env={"SOURCE_DATE_EPOCH": "soon"}), USAGE, "SOURCE_DATE_EPOCH", "soon")
        self.expect(self.image("build", self.work / "nowhere"), USAGE, "nowhere", "does not exist")
        self.expect(self.image("biuld"), USAGE, "biuld", "build")
        self.expect(self.image(), USAGE, "the verb is missing; see 'colcon-deb image --help'")
        (self.context / "Dockerfile").unlink()
        outcome = self.build()
        self.assertIn(outcome.code, (FAILED, USAGE))
        self.expect(outcome, outcome.code, "Dockerfile")

    def test_a_report_says_what_is_sent_and_builds_nothing(self):
        write(self.context / ".git/objects/pack", "x" * (2 << 20))
        no_engine = {"DOCKER_HOST": "unix://%s" % (self.work / "no.sock")}
        outcome = self.build("--report", env=no_engine)
        self.expect(outcome, 0, r"2\.0 MiB +.*files and", r"2\.0 MiB +\.git/", r"(?m)^  .*\.git", "--write-ignore adds")
        self.assertFalse((self.context / ".dockerignore").exists())
        report = json.loads(self.build("--write-ignore", "--json", env=no_engine).stdout)
        self.assertEqual((report["type"], report["written"]), ("context_report", True))
        self.assertIn(".git", (self.context / ".dockerignore").read_text())
        self.expect(self.build("--report", env=no_engine), 0, "Nothing was found that need not be sent")

    def test_an_interrupted_build_ends(self):
        self.write_dockerfile("RUN echo begun-%s; sleep 300\n" % secrets.token_hex(4))
        outcome = self.interrupt_at(rb"begun-", "build", self.context)
        self.assertLess(outcome.seconds, 60)

    def test_help_has_examples(self):
        for verb in ("build", "create", "ls", "rm"):
            outcome = self.image(verb, "--help")
            self.expect(outcome, 0, "colcon-deb image %s" % verb, "Examples:", "--host")
            page = self.run_program("help", "image", verb)
            self.expect(page, 0, "NAME\n    colcon-deb image %s - " % verb, "\nEXAMPLES\n", r"\n    --host=ADDRESS\n")


class Configured(ImageCase):
    """docker.dockerfile."""

    def test_an_image_is_built_for_the_build(self):
        add_package(self.workspace, "one")
        write(self.workspace / "docker/Dockerfile", "FROM %s\nRUN echo %s >/stamp\n" % (IMAGE, secrets.token_hex(8)))
        write(self.workspace / "colcon-deb.yaml", "ros_distro: rolling\ndocker: {dockerfile: docker/Dockerfile}\n")
        outcome = self.run_program("list", "--json", self.workspace)
        self.assert_ended(outcome, 0)
        events = [json.loads(line) for line in outcome.stdout.splitlines()]
        self.assertEqual([event["value"] for event in events if event.get("type") == "stage"][0], "image")
        listed = [json.loads(line) for line in self.image("ls", "--json").stdout.splitlines()]
        name = [one["name"] for one in listed if one["name"].startswith("colcon-deb-dockerfile:docker-")][0]
        self.addCleanup(self.remove, name)
        self.assert_says(self.run_program("validate", self.workspace), name)
        self.expect(self.run_program("list", self.workspace, "--image", IMAGE, "--dockerfile", "x"), USAGE,
                    "--image and --dockerfile")

        self.check_that_it_is_replaced(name)

        write(self.workspace / "docker/Dockerfile", "FROM %s\nRUN echo the reason; exit 7\n" % IMAGE)
        self.expect(self.run_program("list", self.workspace), FAILED, "docker/Dockerfile: ", "the reason")
        (self.workspace / "docker/Dockerfile").unlink()
        self.expect(self.run_program("build", self.workspace), USAGE, "docker/Dockerfile does not exist")


    def check_that_it_is_replaced(self, name):
        """The image that had the name is removed, unless the user gave it another name."""
        kept, ids = self.name("kept"), [self.inspect(name)["Id"]]
        self.engine.request("POST", "/images/%s/tag?repo=%s&tag=%s" % (name, *kept.rsplit(":", 1)), expect=(201,))
        for _change in range(2):
            write(self.workspace / "docker/Dockerfile", "FROM %s\nRUN echo %s >/stamp\n" % (IMAGE, secrets.token_hex(8)))
            self.assert_ended(self.run_program("list", self.workspace), 0)
            ids.append(self.inspect(name)["Id"])
        self.assertEqual(len(set(ids)), 3)
        self.assertEqual(self.inspect(kept)["Id"], ids[0])
        self.engine.request("GET", "/images/%s/json" % ids[1], expect=(404,))


class Create(ImageCase):
    def test_a_root_file_system_becomes_a_builder_image(self):
        archive = builder_archive()
        if archive is None:
            self.skipTest("tools/builder-image.sh has kept no archive in %s" % CACHE)
        name = self.name("created")
        outcome = self.image("create", "--ros-distro", "rolling", "--tag", name, "--root-archive", archive)
        self.expect(outcome, 0, "Built %s" % name, "--image %s" % name)
        config = self.inspect(name)["Config"]
        self.assertIn("ROS_DISTRO=rolling", config["Env"])
        self.assertEqual(config["Labels"]["colcon-deb.role"], "builder")
        self.check_bytecode(name)
        self.check_content(name)
        broken = self.work / "broken.tar"
        broken.write_text("no archive")
        self.expect(self.image("create", "--ros-distro", "rolling", "--tag", name, "--root-archive", broken), FAILED,
                    "--root-archive: .*broken.tar")
        self.expect(self.image("create", "--ros-distro", "rolling", "--tag", "0" * 64), USAGE, "--tag: .*is an id")
        add_package(self.workspace, "one", depends=["python3-numpy"])
        self.assert_ended(self.run_program("build", self.workspace, "--image", name), 0)
        self.assertEqual(len(workspace_debs(self.output)), 1)

    def check_bytecode(self, name):
        """Bytecode in the image is used for unchanged helpers only."""
        other = self.work / "helpers"
        shutil.copytree(TOP / "scripts/helpers", other, ignore=shutil.ignore_patterns("__pycache__"))
        with open(other / "colcon_deb/workspace/epoch.py", "a", encoding="utf-8") as source:
            source.write("\nprint('another')\n")
        code = "import sys; sys.path.insert(0, '/helpers'); import colcon_deb.workspace.epoch"
        for helpers, used in ((TOP / "scripts/helpers", True), (other, False)):
            result = self.engine.run(name, ["python3", "-B", "-v", "-c", code], binds=["%s:/helpers:ro" % helpers])
            self.assertEqual(result.code, 0, result)
            self.assertEqual("code object from '/usr/lib/colcon-deb/bytecode/helpers/colcon_deb/workspace/epoch." in result.stderr, used)
            self.assertEqual("another" in result.stdout, not used)

    def check_content(self, name):
        lines = "cat /etc/ros/rosdep/sources.list.d/*; test -d /var/cache/colcon-deb/ccache; ls /usr/lib/ccache; " \
                "test ! -e /tmp/colcon-deb; test ! -e /helpers/colcon_deb; du -s /var/cache/colcon-deb/ccache"
        result = self.engine.run(name, ["sh", "-ec", lines])
        self.assertEqual(result.code, 0, result)
        self.assertNotIn("http", result.stdout)
        self.assertIn("rosdep-debian.yaml", result.stdout)
        self.assertRegex(result.stdout, r"(?m)^g\+\+$")

    @staticmethod
    def own_busybox():
        return pathlib.Path(shutil.which("busybox") or "/bin/busybox").read_bytes()

    def busybox_root(self, busybox, tools, scripts=None):
        """A root file system: a busybox, stand-ins for the tools, and scripts."""
        path = self.work / "root.tar"
        with tarfile.open(path, "w") as root:
            def add(name, data=b"", link=None):
                entry = tarfile.TarInfo(name)
                entry.mode, entry.size = 0o755, len(data)
                if link is not None:
                    entry.type, entry.linkname = tarfile.SYMTYPE, link
                root.addfile(entry, io.BytesIO(data))
            add("bin/busybox", busybox)
            for applet in ("sh", "awk", "cp", "mkdir", "rm", "dirname", "grep", "cat", "uname", "ls", "sleep"):
                add("bin/" + applet, link="busybox")
            for tool in set(tools) - {"awk"}:
                add("bin/" + tool, (scripts or {}).get(tool, "#!/bin/sh\nexit 0\n").encode())
        return path

    def foreign_busybox(self):
        archive = os.environ.get("CDD_TEST_FOREIGN_ARCHIVE")
        entry = pathlib.Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
        if not archive or not entry.exists() or "enabled" not in entry.read_text():
            self.skipTest("no busybox for arm64, or no emulation")
        with tarfile.open(archive) as image:
            layer = next(member for member in image.getmembers() if member.name.endswith("layer.tar"))
            with tarfile.open(fileobj=image.extractfile(layer)) as files:
                return files.extractfile("bin/busybox").read()

    def test_another_architecture(self):
        root = self.busybox_root(self.foreign_busybox(), TOOLS)
        name = self.name("arm64")
        outcome = self.image("create", "--ros-distro", "rolling", "--arch", "aarch64", "--tag", name, "--root-archive", root,
                             "--accelerate", "off")
        self.expect(outcome, 0, "Built %s" % name, "emulation")
        self.assertEqual(self.inspect(name)["Architecture"], "arm64")
        self.assertEqual(self.engine.run(name, ["uname", "-m"]).stdout, "aarch64\n")
        listed = [json.loads(line) for line in self.image("ls", "--json").stdout.splitlines()]
        self.assertIn((name, "arm64", "rolling"),
                      [(one["name"], one["architecture"], one["ros_distro"]) for one in listed])

    def test_what_lacks_the_tools_is_no_builder_image(self):
        root = self.busybox_root(self.own_busybox(), set(TOOLS) - {"dh", "useradd"})
        name = self.name("lacking")
        outcome = self.image("create", "--ros-distro", "rolling", "--tag", name, "--root-archive", root,
                             "--accelerate", "off")
        self.expect(outcome, FAILED, r"dh \(package debhelper\)", r"useradd \(package passwd\)")
        with self.assertRaises(EngineError):
            self.inspect(name)

    def test_mistakes_are_found_before_anything_is_fetched(self):
        create = ("create", "--ros-distro", "rolling")
        self.expect(self.image("create"), USAGE, "--ros-distro")
        self.expect(self.image("create", "--ros-distro", "jazzy"), USAGE, "Debian has a state of ROS rolling, and no other",
                    "colcon-deb image build -t colcon-deb-builder:jazzy -f .*/docker/jazzy.Dockerfile", "--package ros-jazzy-ros-base")
        self.expect(self.image("create", "--ros-distro", "kilted"), USAGE, "installs ROS kilted, as docker/jazzy.Dockerfile installs Jazzy")
        self.expect(self.image("create", "--ros-distro", "jazzy", "--package", "ros-jazzy-ros-base", "--arch", "vax"), USAGE,
                    "vax")
        self.expect(self.image(*create, "--arch", "vax"), USAGE, "vax", "arm64")
        self.expect(self.image(*create, "--root-archive", self.work / "none.tar"), USAGE, "none.tar")
        self.expect(self.image(*create, "--package", "a b"), USAGE, "a b")
        self.expect(self.image(*create, "--bootstrap-image", "cdd-test/none:1", "--tag", self.name("none")), FAILED,
                    "--bootstrap-image", "cdd-test/none:1")
        self.expect(self.image(*create, env={"PATH": str(self.work)}), FAILED, "apt-get install mmdebstrap",
                    "--bootstrap-image")
        if not os.path.exists("/proc/sys/fs/binfmt_misc/qemu-s390x"):
            self.expect(self.image(*create, "--arch", "s390x"), FAILED, "s390x", "qemu-user-static")

    def test_an_interrupted_bootstrap_leaves_nothing(self):
        cache = self.work / "cache"
        create = ("create", "--ros-distro", "rolling", "--tag", self.name("interrupted"), "--cache", cache)
        if shutil.which("mmdebstrap"):
            self.interrupt_at(rb"I: ", *create, delay=2)
            self.assertEqual([], os.listdir(cache))
        self.interrupt_at(rb"bootstrapping", *create, "--bootstrap-image", RUNTIME_IMAGE, delay=2)
        self.assertEqual([], os.listdir(cache))
        self.assertEqual([], self.role("bootstrap"))

    def test_an_interrupted_build_leaves_nothing(self):
        root = self.busybox_root(self.own_busybox(), TOOLS, {"python3": "#!/bin/sh\nsleep 300\n"})
        name = self.name("interrupted")
        outcome = self.interrupt_at(rb"prepare\.sh", "create", "--ros-distro", "rolling", "--tag", name, "--root-archive", root,
                             "--accelerate", "off")
        self.assertLess(outcome.seconds, 60)
        with self.assertRaises(EngineError):
            self.inspect(name)


class Dockerfiles(ImageCase):
    def test_that_of_debian_builds(self):
        name = self.name("bookworm")
        outcome = self.image("build", "-t", name, "-f", TOP / "docker/bookworm.Dockerfile", "--build-arg",
                             "BASE=%s" % IMAGE, "--network", "host", TOP / "docker")
        self.expect(outcome, 0, "Built %s" % name)
        self.assert_ended(self.run_program("validate", add_package(self.workspace, "one").parents[1], "--image", name), 0)


class Engineless:
    """A fake engine that answers a few requests and records what it is asked to delete."""

    IMAGES = [
        {"Id": "sha256:" + "a" * 64, "RepoTags": ["colcon-deb-deps:1"], "Created": 10, "Size": 5,
         "Labels": {"colcon-deb.role": "dependencies"}},
        {"Id": "sha256:" + "b" * 64, "RepoTags": ["localhost/colcon-deb-builder:x"], "Created": 9, "Size": 1 << 20, "Labels": None},
        {"Id": "sha256:" + "c" * 64, "RepoTags": ["mine:1"], "Created": 8, "Size": 5, "Labels": {"colcon-deb.role": "builder"}},
        {"Id": "sha256:" + "d" * 64, "RepoTags": ["debian:12"], "Created": 7, "Size": 5, "Labels": {}},
        {"Id": "sha256:" + "e" * 64, "RepoTags": None, "Created": 6, "Size": 5, "Labels": {"colcon-deb.role": "builder"}},
        {"Id": "sha256:" + "f" * 64, "RepoTags": ["colcon-deb-deps:used"], "Created": 5, "Size": 5, "Labels": {}},
    ]

    def __init__(self, path):
        engine = self
        self.deleted = []

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                while engine.answer(self):
                    pass

        self.server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler):
        first = handler.rfile.readline().decode()
        if not first.strip():
            return False
        while handler.rfile.readline().strip():
            pass
        method, target = first.split()[:2]
        status, body = self.respond(method, re.sub(r"^/v[0-9.]+", "", target))
        data = json.dumps(body).encode()
        handler.wfile.write(("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nApi-Version: 1.41\r\n\r\n"
                             % (status, len(data))).encode() + data)
        return True

    def respond(self, method, target):
        if target.startswith("/images/json"):
            return "200 OK", self.IMAGES
        if method == "GET" and target.startswith("/images/"):
            return "200 OK", {"Id": "sha256:x", "Architecture": "arm", "Variant": "v7", "Os": "linux",
                              "Config": {"Env": ["ROS_DISTRO=jazzy"]}}
        if method == "DELETE" and "used" in target:
            return "409 Conflict", {"message": "image is being used by running container 0123"}
        if method == "DELETE":
            self.deleted.append(target.split("/images/")[1].split("?")[0])
            return "200 OK", [{"Deleted": "sha256:x"}]
        return "200 OK", {"Version": "20.10", "ApiVersion": "1.41", "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64"}


class ListAndRemove(ProgramCase):
    def setUp(self):
        super().setUp()
        self.fake = Engineless(self.work / "fake.sock")
        self.addCleanup(self.fake.server.server_close)
        self.addCleanup(self.fake.server.shutdown)

    def image(self, *arguments):
        return self.run_program("image", *arguments, env={"DOCKER_HOST": "unix://%s" % (self.work / "fake.sock")})

    def names(self, *arguments):
        outcome = self.image("ls", "-q", *arguments)
        self.assert_ended(outcome, 0)
        return outcome.stdout.split()

    def test_builder_images_are_known_by_name_or_label(self):
        self.assertEqual(self.names(), ["colcon-deb-builder:x", "mine:1"])
        self.assertEqual(self.names("--all"), ["colcon-deb-deps:1", "colcon-deb-builder:x", "mine:1", "e" * 12,
                                               "colcon-deb-deps:used"])
        outcome = self.image("ls")
        self.assertRegex(outcome.stdout, r"(?m)^colcon-deb-builder:x  jazzy  arm/v7  1\.0 MiB  [0-9]+ days ago$")
        kinds = {one["name"]: one["kind"] for one in map(json.loads, self.image("ls", "-a", "--json").stdout.splitlines())}
        self.assertEqual((kinds["colcon-deb-deps:1"], kinds["mine:1"]), ("dependencies", "builder"))

    def test_images_are_removed_by_name(self):
        outcome = self.image("rm", "mine:1", "colcon-deb-builder:x")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout.splitlines(), ["removed mine:1", "removed colcon-deb-builder:x"])
        self.assertEqual(self.fake.deleted, ["mine:1", "colcon-deb-builder:x"])

    def test_all_layers_are_removed_and_nothing_else(self):
        outcome = self.image("rm", "--layers")
        self.assert_ended(outcome, FAILED)
        self.assertEqual(self.fake.deleted, ["colcon-deb-deps:1"])
        self.assert_says(outcome, "colcon-deb-deps:used", "being used", "--force")

    def test_mistakes(self):
        self.assert_ended(self.image("rm"), USAGE)
        self.assert_ended(self.image("rm", "No Name"), USAGE)
        outcome = self.image("rm", "used:1", "mine:1", "used:2")
        self.assert_ended(outcome, FAILED)
        self.assert_says(outcome, "used:1", "used:2", "2 images could not be removed")
        self.assertEqual(self.fake.deleted, ["mine:1"])


if __name__ == "__main__":
    unittest.main()
