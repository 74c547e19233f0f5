# SPDX-License-Identifier: Apache-2.0
"""colcon-deb shell: a shell, or a command, where packages are built."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from support import IMAGE, STRANGER, Outcome, ProgramCase, add_package, give_to, is_root, snapshot, text_of

TAKES_LONG = True
PATIENCE = 120.0


class Terminal:
    """The program on a terminal of its own, as its controlling one."""

    def __init__(self, case, *arguments, user=None):
        self.main, self.other = pty.openpty()
        self.resize(24, 80)
        self.former = termios.tcgetattr(self.other)
        command = case.command(arguments, user)
        self.process = subprocess.Popen(
            command, env=case.environment(TERM="xterm"), cwd=case.workspace, stdin=self.other, stdout=self.other,
            stderr=self.other, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        self.case, self.text = case, ""
        case.addCleanup(self.close)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            self.case.wait_for_no_container(30)
        for descriptor in (self.main, self.other):
            os.close(descriptor)

    def resize(self, rows, columns):
        fcntl.ioctl(self.other if hasattr(self, "other") else self.main, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.main, keys.encode())

    def read_until(self, pattern):
        """What was shown up to a match; the next call looks behind it."""
        deadline = time.monotonic() + PATIENCE
        while not (match := re.search(pattern, self.text)):
            if time.monotonic() > deadline or self.process.poll() is not None and not self._more(0.5):
                self.case.fail("no %r on the terminal, exit code %s:\n%s" % (pattern, self.process.poll(), self.text))
            self._more(0.2)
        shown, self.text = self.text[:match.end()], self.text[match.end():]
        return shown

    def _more(self, seconds):
        ready, _, _ = select.select([self.main], [], [], seconds)
        if ready:
            self.text += text_of(os.read(self.main, 65536))
        return bool(ready)

    def run(self, command):
        """What a command of the shell prints."""
        self.type("%s; echo en''d\n" % command)
        # The command may be shown twice: as it was typed, and behind the prompt. bash switches bracketed paste on and off.
        shown = self.read_until(r"[\r\n]end\r").rpartition("en''d\r\n")[2]
        return re.sub(r"\x1b\[\?2004[hl]", "", shown).strip()[:-len("end")]

    def wait(self):
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < deadline:
            self._more(0.2)
        self.case.assertIsNotNone(self.process.poll(), self.text)
        return self.process.returncode

    def is_restored(self):
        return termios.tcgetattr(self.other) == self.former

    def wait_until_restored(self):
        """The process that guards the terminal waits a moment."""
        deadline = time.monotonic() + 10
        while not self.is_restored() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.case.assertTrue(self.is_restored(), "the terminal has another mode than before")


class Shell(ProgramCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "lamp_msgs")
        add_package(self.workspace, "lamp", depends=["lamp_msgs"])
        (self.workspace / "colcon-deb.yaml").write_text("docker: {image: %s}\nros_distro: rolling\n" % IMAGE)

    def shell(self, *arguments, **options):
        return self.run_program("shell", "-w", self.workspace, *arguments, timeout=PATIENCE, **options)

    def open(self, *arguments, **options):
        terminal = Terminal(self, "shell", *arguments, **options)
        terminal.read_until(r"source\S*[$#] ")
        return terminal


class Commands(Shell):
    def record_of_build(self):
        """All of the output but the directories themselves, and what the host notes of its layers and volumes."""
        return {name: entry for name, entry in snapshot(self.output).items()
                if (self.output / name).is_file() and not (name.startswith(".colcon-deb/") and name != ".colcon-deb/state.json")}

    def test_a_package_is_ready_to_be_built(self):
        self.assert_ended(self.run_program("build", self.workspace, "--packages-select", "lamp_msgs"), 0)
        before = self.record_of_build()
        outcome = self.shell("lamp", "--", "sh", "-c",
                             "pwd; test -x debian/rules && debian/rules binary >&2 && dpkg-deb -f ../*.deb Package Depends; "
                             "cat $AMENT_PREFIX_PATH/share/lamp_msgs/package.xml")
        self.assert_ended(outcome, 0)
        lines = outcome.stdout.splitlines()
        self.assertEqual(lines[:2], ["/workspace/build/lamp/source", "Package: ros-rolling-lamp"], outcome)
        self.assertRegex(lines[2], r"^Depends: .*ros-rolling-lamp-msgs \(= 1\.0\.0-0")
        self.assertIn("<name>lamp_msgs</name>", outcome.stdout)
        # The output, with the logs and events of the last build, is as it was.
        self.assertEqual(before, self.record_of_build())

    def test_all_that_was_built_is_there(self):
        self.assert_ended(self.run_program("build", self.workspace), 0)
        outcome = self.shell("--", "sh", "-c", "pwd; dpkg-query -W -f '${Package}\\n' 'ros-rolling-lamp*'")
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout.split(), ["/workspace/build", "ros-rolling-lamp", "ros-rolling-lamp-msgs"])

    def test_what_is_not_built_yet_is_named(self):
        outcome = self.shell("lamp", "--", "true")
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"lamp needs packages of the workspace that are not built yet: lamp_msgs\. Build them: "
                                  r"colcon-deb build --packages-up-to lamp\.")

    def test_the_exit_code_is_passed_on_and_nothing_is_said(self):
        outcome = self.shell("-q", "lamp_msgs", "--", "false")
        self.assert_ended(outcome, 1)
        self.assertEqual(outcome.text, "")
        outcome = self.shell("-q", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
        self.assert_ended(outcome, 7)
        self.assertEqual((outcome.stdout, outcome.stderr), ("out\n", "err\n"))
        self.assert_ended(self.shell("-q", "--", "no-such-command"), 127)

    def test_input_is_passed_on(self):
        self.last_command = self.command(["shell", "-q", "-w", self.workspace, "--", "sh", "-c", "tr a-z A-Z; echo over"])
        done = subprocess.run(self.last_command, env=self.environment(), input=b"lantern\n" * 20000, capture_output=True,
                              timeout=PATIENCE, check=False)
        self.assert_ended(Outcome(self.last_command, done.returncode, "", text_of(done.stderr), 0), 0)
        self.assertEqual(done.stdout, b"LANTERN\n" * 20000 + b"over\n")

    def test_the_user_of_a_build_and_root(self):
        user = STRANGER if is_root() else None
        if user:
            give_to(self.workspace, user)
        outcome = self.shell("-q", "lamp_msgs", "--", "sh", "-c", "id -u; touch x && echo $HOME; test -w / || echo no", user=user)
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout.split(), [str(user or os.getuid()), "/workspace/build/lamp_msgs/home", "no"], outcome)
        outcome = self.shell("-q", "--root", "--", "sh", "-c", "id -u; echo $HOME; apt-get --version | head -c 3", user=user)
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout.split(), ["0", "/root", "apt"], outcome)

    def test_an_unknown_package(self):
        outcome = self.shell("lamp_msg", "--", "true")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r"there is no package lamp_msg in the workspace; did you mean lamp_msgs\?")

    def test_wrong_command_lines(self):
        for arguments, text in ((["a/b"], r'"a/b" is not the name of a package'),
                                (["lamp", "lamp_msgs"], r'shell: unexpected argument "lamp_msgs"'),
                                (["--json"], r"--json has no effect on a shell")):
            outcome = self.shell(*arguments)
            self.assert_ended(outcome, 2)
            self.assert_says(outcome, text)

    def test_a_copy_on_the_engine(self):
        self.assert_ended(self.run_program("build", self.workspace, "--packages-select", "lamp_msgs", "--transfer", "copy"), 0)
        outcome = self.shell("-q", "--transfer", "copy", "lamp", "--", "sh", "-c",
                             "ls CMakeLists.txt debian/rules $AMENT_PREFIX_PATH/share/lamp_msgs/package.xml")
        self.assert_ended(outcome, 0)
        self.assertEqual(len(outcome.stdout.split()), 3)


class Terminals(Shell):
    def test_a_session(self):
        terminal = self.open("lamp_msgs")
        self.assertFalse(terminal.is_restored())
        self.assertEqual(terminal.run("whoami; pwd; tty >/dev/null && ls debian/rules").split(),
                         ["root" if is_root() else "builder", "/workspace/build/lamp_msgs/source", "debian/rules"])
        self.assertEqual(terminal.run("stty size; echo $TERM").split(), ["24", "80", "xterm"])
        terminal.resize(31, 101)
        terminal.process.send_signal(signal.SIGWINCH)
        for _ in range(50):
            size = terminal.run("stty size").split()
            if size == ["31", "101"]:
                break
            time.sleep(0.1)
        self.assertEqual(size, ["31", "101"])
        terminal.type("sleep 1000\n")
        terminal.read_until("sleep 1000\r\n")
        time.sleep(0.5)
        terminal.type("\x03")
        terminal.read_until(r"source\S*[$#] ")
        self.assertEqual(terminal.run("echo $?").split(), ["130"])
        terminal.type("exit 7\n")
        self.assertEqual(terminal.wait(), 7)
        self.assertTrue(terminal.is_restored())
        self.assertEqual(self.containers(), [])

    def test_end_of_file(self):
        terminal = self.open("lamp_msgs")
        terminal.type("\x04")
        self.assertEqual(terminal.wait(), 0)
        self.assertTrue(terminal.is_restored())

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
            with self.subTest(number.name):
                terminal = self.open("lamp_msgs")
                self.assertEqual(len(self.containers()), 1)
                terminal.process.send_signal(number)
                code = terminal.wait()
                self.assertEqual(code, -signal.SIGKILL if number == signal.SIGKILL else 130, terminal.text)
                terminal.wait_until_restored()
                self.assertTrue(self.wait_for_no_container(30))

    def test_ctrl_c_before_the_shell(self):
        terminal = Terminal(self, "shell", "lamp_msgs")
        terminal.read_until("dependencies|prepare")
        terminal.type("\x03")
        self.assertEqual(terminal.wait(), 130, terminal.text)
        self.assertTrue(terminal.is_restored())
        self.assertTrue(self.wait_for_no_container(30))


if __name__ == "__main__":
    import unittest

    unittest.main()
