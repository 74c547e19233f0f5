# SPDX-License-Identifier: Apache-2.0
"""The live view on a terminal, with recorded runs: widths, resizing, keys, signals and a killed program."""
import os
import pathlib
import signal
import tempfile
import unittest

from screen import Screen
from support import PROGRAM, TOP

PLAYER = PROGRAM.parents[2] / "tests/support/view-player"
RUNS = TOP / "tests/fixtures/runs"
# What only the footer has.
BAR = ("\u2501", "\u2500")


def recording(directory, lines):
    """Write a recording of (milliseconds, line)."""
    path = pathlib.Path(directory) / "long.run"
    path.write_text("".join("%d %s\n" % line for line in lines), encoding="utf-8")
    return path


def long_run(seconds=600):
    """One package that is built for a long time, and says something twice a second."""
    yield 0, "::progress::type=stage,value=build"
    yield 0, "::progress::type=plan,total=2"
    yield 0, "::progress::type=schedule,slots=2"
    yield 0, "::progress::type=package_start,name=quick,total=2,reason=new"
    yield 0, "::progress::type=package_start,name=beacon_node,total=2,reason=source changed"
    yield 0, "::progress::type=package_phase,name=beacon_node,phase=compile"
    yield 100, "::progress::type=package_complete,name=quick,success=true,ms=100"
    for step in range(2 * seconds):
        # A container may leave out the name.
        yield 500 * step + 190, "::progress::type=package_complete,success=true"
        yield 500 * step + 200, "::progress::type=package_progress,name=beacon_node,percent=%d,output=building \u706f\u53f0 %d %s" \
            % (step % 100, step, "x" * 200)


class LiveView(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory(prefix="live-view-")
        self.addCleanup(self._directory.cleanup)
        self.directory = pathlib.Path(self._directory.name)
        self.long = recording(self.directory, long_run())

    def begin(self, screen, path, rest=""):
        screen.enter("clear; %s live %s %s" % (PLAYER, path, rest))

    def wait_for_row(self, screen):
        return screen.wait_for(lambda text: "quick ok" in text and "beacon_node  compile" in text, "the row of the package")

    def assert_sane(self, screen):
        screen.wait_for(lambda text: text.splitlines()[-1].startswith("$"), "the shell's prompt")
        screen.wait_for(lambda _: screen.shows_cursor and screen.wraps, "the cursor")
        screen.wait_for(lambda _: screen.modes == screen.shell_modes, "the mode of the shell")

    def assert_no_footer(self, text):
        for sign in BAR:
            self.assertNotIn(sign, text)
        self.assertNotIn("beacon_node  compile", text)


class TestWidths(LiveView):
    def at(self, columns):
        with Screen(columns, 40) as screen:
            self.begin(screen, RUNS / "failing.run")
            running = screen.wait_for(lambda text: "lamp         compile    50%" in text, "two packages at work")
            screen.wait_for(lambda text: "install: sudo apt" in text, "the end")
            self.assert_sane(screen)
            return running.splitlines(), screen.history

    def test_each_width_shows_what_fits(self):
        for columns in (60, 100, 200):
            with self.subTest(columns):
                running, history = self.at(columns)
                status = next(line for line in running if line.startswith(BAR))
                self.assertIn(" 1/5 \u00b7 1 built \u00b7 1 unchanged \u00b7 ", status)
                rows = [line for line in running if line.startswith(("  lamp  ", "  beacon_node  "))]
                self.assertEqual(2, len(rows))
                self.assertTrue(all("waiting" in row for row in rows) == (columns >= 70), rows)
                self.assertEqual(columns == 200, any(row.endswith("\u706f\u53f0\u306e\u5149.cpp.o") for row in rows), rows)
                for line in ("[1/5] \u2713 beacon_msgs 1.2.0 ok 2.0s (source changed), 2 warnings",
                             "[3/5] - door 0.1.0 skipped: lamp failed",
                             "    /ws/src/lamp/src/lamp.cpp:12:5: error: 'glow' was not declared in this scope",
                             "    build only this: colcon-deb build /ws --packages-select lamp"):
                    self.assertEqual(1, history.splitlines().count(line), line)
                self.assert_no_footer(history)

    def test_a_resized_window_has_no_remnants(self):
        with Screen(100, 30) as screen:
            self.begin(screen, self.long)
            self.wait_for_row(screen)
            for columns, rows in ((50, 30), (140, 30), (70, 20), (200, 40), (100, 8), (100, 30)):
                screen.resize(columns, rows)
                text = screen.wait_for(lambda text, wide=columns: any(
                    line.startswith(BAR) and len(line) < wide for line in text.splitlines()) and "beacon_node" in text)
                self.assertEqual(1, sum(line.startswith(BAR) for line in text.splitlines()), text)
                self.assertEqual(1, text.count("beacon_node"), text)
            screen.press("C-c")
            screen.wait_for(lambda text: "1 interrupted" in text or "1 failed" in text, "the end")
            self.assert_sane(screen)
            self.assert_no_footer(screen.history)
            self.assertEqual(1, screen.history.count("quick"), screen.history)


class TestEnds(LiveView):
    """However the program ends, the terminal is as it was."""

    def pid(self):
        for entry in pathlib.Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                session = int((entry / "stat").read_text().rpartition(")")[2].split()[3])
            except (OSError, ValueError):
                continue
            # The process that guards the terminal has a session of its own.
            if words[0] == os.fsencode(PLAYER) and os.fsencode(self.long) in words and session != int(entry.name):
                return int(entry.name)
        raise AssertionError("the program does not run")

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL):
            with self.subTest(number.name), Screen() as screen:
                screen.enter("ulimit -c 0")
                self.begin(screen, self.long)
                self.wait_for_row(screen)
                self.assertFalse(screen.shows_cursor)
                os.kill(self.pid(), number)
                self.assert_sane(screen)
                # After a crash the shell may write over the footer before it is cleared.
                if number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    self.assert_no_footer(screen.text)

    def test_ctrl_z_gives_the_terminal_back_and_takes_it_again(self):
        with Screen() as screen:
            self.begin(screen, self.long)
            self.wait_for_row(screen)
            screen.press("C-z")
            screen.wait_for(lambda text: "Stopped" in text, "the shell's word")
            self.assert_sane(screen)
            self.assert_no_footer(screen.text)
            screen.enter("fg")
            self.wait_for_row(screen)
            self.assertFalse(screen.shows_cursor)
            screen.press("q")
            self.assert_sane(screen)

    def test_keys_are_not_echoed(self):
        with Screen() as screen:
            self.begin(screen, self.long)
            self.wait_for_row(screen)
            screen.type("xyz")
            screen.press("C-c")
            self.assert_sane(screen)
            self.assertNotIn("xyz", screen.text)

    def test_without_a_keyboard(self):
        with Screen() as screen:
            self.begin(screen, self.long, "</dev/null")
            self.wait_for_row(screen)
            screen.press("C-z")
            screen.wait_for(lambda text: "Stopped" in text, "the shell's word")
            self.assert_sane(screen)
            screen.enter("fg")
            self.wait_for_row(screen)
            os.kill(self.pid(), signal.SIGKILL)
            self.assert_sane(screen)

    def test_in_the_background_the_terminal_is_the_shells(self):
        with Screen() as screen:
            self.begin(screen, self.long, "&")
            screen.wait_for(lambda text: "quick ok" in text, "a line of the program")
            screen.enter("echo one''word")
            screen.wait_for(lambda text: "oneword" in text, "the shell's output")
            self.assertTrue(screen.shows_cursor)
            self.assert_no_footer(screen.text)
            screen.enter("fg")
            screen.wait_for(lambda text: "beacon_node  compile" in text, "the row of the package")
            self.assertFalse(screen.shows_cursor)
            screen.press("q")
            self.assert_sane(screen)


class TestKeys(LiveView):
    def test_q_stops(self):
        with Screen() as screen:
            self.begin(screen, self.long)
            self.wait_for_row(screen)
            screen.press("q")
            self.assert_sane(screen)
            self.assertIn("1 built", screen.text)

    def test_l_shows_all_output_and_hides_it_again(self):
        log = self.directory / "logs/beacon_node.log"
        log.parent.mkdir()
        log.write_text("an old line\n")
        with Screen() as screen:
            self.begin(screen, self.long, self.directory)
            self.assertNotIn("an old line", self.wait_for_row(screen))
            screen.press("l")
            screen.wait_for(lambda text: "beacon_node | an old line" in text)
            with log.open("a") as stream:
                stream.write("a new \x1b[31mline\n")
            screen.wait_for(lambda text: "beacon_node | a new line" in text)
            screen.press("l")
            with log.open("a") as stream:
                stream.write("a hidden line\n")
            screen.press("l")
            screen.wait_for(lambda text: "a hidden line" in text)
            self.wait_for_row(screen)
            screen.press("C-c")
            self.assert_sane(screen)
            self.assert_no_footer(screen.history)


class TestMany(LiveView):
    def many(self, count):
        yield 0, "::progress::type=stage,value=build"
        yield 0, "::progress::type=plan,total=%d" % count
        for number in range(count):
            yield 0, "::progress::type=plan_package,name=p%d,deps=%s" % (number, "p%d" % (number - 1) if number else "")
        yield 0, "::progress::type=schedule,slots=40"
        for number in range(count):
            yield number, "::progress::type=package_start,name=p%d,total=%d" % (number, count)
        for number in range(count):
            yield 3000 + number, "::progress::type=package_complete,name=p%d,success=true,ms=9" % number
        yield 4000, "::progress::type=build_complete,success=true,built=%d,failed=0,skipped=0,ms=4000" % count
        yield 4000, "end success"

    def test_300_packages_at_a_time(self):
        with Screen(100, 30) as screen:
            self.begin(screen, recording(self.directory, self.many(300)))
            text = screen.wait_for(lambda text: "more" in text, "the rest in one line")
            self.assertLess(len(text.splitlines()), 31)
            screen.wait_for(lambda text: "300 built, 0 failed, 0 skipped" in text, "the end")
            self.assert_sane(screen)
            lines = [line for line in screen.history.splitlines() if line.startswith("[")]
            self.assertEqual(["[%d/300] \u2713 p%d ok 0.0s" % (number + 1, number) for number in range(300)], lines)


if __name__ == "__main__":
    unittest.main()
