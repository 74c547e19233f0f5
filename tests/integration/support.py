# SPDX-License-Identifier: Apache-2.0
"""Shared by the integration tests: run the program, look at its output, make workspaces.

The environment says what is tested: CDD_TEST_PROGRAM (the built program), CDD_TEST_HOST (unix://SOCKET of an engine),
CDD_TEST_IMAGE (the builder image), CDD_TEST_RUNTIME_IMAGE (a bare one), CDD_TEST_WORK (where records are kept).
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import textwrap
import time
import unittest

from engine import Engine, socket_path

TOP = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("CDD_TEST_PROGRAM", TOP / "build/release/src/colcon-deb/colcon-deb"))
IMAGE = os.environ.get("CDD_TEST_IMAGE", "colcon-deb-builder:rolling")
RUNTIME_IMAGE = os.environ.get("CDD_TEST_RUNTIME_IMAGE", "colcon-deb-runtime:bookworm")
WORK = pathlib.Path(os.environ.get("CDD_TEST_WORK", TOP / "build/test-work"))
PREFIX = "/opt/ros/rolling"
# A uid and gid that no Debian system assigns.
STRANGER = 12345


def is_root():
    return os.geteuid() == 0


class Outcome:
    """How one run of the program ended."""

    def __init__(self, command, code, stdout, stderr, seconds):
        self.command, self.code, self.seconds = command, code, seconds
        self.stdout, self.stderr = stdout, stderr

    @property
    def text(self):
        return self.stdout + self.stderr

    def __str__(self):
        parts = ["$ " + " ".join(str(word) for word in self.command)]
        parts += ["%s:\n%s" % (name, text[-6000:]) for name, text in (("stdout", self.stdout), ("stderr", self.stderr))]
        return "\n".join(parts + ["exit code %s after %.1f s" % (self.code, self.seconds)])


def snapshot(directory):
    """Mode, owner, time of change and content of every file below a directory."""
    entries = {}
    for path in sorted(pathlib.Path(directory).rglob("*")):
        info = path.lstat()
        if stat.S_ISLNK(info.st_mode):
            content = os.readlink(path)
        elif stat.S_ISREG(info.st_mode):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
        else:
            content = ""
        name = str(path.relative_to(directory))
        entries[name] = (info.st_mode, info.st_uid, info.st_gid, info.st_mtime_ns, content)
    return entries


def owners(directory):
    """The set of (uid, gid) that own something in a directory, itself included."""
    directory = pathlib.Path(directory)
    return {(path.lstat().st_uid, path.lstat().st_gid) for path in [directory, *directory.rglob("*")]}


def read_events(output):
    """The events of output/events.jsonl; every line must be a JSON object."""
    return [json.loads(line) for line in (pathlib.Path(output) / "events.jsonl").read_text().splitlines()]


def events_of(output, kind):
    return [event for event in read_events(output) if event.get("type") == kind]


def give_to(directory, uid):
    for path in [directory, *pathlib.Path(directory).rglob("*")]:
        os.chown(path, uid, uid, follow_symlinks=False)


def write(path, text):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text).lstrip("\n"))
    return path


def add_package(workspace, name, depends=(), cmake="", directory=None, package_xml=None):
    """Write a plain CMake package that installs one file; cmake is inserted before that."""
    place = pathlib.Path(workspace) / "src" / (directory or name)
    lines = "".join("  <depend>%s</depend>\n" % key for key in depends)
    write(place / "package.xml", package_xml or PACKAGE_XML % {"name": name, "depends": lines})
    text = "cmake_minimum_required(VERSION 3.16)\nproject(%s NONE)\n%s\n" % (name, textwrap.dedent(cmake))
    write(place / "CMakeLists.txt", text + "install(FILES package.xml DESTINATION share/%s)\n" % name)
    return place


def copy_case(name, workspace):
    """Copy the packages and overrides of tests/cases/NAME into a workspace, which may have others already."""
    shutil.copytree(TOP / "tests" / "cases" / name, workspace, symlinks=True, dirs_exist_ok=True)


PACKAGE_XML = """\
<?xml version="1.0"?>
<package format="3">
  <name>%(name)s</name>
  <version>1.0.0</version>
  <description>A package of the tests.</description>
  <maintainer email="nobody@example.com">Nobody</maintainer>
  <license>Apache-2.0</license>
  <buildtool_depend>cmake</buildtool_depend>
%(depends)s  <export>
    <build_type>cmake</build_type>
  </export>
</package>
"""


class ProgramCase(unittest.TestCase):
    """A test that runs the program in a directory of its own, and then finds nothing left behind."""

    def setUp(self):
        if not PROGRAM.exists():
            self.fail("the program is not built: %s (CDD_TEST_PROGRAM)" % PROGRAM)
        # Some tests run the program as another user, who must be able to enter.
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="cdd-test-"))
        self.work.chmod(0o755)
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        self.temporary = self.work / "tmp"
        self.temporary.mkdir()
        self.temporary.chmod(0o1777)
        self.workspace = self.work / "ws"
        self.output = self.workspace / "output"
        self.addCleanup(self.check_nothing_left)
        self.scripts = TOP / "scripts"

    @property
    def engine(self):
        return Engine()

    # ---- running

    def environment(self, **changes):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("SUDO_", "DOCKER_", "ROS_", "GITHUB_"))}
        kept.update(TMPDIR=str(self.temporary), COLCON_DEB_SCRIPTS=str(self.scripts), LC_ALL="C.UTF-8")
        if socket_path():
            kept["DOCKER_HOST"] = "unix://" + socket_path()
        kept.update(changes)
        return {key: value for key, value in kept.items() if value is not None}

    def command(self, arguments, user=None, groups=None):
        """The program and its arguments; with user, as that uid and gid with only the groups given."""
        program = str(PROGRAM)
        if user is None:
            return [program, *map(str, arguments)]
        if not is_root():
            self.skipTest("only root can run the program as another user")
        if groups is None:
            groups = [os.stat(socket_path()).st_gid]
        listed = ["--groups", ",".join(map(str, groups))] if groups else ["--clear-groups"]
        become = ["setpriv", "--reuid", str(user), "--regid", str(user), *listed, "--"]
        return [*become, self.reachable_program(), *map(str, arguments)]

    def reachable_program(self):
        """A copy of the program, its library and its scripts that any user can read: the tree may be in /root."""
        place = self.work / "program"
        if not place.exists():
            place.mkdir()
            shutil.copy(PROGRAM, place / "colcon-deb")
            for library in (PROGRAM.parents[1] / "docker").glob("libcolcon-deb-docker.so*"):
                if library.is_file():
                    shutil.copy(library, place / library.name)
            shutil.copytree(self.scripts, place / "scripts")
            subprocess.run(["chmod", "-R", "a+rX", str(place)], check=True)
        self.scripts = place / "scripts"
        return str(place / "colcon-deb")

    def start(self, *arguments, user=None, groups=None, env=None, **options):
        command = self.command(arguments, user, groups)
        changes = dict(env or {})
        if user is not None:
            changes.setdefault("LD_LIBRARY_PATH", str(self.work / "program"))
            changes.setdefault("HOME", str(self.work))
        self.last_command = command
        return subprocess.Popen(
            command, env=self.environment(**changes), cwd=self.work, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **options)

    def run_program(self, *arguments, timeout=1500, **options):
        started = time.monotonic()
        process = self.start(*arguments, **options)
        return self.finish(process, timeout, started)

    def finish(self, process, timeout=60, started=None, already=b""):
        started = started or time.monotonic()
        try:
            stdout, stderr = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            self.fail("still running after %d s\n%s" % (
                timeout, Outcome(self.last_command, None, text_of(already + stdout), text_of(stderr), timeout)))
        return Outcome(self.last_command, process.returncode, text_of(already + stdout), text_of(stderr),
                       time.monotonic() - started)

    def read_until(self, process, pattern, timeout=240):
        """Read the program's standard output up to a line that matches; what was read."""
        os.set_blocking(process.stdout.fileno(), False)
        deadline, data = time.monotonic() + timeout, b""
        while not re.search(pattern, data):
            chunk = process.stdout.read()
            data += chunk or b""
            if chunk == b"" or time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                self.fail("no %r in time:\n%s\n%s" % (pattern, text_of(data), text_of(process.stderr.read() or b"")))
            time.sleep(0.05)
        os.set_blocking(process.stdout.fileno(), True)
        return data

    # ---- looking

    def containers(self, running=False):
        """The containers of this test, the running ones or all: those that mount something of its directory."""
        everything = self.engine.request("GET", "/containers/json" if running else "/containers/json?all=1")
        return [one["Id"] for one in everything
                if any(str(mount.get("Source", "")).startswith(str(self.work)) for mount in one.get("Mounts", ()))]

    def wait_for_no_container(self, seconds):
        deadline = time.monotonic() + seconds
        while self.containers():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def check_nothing_left(self):
        if not socket_path():
            return
        left = self.containers()
        for container in left:
            self.engine.delete(container)
        self.assertEqual([], left, "containers left on the engine")
        self.assertEqual([], sorted(os.listdir(self.temporary)), "files left in TMPDIR")
        if self.output.is_dir():
            self.assertEqual([], self.half_files(self.output), "half-made files left in the output")

    @staticmethod
    def half_files(output):
        names = [str(path.relative_to(output)) for path in pathlib.Path(output).rglob("*")]
        return [name for name in names if re.search(r"(\.tmp|\.part|\.new|\.old|~)$|^\.(?!apt\.lock$|colcon-deb(/|$))", name)]

    # ---- saying

    def assert_ended(self, outcome, code):
        self.assertEqual(code, outcome.code, "\n%s" % outcome)
        # No mistake of a user may lead to a backtrace or a GLib warning.
        self.assertNotRegex(outcome.stderr, r"(?i)traceback|-CRITICAL|assertion|segmentation|AddressSanitizer")

    def assert_says(self, outcome, *patterns):
        for pattern in patterns:
            self.assertRegex(outcome.text, pattern, "\n%s" % outcome)


def import_busybox(place, name, host):
    """Give an engine an image with a shell and nothing else; place is an empty directory."""
    binaries = pathlib.Path(place) / "bin"
    binaries.mkdir(parents=True)
    busybox = shutil.which("busybox") or "/bin/busybox"
    shutil.copy(busybox, binaries / "busybox")
    for applet in subprocess.run([busybox, "--list"], check=True, capture_output=True, text=True).stdout.split():
        if applet != "busybox":
            (binaries / applet).symlink_to("busybox")
    with subprocess.Popen(["tar", "-C", str(place), "-c", "."], stdout=subprocess.PIPE) as tar:
        subprocess.run(["docker", "-H", host, "import", "-", name], stdin=tar.stdout, check=True, capture_output=True)


def text_of(data):
    return data.decode("utf-8", "replace")


def run_in_clean_container(output, command, prefix=PREFIX, image=None, binds=()):
    """Install everything of output/apt in a bare Debian, source the prefix's set-up, and run a shell command."""
    script, repository = TOP / "tools" / "container" / "install-and-run.sh", pathlib.Path(output).resolve() / "apt"
    return Engine().run(
        image or RUNTIME_IMAGE, ["sh", "/install-and-run.sh", str(repository), prefix, "sh", "-ec", command],
        binds=["%s:%s:ro" % (repository, repository), "%s:/install-and-run.sh:ro" % script, *binds])


def workspace_debs(output):
    """The .deb files of an output, without the package that has the set-up files of the prefix."""
    return sorted(path for path in pathlib.Path(output).glob("debs/*.deb") if not is_setup(path.name))


def is_setup(name):
    return "-colcon-deb-setup_" in name


def make_deb(place, name, version="1.0", architecture="all", fields="", files=None):
    """A package file in that directory. fields: more lines of its control file. files: path -> bytes."""
    tree = pathlib.Path(place) / "tree"
    control = "Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: T <t@example.org>\n%sDescription: t\n" % (
        name, version, architecture, fields)
    for path, content in {"DEBIAN/control": control.encode(), **(files or {})}.items():
        file = tree / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    deb = pathlib.Path(place) / ("%s_%s_%s.deb" % (name, version.rpartition(":")[2], architecture))
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", str(tree), str(deb)], stdout=subprocess.DEVNULL, check=True)
    shutil.rmtree(tree)
    return deb


def deb_fields(path):
    """The control fields of a .deb."""
    text = subprocess.run(["dpkg-deb", "-f", str(path)], check=True, capture_output=True, text=True).stdout
    fields = re.findall(r"^(\S+): ?(.*(?:\n .*)*)", text, re.MULTILINE)
    return {name: value for name, value in fields}


def deb_files(path):
    """The names of the files and links of a .deb, each from the root: /opt/..."""
    text = subprocess.run(["dpkg-deb", "-c", str(path)], check=True, capture_output=True, text=True).stdout
    names = [line.split(None, 5)[5].split(" -> ")[0] for line in text.splitlines() if not line.startswith("d")]
    return [name.lstrip(".") for name in names]
