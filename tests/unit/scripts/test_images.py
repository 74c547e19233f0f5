# SPDX-License-Identifier: Apache-2.0
"""What builder images are made of: the list of packages, the Dockerfiles, the bytecode of the helpers."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[3]
SCRIPTS = TOP / "scripts"
DOCKERFILES = sorted((TOP / "docker").glob("*.Dockerfile"))
INSTRUCTIONS = {"ARG", "FROM", "ENV", "LABEL", "RUN", "CMD"}
# What check-requirements.sh asks for that no list need name, since every Debian or a package of the list has it.
IMPLIED = {"mawk", "apt", "dpkg", "util-linux", "python3", "patch", "binutils", "gzip", "passwd", "python3-empy",
           "python3-rosdistro", "python3-yaml"}


def listed(distribution):
    """The packages of scripts/image/packages for a distribution."""
    lines = [line.split() for line in (SCRIPTS / "image/packages").read_text().splitlines() if not line.startswith("#")]
    return {words[0] for words in lines if words and words[1:] in ([], [distribution])}


def instructions(path):
    """(instruction, rest) of a Dockerfile, lines that go on joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text())
    text = re.sub(r"\\\n", " ", text)
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def installed(path):
    """What the RUN instructions of a Dockerfile install."""
    names = set()
    for instruction, rest in instructions(path):
        if instruction == "RUN":
            for command in re.findall(r"apt-get install ([^&]*)", rest):
                names.update(word.strip('"') for word in command.split() if not word.startswith("-"))
    return names


class Packages(unittest.TestCase):
    def test_the_list_has_what_the_check_asks_for(self):
        text = re.sub(r"(?m)^\s*#.*", "", (SCRIPTS / "helpers/check-requirements.sh").read_text())
        needs = set(re.findall(r"\b[a-z][a-z0-9_+-]*:([a-z][a-z0-9+-]*)", text))
        self.assertIn("build-essential", needs)
        for distribution in ("debian", "ubuntu"):
            self.assertLessEqual(needs - IMPLIED, listed(distribution))

    def test_the_dockerfiles_install_what_the_list_has(self):
        self.assertEqual([path.name for path in DOCKERFILES],
                         ["bookworm.Dockerfile", "humble.Dockerfile", "jazzy.Dockerfile"])
        for path in DOCKERFILES:
            with self.subTest(path.name):
                names = installed(path)
                if path.name == "bookworm.Dockerfile":
                    self.assertEqual(names, listed("debian"))
                    continue
                # ROS's own archive has rosdep under the name that its makers gave it.
                self.assertLessEqual((listed("ubuntu") - {"python3-rosdep2"}) | {"python3-rosdep", "curl"}, names)
                self.assertLessEqual({name for name in names if "ROS_DISTRO" not in name},
                                     listed("ubuntu") | {"python3-rosdep", "curl"})


class Dockerfiles(unittest.TestCase):
    def test_their_instructions_are_whole(self):
        for path in DOCKERFILES:
            with self.subTest(path.name):
                parsed = instructions(path)
                self.assertLessEqual({instruction for instruction, *_rest in parsed}, INSTRUCTIONS)
                self.assertEqual([len(one) for one in parsed], [2] * len(parsed))
                self.assertEqual([name for name, _rest in parsed[:2]], ["ARG", "FROM"])
                self.assertEqual(parsed[1][1], "${BASE}")
                self.assertIn("colcon-deb.role=builder", dict(parsed)["LABEL"])
                for name, rest in parsed:
                    if name == "RUN":
                        subprocess.run(["sh", "-n", "-c", rest], check=True)

    def test_each_says_for_whom_it_is_and_how_it_is_built(self):
        for path in DOCKERFILES:
            with self.subTest(path.name):
                header = path.read_text().split("ARG BASE")[0]
                self.assertIn("a builder image for robots", header)
                self.assertIn("colcon-deb image build -t colcon-deb-builder:", header)
                self.assertIn("-f docker/" + path.name, header)


class Bytecode(unittest.TestCase):
    """A copy of the package whose bytecode is where the test wants it."""

    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.helpers = pathlib.Path(work.name) / "helpers"
        self.bytecode = pathlib.Path(work.name) / "bytecode"
        self.package = self.helpers / "colcon_deb"
        shutil.copytree(SCRIPTS / "helpers/colcon_deb", self.package, ignore=shutil.ignore_patterns("__pycache__"))
        init = self.package / "__init__.py"
        text = init.read_text()
        self.assertIn('BYTECODE = "/usr/lib/colcon-deb/bytecode"', text)
        init.write_text(text.replace("/usr/lib/colcon-deb/bytecode", str(self.bytecode)))
        self.bytecode.mkdir()

    def compile(self):
        subprocess.run([sys.executable, "-X", "pycache_prefix=%s" % self.bytecode, "-m", "compileall", "-q",
                        "--invalidation-mode", "checked-hash", str(self.package)], check=True)

    def load(self, *options):
        """What Python says when it loads a module of the package."""
        code = "import sys; sys.path.insert(0, %r); import colcon_deb.workspace.epoch; print(sys.pycache_prefix)" % str(self.helpers)
        return subprocess.run([sys.executable, "-v", *options, "-c", code], check=True, text=True, capture_output=True)

    def uses_bytecode(self, outcome):
        return re.search(r"code object from '%s\S*/workspace/epoch\." % re.escape(str(self.bytecode)), outcome.stderr) is not None

    def test_that_of_the_image_is_used(self):
        self.compile()
        outcome = self.load("-B")
        self.assertTrue(self.uses_bytecode(outcome), outcome.stderr[-3000:])
        self.assertEqual("None", outcome.stdout.strip())

    def test_that_of_another_source_is_not(self):
        self.compile()
        with open(self.package / "workspace/epoch.py", "a", encoding="utf-8") as source:
            source.write("\nprint('newer')\n")
        outcome = self.load("-B")
        self.assertEqual("newer\nNone", outcome.stdout.strip())
        self.assertFalse(self.uses_bytecode(outcome))

    def test_damaged_bytecode_does_not_stop_a_build(self):
        self.compile()
        for path in self.bytecode.rglob("epoch.*.pyc"):
            path.write_bytes(path.read_bytes()[:7])
        self.assertEqual("None", self.load("-B").stdout.strip())

    def test_none_is_written(self):
        self.load()
        self.assertEqual([], list(self.bytecode.rglob("*.pyc")))

    def test_without_any_all_is_as_ever(self):
        self.bytecode.rmdir()
        self.assertFalse(self.uses_bytecode(self.load("-B")))


if __name__ == "__main__":
    unittest.main()
