# SPDX-License-Identifier: Apache-2.0
"""The installed library: found by pkg-config, with a typelib for other languages and a reference for people."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import textwrap
import unittest
import xml.etree.ElementTree

from engine import socket_path
from support import IMAGE, PROGRAM, TOP, is_root, write

BUILD = PROGRAM.parents[2]
USER = 65533
CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"


class TestInstalled(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="cdd-installed-"))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        subprocess.run(["meson", "install", "--no-rebuild", "-C", BUILD], check=True, capture_output=True,
                       env=dict(os.environ, DESTDIR=str(cls.root)))
        cls.library = cls.only("libcolcon-deb-docker.so.0").parent
        # A package that is built in one directory and used in another does the same.
        found = cls.only("colcon-deb-docker.pc")
        text, n = re.subn(r"(?m)^prefix=", "prefix=" + str(cls.root), found.read_text())
        assert n == 1, text
        found.write_text(text)
        cls.environment = dict(
            os.environ, LD_LIBRARY_PATH=str(cls.library), PKG_CONFIG_PATH=str(found.parent),
            GI_TYPELIB_PATH=str(cls.library / "girepository-1.0"), DOCKER_HOST="unix://" + socket_path())

    @classmethod
    def only(cls, name):
        found = list(cls.root.rglob(name))
        assert len(found) == 1, (name, found)
        return found[0]

    def run_command(self, *command, code=0):
        ended = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=self.environment, timeout=300)
        self.assertEqual(code, ended.returncode, ended)
        return ended.stdout

    def compile(self, *compiler, text=None):
        """Compile a user's program outside the tree, with pkg-config's flags only."""
        program = self.root / "program"
        (self.root / "main.c").write_text(text or (TOP / "examples/c/run-container.c").read_text())
        flags = self.run_command("pkg-config", "--cflags", "--libs", "colcon-deb-docker").split()
        self.assertNotIn(str(TOP), " ".join(flags))
        self.run_command(*compiler, self.root / "main.c", "-o", program, *flags)
        return program

    def test_a_program_is_made_by_pkg_config(self):
        program = self.compile("cc", "-std=c17", "-Wall", "-Wextra", "-Werror")
        needed = re.findall(r"\(NEEDED\).*\[(.*)\]", self.run_command("readelf", "-d", program))
        self.assertIn("libcolcon-deb-docker.so.0", needed)
        # The library's own dependencies are not its users'.
        self.assertFalse([name for name in needed if re.match("libjson|libarchive", name)], needed)
        self.assertEqual("hello\n", self.run_command(program, IMAGE, "sh", "-c", "echo hello; exit 7", code=7))

    def test_the_program_of_the_readme(self):
        text = re.search(r"(?ms)^```c\n(.*?)^```$", (TOP / "README.md").read_text())[1]
        self.assertIn('"debian:bookworm"', text)
        program = self.compile("cc", "-Wall", "-Wextra", "-Werror", text=text.replace("debian:bookworm", IMAGE))
        self.assertRegex(self.run_command(program), r"\ALinux .*\n\Z")

    def help_pages(self, *words):
        """The words of each command and verb that --help lists, and what its own --help prints."""
        text = self.run_command(next(self.root.rglob("bin/colcon-deb")), *words, "--help")
        yield words, text
        listed = re.search(r"(?ms)^(?:Commands|Verbs):\n(.*?)^$", text)
        for name in re.findall(r"(?m)^  ([a-z]\S*)", listed[1]) if listed else ():
            if name != "help":
                yield from self.help_pages(*words, name)

    def test_each_command_has_its_manual_page(self):
        n = 0
        for words, text in self.help_pages():
            page = "-".join(["colcon-deb", *words]) + ".1"
            with self.subTest(page):
                source = self.only(page).read_text()
                self.assertRegex(source, r"(?m)^\.TH %s 1 " % re.escape(page[:-2].upper()))
                bold = [line[3:].replace("\\-", "-") for line in source.splitlines() if line.startswith(".B ")]
                options = re.findall(r"(?m)^ {2}(?: {4})?(-\S.*?)(?:  |$)", text)
                self.assertEqual([], [option for option in options if option not in bold])
                n += len(options)
        self.assertGreater(n, 100)
        self.assertEqual(len(list(self.help_pages())), len(list(self.root.rglob("man1/*"))), "a page of no command")

    def test_the_pages_of_files(self):
        program = next(self.root.rglob("bin/colcon-deb"))
        keys = re.findall(r"(?m)^ {4}(\w[\w.]*: .*)$", self.run_command(program, "help", "configuration"))
        source = self.only("colcon-deb.yaml.5").read_text().replace("\\-", "-")
        self.assertEqual([], [key for key in keys if ".B %s\n" % key not in source])
        source = self.only("colcon-deb-protocol.7").read_text().replace("\\-", "-")
        events = re.findall(r"(?m)^\| `(\w+)` \|", (TOP / "docs/protocol.md").read_text())
        self.assertEqual([], [event for event in events if "\n.TP\n\\fB%s\\fR\n" % event not in source])
        for found in keys, events:
            self.assertGreater(len(found), 30)

    def test_the_formatter_has_nothing_to_say_of_a_page(self):
        pages = list(self.root.rglob("man[157]/colcon-deb*"))
        self.assertGreater(len(pages), 10)
        for page in pages:
            with self.subTest(page.name):
                ended = subprocess.run(["groff", "-Kutf8", "-Tutf8", "-man", "-rCHECKSTYLE=1", "-ww", "-z", page],
                                       capture_output=True, text=True, check=True)
                self.assertEqual("", ended.stderr)

    def shown(self, heading):
        """The program that the reference shows below a heading, to run with the image of the tests."""
        section = (TOP / "docs/reference/overview.md").read_text().split("## %s\n" % heading)[1].split("\n## ")[0]
        code = textwrap.dedent("\n".join(line for line in section.splitlines() if not line or line.startswith("    ")))
        self.assertIn("debian:bookworm", code)
        return code.replace("debian:bookworm", IMAGE)

    def test_the_programs_of_the_reference(self):
        (self.root / "shown.c").write_text(self.shown("In C"))
        flags = self.run_command("pkg-config", "--cflags", "--libs", "colcon-deb-docker").split()
        self.run_command("cc", "-std=c17", "-Wall", "-Wextra", "-Werror", self.root / "shown.c", "-o", self.root / "shown", *flags)
        self.assertRegex(self.run_command(self.root / "shown"), "^Linux ")
        (self.root / "shown.py").write_text(self.shown("In Python"))
        self.assertRegex(self.run_command("/usr/bin/python3", self.root / "shown.py"), "^Linux ")

    def test_the_reference_is_installed(self):
        pages = self.only("overview.html").parent
        self.assertEqual("colcon-deb-docker", pages.parent.name)
        self.assertIn("cdd_service_run_container_async", (pages / "method.Service.run_container_async.html").read_text())
        self.assertIn("SIGTERM", (pages / "ownership.html").read_text())

    def test_every_header_is_installed(self):
        headers = {path.name for path in (TOP / "include").rglob("*.h")}
        self.assertEqual(headers, {path.name for path in self.root.rglob("include/colcon-deb-docker/*")})

    def test_python_finds_it(self):
        self.only("Cdd-0.gir")
        script = TOP / "examples/python/run-container.py"
        self.assertEqual("hello\n", self.run_command("/usr/bin/python3", script, IMAGE, "echo", "hello"))


class TestMakeInstall(unittest.TestCase):
    """As an ordinary user, who has the tools, below a home of their own; and below DESTDIR, as a package is made."""

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(tempfile.mkdtemp(prefix="cdd-home-"))
        cls.addClassCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        cls.sources = cls.home / "sources"
        for path in subprocess.run(["git", "-C", TOP, "ls-files", "-z"], check=True, capture_output=True,
                                   text=True).stdout.split("\0"):
            if path and (TOP / path).exists():
                (cls.sources / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(TOP / path, cls.sources / path, follow_symlinks=False)
        if is_root():
            for path in [cls.home, *cls.home.rglob("*")]:
                os.chown(path, USER, USER, follow_symlinks=False)

    def make(self, *arguments):
        who = ["setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups"] if is_root() else []
        ended = subprocess.run([*who, "make", "-C", self.sources, *arguments], capture_output=True, text=True, timeout=300,
                               env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertEqual(0, ended.returncode, ended.stdout + ended.stderr)
        return ended.stdout

    def test_the_library_alone(self):
        prefix = self.home / "own"
        self.make("install-library", f"PREFIX={prefix}")
        self.assertTrue(list(prefix.rglob("libcolcon-deb-docker.so.0")))
        self.assertTrue(list(prefix.rglob("colcon-deb-docker.pc")))
        self.assertEqual([], list(prefix.rglob("bin/*")) + list(prefix.rglob("share/colcon-deb")))

        made = self.sources / "build/library/build.ninja"
        before = made.stat().st_mtime_ns
        self.make("install-library", f"PREFIX={prefix}", f"DESTDIR={self.home}/package")
        self.assertEqual(before, made.stat().st_mtime_ns, "configured again")
        self.assertTrue((self.home / "package" / prefix.relative_to("/") / "include/colcon-deb-docker/cdd-run.h").exists())


class TestCompletionWords(unittest.TestCase):
    """What completion asks the program; tests/unit/tools/test_completions.py has the shells."""

    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="cdd-words-"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        for path, name in (("a", "alpha"), ("deep/b", "beta"), ("ignored", "gone"), ("odd", "two words")):
            write(self.home / "ws/src" / path / "package.xml", "<package>\n<name>%s</name></package>" % name)
        (self.home / "ws/src/ignored/COLCON_IGNORE").touch()
        (self.home / "ws/src/pipe").mkdir()
        os.mkfifo(self.home / "ws/src/pipe/package.xml")
        write(self.home / "ci.yaml", "colcon_repo: ws\ntargets:\n  pi:\n    docker:\n      platform: linux/arm64\n")

    def words(self, *arguments):
        ended = subprocess.run([PROGRAM, "help", "--words", *arguments], capture_output=True, text=True, timeout=60,
                               cwd=self.home, env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertEqual((0, ""), (ended.returncode, ended.stderr))
        return set(ended.stdout.split("\n")) - {""}

    def test_packages(self):
        for line in (["ws"], ["~/ws"], ["--json", str(self.home / "ws"), "--packages-select", ""], ["-c", "ci.yaml"],
                     ["--config", "=", "~/ci.yaml"], ["--config=ci.yaml"]):
            with self.subTest(line):
                self.assertEqual({"alpha", "beta"}, self.words("PACKAGE", *line))
        self.assertEqual(set(), self.words("PACKAGE"))
        os.mkfifo(self.home / "pipe.yaml")
        self.assertEqual({"alpha", "beta"}, self.words("PACKAGE", "ws", "-c", "pipe.yaml"))

    def test_targets(self):
        self.assertEqual({"pi"}, self.words("TARGET", "-c", "ci.yaml"))
        self.assertEqual(set(), self.words("TARGET", "ws"))
        write(self.home / "ci.yaml", "targets: [")
        self.assertEqual(set(), self.words("TARGET", "-c", "ci.yaml"))

    def test_contexts(self):
        write(self.home / ".docker/contexts/meta/1/meta.json", '{"Name": "builder", "Endpoints": {}}')
        write(self.home / ".docker/contexts/meta/2/meta.json", '{"Name": "evil\\u001b[2J"}')
        self.assertEqual({"builder"}, self.words("CONTEXT"))

    def test_another_placeholder(self):
        self.assertEqual(set(), self.words("NAME", "ws"))


class TestReference(unittest.TestCase):
    def test_every_description_says_since_when(self):
        missing = []
        for header in (TOP / "include").rglob("*.h"):
            for block in re.findall(r"/\*\*\n(.*?)\*/", header.read_text(), re.DOTALL):
                if not re.search(r"^ \* Since: \d+\.\d+$", block, re.MULTILINE):
                    missing.append((header.name, block.splitlines()[0]))
        self.assertEqual([], missing)

    def test_every_symbol_is_described(self):
        tree = xml.etree.ElementTree.parse(BUILD / "src/docker/Cdd-0.gir").getroot().find(CORE + "namespace")
        kinds = ["function", "method", "constructor", "record", "class", "interface", "enumeration", "bitfield"]
        missing, n = [], 0
        for element in [node for kind in kinds for node in tree.iter(CORE + kind)] + tree.findall(CORE + "callback"):
            # GObject's class structures are private.
            if element.get(C + "type", "").endswith("Class") and element.tag == CORE + "record":
                continue
            n += 1
            name = element.get(C + "identifier") or element.get(C + "type") or element.get("name")
            if all(part is None or part.find(CORE + "doc") is None
                   for part in (element, element.find(CORE + "return-value"))) and not name.endswith(("_free", "_get_type")):
                missing.append(name)
            parts = element.findall("%sparameters/%sparameter" % (CORE, CORE))
            parts += element.findall(CORE + "member") + element.findall(CORE + "field")
            for part in parts:
                # The scanner drops the description of a member that is a function.
                ignored = (element.tag == CORE + "class" or part.get("readable") == "0" or
                           part.find(CORE + "callback") is not None)
                if part.find(CORE + "doc") is None and not ignored:
                    missing.append("%s: %s" % (name, part.get("name")))
        self.assertEqual([], missing)
        self.assertGreater(n, 200)
