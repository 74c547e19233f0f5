# SPDX-License-Identifier: Apache-2.0
"""Completion in bash, zsh and fish: each shell completes command lines, and offers what --help lists."""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import textwrap
import threading
import unittest

TOP = pathlib.Path(__file__).resolve().parents[3]
COMPLETIONS = TOP / "data" / "completions"
BUILT = TOP / "build" / "release" / "src" / "colcon-deb" / "colcon-deb"

# A program that prints these helps: each form that an option or a list may have.
HELP = {
    "": """\
        Usage: colcon-deb COMMAND [PATH] [OPTION...]

        Commands:
          build                           Build a workspace into Debian packages
          list                            List the packages of a workspace in the order in which they would
                                          be built
          image                           Build and remove images: two verbs
          help                            Explain a command

        Examples:
          colcon-deb list ~/ros_ws        # no command

        More:
          colcon-deb help COMMAND         a command at length
          colcon-deb help configuration   the keys of colcon-deb.yaml
        """,
    "build": """\
        Usage: colcon-deb build [PATH] [OPTION...]

        Packages:
              --packages-up-to=PACKAGE...
                                          take these packages; and all that they depend on
              --target=TARGET             build this target
              --context=CONTEXT           use the engine of this context [$DOCKER_CONTEXT]
              --image=REF                 build in this image [colcon-deb-builder:DISTRO]
              --packages-ignore-regex=PATTERN...
                                          the same for packages whose names begin like this
              --base-paths=DIR...         ignore packages outside these directories
          -j, --jobs=N                    run N compile jobs at a time [0]
              --build-type=TYPE           set CMake's build type:
                                          Release|RelWithDebInfo|None [Release]
              --warm[=TIME]               keep it warm [0]
              --[no-]fast                 skip steps: those with nothing to do [true]
              --no-new-privileges         set-user-id programs such as sudo have no effect [false]

        Output:
          -o, --output-dir=DIR            write to DIR
          -c, --config=FILE               read the configuration from FILE [colcon-deb.yaml in PATH]
          -h, --help                      print this help

        Names end at the next option, at --, or at a word with a slash.

        Examples:
          colcon-deb build --example
        """,
    "list": """\
        Usage: colcon-deb list [PATH] [OPTION...]

        Output:
          -n, --names-only                print names only
        """,
    "image": """\
        Usage: colcon-deb image VERB [ARGUMENT...] [OPTION...]

        Verbs:
          build                           Build an image from a Dockerfile
          rm                              Remove images
        """,
    "image build": """\
        Usage: colcon-deb image build [CONTEXT] [OPTION...]

        Image:
              --network=MODE              set the network of RUN steps: default, host, none [default]
              --progress=KIND             show progress: auto, or plain without a status line [auto]
          -o, --output=PLACE              write files, not an image: DIR or type=local|tar,dest=PATH
        """,
    "image rm": """\
        Usage: colcon-deb image rm IMAGE... [OPTION...]

        Images:
          -f, --force                     also remove images with other names
        """,
    "logs": """\
        Usage: colcon-deb logs [PACKAGE...] [OPTION...]

        Output:
          -f, --follow                    go on
        """,
    "shell": """\
        Usage: colcon-deb shell [PACKAGE] [-- COMMAND...] [OPTION...]

        Output:
          -q, --quiet                     print errors only
        """,
    "report": """\
        Usage: colcon-deb report [RUN] [OPTION...]

        Report:
              --output=FILE               write only the page, to FILE; - is standard output
        """,
}
HELP["help"] = HELP[""]
IMAGES = ["sha256-one", "two"]
# What the program knows for a placeholder.
WORDS = {"PACKAGE": ["nav_core", "nav_msgs", "robot"], "TARGET": ["arm64", "pi"], "CONTEXT": ["builder"]}

# Prints the current word's completions. The arguments are the words.
BASH = """
source "$COMPLETIONS/colcon-deb.bash"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_colcon_deb
[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\\n' "${COMPREPLY[@]}"
"""
# Completes the line $LINE in zsh's editor, and writes all that was offered to the file $OFFERED.
ZSH = """
fpath=("$COMPLETIONS" $fpath)
autoload -Uz compinit
compinit -u -D
# Ask no question before a long list.
LISTMAX=10000
compadd()
{
    local -a offered
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
        builtin compadd -A offered "$@"
        (( $#offered )) && print -rl -- $IPREFIX$^offered >>$OFFERED
    fi
    builtin compadd "$@"
}
leave() { exit 0 }
complete-line()
{
    BUFFER=$LINE
    CURSOR=$#BUFFER
    comppostfuncs=(leave)
    zle list-choices
    exit 1
}
zle -N complete-line
zle-line-init() { zle complete-line }
zle -N zle-line-init
"""
FISH = 'source "$COMPLETIONS/colcon-deb.fish"; complete -C "$LINE"'


def built_program():
    for path in (os.environ.get("CDD_TEST_PROGRAM"), BUILT):
        if path and os.access(path, os.X_OK):
            return pathlib.Path(path)
    return None


def write_fake(path):
    cases = ['"image ls --all --quiet") printf "%s\\n" ' + " ".join(IMAGES) + " ;;"]
    cases += ['"help --words %s"*) printf "%%s\\n" %s ;;' % (kind, " ".join(words)) for kind, words in WORDS.items()]
    for command, text in HELP.items():
        cases.append('"%s") cat <<\'END\'\n%sEND\n;;' % ((command + " --help").strip(), textwrap.dedent(text)))
    path.write_text('#!/bin/sh\ncase "$*" in\n' + "\n".join(cases) + "\nesac\n")
    path.chmod(0o755)


def options_in(text):
    """The options that a help lists, long and short."""
    found = set()
    for letter, no, name in re.findall(r"(?m)^  (?:(-\w), |    )--(\[no-\])?([\w-]+)", text):
        found.update(filter(None, [letter, "--" + name, no and "--no-" + name]))
    return found


def names_in(text):
    """The commands or verbs that a help lists."""
    listed = re.search(r"(?ms)^(?:Commands|Verbs):\n(.*?)^$", text)
    return set(re.findall(r"(?m)^  ([a-z]\S*)", listed[1])) if listed else set()


class Shell:
    """What the tests of every shell have in common; a class below says how its shell is driven."""

    SHELL = ""
    LETTERS = True

    @classmethod
    def setUpClass(cls):
        if not shutil.which(cls.SHELL):
            raise unittest.SkipTest(cls.SHELL + " is not installed")
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="cdd-completions-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        for name in ("fake", "program", "home", "work/src", "work/space dir"):
            (cls.directory / name).mkdir(parents=True)
        (cls.directory / "work" / "some.yaml").touch()
        write_fake(cls.directory / "fake" / "colcon-deb")
        program = built_program()
        if program:
            (cls.directory / "program" / "colcon-deb").symlink_to(program.resolve())
        else:
            write_fake(cls.directory / "program" / "colcon-deb")

    def environment(self, program, **more):
        return {"PATH": "%s:%s" % (self.directory / program, os.environ["PATH"]), "HOME": str(self.directory / "home"),
                "COMPLETIONS": str(COMPLETIONS), "LC_ALL": "C", "TERM": "dumb", **more}

    def drive(self, line, environment):
        raise NotImplementedError

    def offered(self, line, program="fake"):
        return {word.rstrip("/") for word in self.drive(line, self.environment(program, LINE=line)) if word}

    def help_of(self, *words):
        return subprocess.run([self.directory / "program" / "colcon-deb", *words, "--help"], check=True,
                              capture_output=True, text=True).stdout

    def wanted(self, options):
        return {option for option in options if self.LETTERS or option.startswith("--")}

    def test_every_option_of_the_program(self):
        commands = [[name] for name in sorted(names_in(self.help_of())) if name != "help"]
        self.assertGreater(len(commands), 1)
        while commands:
            words = commands.pop()
            text = self.help_of(*words)
            names, line = names_in(text), "colcon-deb %s " % " ".join(words)
            with self.subTest(line):
                if names:
                    self.assertEqual(names, self.offered(line, "program") - {"--help"})
                    commands += [[*words, name] for name in sorted(names)]
                    continue
                self.assertTrue(options_in(text))
                self.assertEqual(self.wanted(options_in(text)), self.offered(line + "-", "program"))

    def test_commands(self):
        self.assertEqual({"build", "list", "image", "help"}, self.offered("colcon-deb ") - {"--help", "--version"})
        self.assertEqual({"--help", "--version"}, self.offered("colcon-deb -"))
        self.assertEqual({"build", "rm"}, self.offered("colcon-deb image ") - {"--help"})
        self.assertEqual({"--help"}, self.offered("colcon-deb image -"))
        self.assertEqual({"build", "list", "image", "help", "configuration"}, self.offered("colcon-deb help ") - {"--help"})

    def test_both_forms(self):
        self.assertEqual({"--no-fast", "--no-new-privileges"}, self.offered("colcon-deb build --no-"))
        self.assertEqual({"--fast"}, self.offered("colcon-deb build --fa"))

    def test_options(self):
        options = {"-j", "-o", "-c", "-h", "--packages-up-to", "--target", "--context", "--image", "--jobs", "--build-type", "--warm", "--fast", "--no-fast",
                   "--no-new-privileges", "--packages-ignore-regex", "--base-paths", "--output-dir", "--config", "--help"}
        self.assertEqual(self.wanted(options), self.offered("colcon-deb build -"))
        self.assertEqual(self.wanted(options), self.offered("colcon-deb build src -"))
        self.assertEqual(self.wanted({"--force", "-f"}), self.offered("colcon-deb image rm -"))

    def test_files_and_directories(self):
        for line in ("build --config ", "build -c ", "image build --output ", "report ", "report --output "):
            with self.subTest(line):
                self.assertLessEqual({"some.yaml", "src"}, self.offered("colcon-deb " + line))
        for line in ("build ", "build -o ", "build --output-dir ", "build --base-paths ", "build --fast ", "build --warm ", "image build "):
            with self.subTest(line):
                offered = self.offered("colcon-deb " + line)
                self.assertIn("src", offered)
                self.assertNotIn("some.yaml", offered)
        self.assertIn("some.yaml", self.without_option(self.offered("colcon-deb build --config=so")))
        self.assertIn("src", self.without_option(self.offered("colcon-deb build --output-dir=s")))

    def test_values(self):
        self.assertEqual({"Release", "RelWithDebInfo", "None"}, self.offered("colcon-deb build --build-type "))
        self.assertEqual({"Release", "RelWithDebInfo"}, self.without_option(self.offered("colcon-deb build --build-type=R")))
        self.assertEqual({"default", "host", "none"}, self.offered("colcon-deb image build --network "))
        self.assertEqual({"auto", "plain"}, self.offered("colcon-deb image build --progress "))
        self.assertEqual(set(), self.offered("colcon-deb build --jobs "))

    def test_images(self):
        self.assertEqual(set(IMAGES), self.offered("colcon-deb image rm "))
        self.assertEqual(set(IMAGES), self.offered("colcon-deb build --image "))

    def test_what_only_the_program_knows(self):
        self.assertEqual(set(WORDS["TARGET"]), self.offered("colcon-deb build --target "))
        self.assertEqual({"pi"}, self.without_option(self.offered("colcon-deb build --target=p")))
        self.assertEqual(set(WORDS["CONTEXT"]), self.offered("colcon-deb build --context "))
        for command in ("logs", "shell"):
            self.assertEqual(set(WORDS["PACKAGE"]), self.offered("colcon-deb %s " % command))

    def test_a_list_of_packages(self):
        for line in ("src --packages-up-to ", "--packages-up-to robot nav_core "):
            with self.subTest(line):
                self.assertEqual(set(WORDS["PACKAGE"]), self.offered("colcon-deb build " + line))
        self.assertEqual({"nav_core", "nav_msgs"}, self.offered("colcon-deb build --packages-up-to robot nav"))
        # It ends at a word with a slash, and at another option.
        for line in ("--packages-up-to robot ./src ", "--packages-up-to robot --fast "):
            with self.subTest(line):
                self.assertIn("src", self.offered("colcon-deb build " + line))
        self.assertIn("--fast", self.offered("colcon-deb build --packages-up-to robot --fa"))

    def test_the_packages_and_targets_of_a_workspace(self):
        if not built_program():
            self.skipTest("the program is not built")
        place = self.directory / "real"
        for name in ("zeta", "eta"):
            (place / "src" / name).mkdir(parents=True, exist_ok=True)
            (place / "src" / name / "package.xml").write_text("<package><name> %s_pkg </name></package>" % name)
        (place / "colcon-deb.yaml").write_text("targets:\n  pi: {docker: {platform: linux/arm64}}\n  pc: {docker: {platform: linux/amd64}}\n")
        self.assertEqual({"zeta_pkg", "eta_pkg"}, self.offered("colcon-deb build %s --packages-select " % place, "program"))
        self.assertEqual({"pi", "pc"}, self.offered("colcon-deb build %s --target " % place, "program"))

    @staticmethod
    def without_option(words):
        return {word.split("=")[-1] for word in words}


class TestBash(Shell, unittest.TestCase):
    SHELL = "bash"
    LETTERS = False

    def drive(self, line, environment):
        # As bash cuts the line: an = is a word of its own.
        words = [word for word in re.split(r" |(=)", line) if word is not None]
        if words[-2:] == ["=", ""]:
            words.pop()
        result = subprocess.run(["bash", "--norc", "-c", BASH, "bash", *words], env=environment, capture_output=True,
                                text=True, check=False, cwd=self.directory / "work")
        self.assertEqual("", result.stderr)
        return result.stdout.splitlines()

    def test_a_value_after_the_equals_sign_alone(self):
        self.assertEqual({"Release", "RelWithDebInfo", "None"}, self.offered("colcon-deb build --build-type="))


class TestFish(Shell, unittest.TestCase):
    SHELL = "fish"

    def drive(self, line, environment):
        result = subprocess.run(["fish", "--no-config", "-c", FISH], env=environment, capture_output=True, text=True,
                                check=False, cwd=self.directory / "work")
        self.assertEqual("", result.stderr)
        return [word.split("\t")[0] for word in result.stdout.splitlines()]

    def test_descriptions(self):
        result = subprocess.run(["fish", "--no-config", "-c", FISH], capture_output=True, text=True, check=True,
                                env=self.environment("fake", LINE="colcon-deb build --"))
        self.assertIn("--packages-up-to\ttake these packages; and all that they depend on\n", result.stdout)
        self.assertIn("--build-type\tset CMake's build type: Release|RelWithDebInfo|None [Release]\n", result.stdout)


class TestZsh(Shell, unittest.TestCase):
    SHELL = "zsh"

    def drive(self, line, environment):
        (self.directory / "home" / ".zshrc").write_text(ZSH)
        offered = self.directory / "offered"
        offered.write_text("")
        ours, theirs = pty.openpty()
        # Its completion works in the line editor only, and that needs a terminal.
        with subprocess.Popen(["zsh", "-d", "-i"], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
                              cwd=self.directory / "work",
                              env=dict(environment, OFFERED=str(offered), ZDOTDIR=environment["HOME"])) as shell:
            os.close(theirs)
            # If zsh waits for an answer, the test fails.
            timer = threading.Timer(30, shell.kill)
            timer.start()
            printed = b""
            try:
                while data := os.read(ours, 4096):
                    printed += data
            except OSError:
                pass  # the end of a terminal
            timer.cancel()
            os.close(ours)
        self.assertEqual(0, shell.returncode, printed.decode(errors="replace"))
        return offered.read_text().splitlines()


class TestFiles(unittest.TestCase):
    def test_the_shells_read_the_help_alike(self):
        programs = {re.search(r"(?ms)\| awk '\n(.*?)^'$", path.read_text())[1] for path in COMPLETIONS.iterdir()}
        self.assertEqual(1, len(programs))


if __name__ == "__main__":
    unittest.main()
