# SPDX-License-Identifier: Apache-2.0
"""report.html in a browser, for a small, a large and a hostile build; and the command that makes it.

No test here needs a container engine. The browser is Debian's Chromium; without it its tests are skipped.
"""

from __future__ import annotations

import json
import os
import pathlib
import unittest

import browser
import synthetic_run
from support import TOP, Outcome, ProgramCase

KINDS = ("total", "built", "failed", "skipped", "cached")
FOCUSED = "document.activeElement"


def card(page: browser.Page, kind: str) -> int:
    """The figure on a card of the head; a kind that did not occur has none."""
    text = page.evaluate("document.querySelector('[data-count=%s] .value')?.textContent ?? '0'" % kind)
    return int(text)


class ReportCase(ProgramCase):

    def report(self, run: synthetic_run.Run, name: str = "run") -> pathlib.Path:
        directory = self.work / name
        directory.mkdir()
        (directory / "events.jsonl").write_text(run.text())
        self.assert_ended(self.run_program("report", directory), 0)
        return directory / "report.html"

    def assert_refused(self, outcome: Outcome, words: str, code: int) -> None:
        self.assert_ended(outcome, code)
        self.assertIn(words, outcome.stderr)

    def check_nothing_left(self) -> None:
        """These tests use no engine, so there is none to look at."""


@unittest.skipUnless(browser.find(), "there is no Chromium on this machine")
class TestPage(ReportCase):

    def setUp(self) -> None:
        super().setUp()
        self.browser = self.enterContext(browser.Browser())

    def open(self, path: pathlib.Path, width: int = 1400, height: int = 900, dark: bool = False) -> browser.Page:
        return browser.Page(self.browser, path, width, height, dark)

    def assert_quiet(self, page: browser.Page, path: pathlib.Path) -> None:
        self.assertEqual(page.complaints(), [])
        self.assertEqual(page.requests(), [path.resolve().as_uri()])

    def assert_drawn(self, page: browser.Page, colours: int) -> None:
        picture = browser.Picture(page.screenshot())
        counted = picture.colours()
        self.assertGreater(len(counted), colours)
        self.assertLess(counted.most_common(1)[0][1], 0.97 * picture.width * picture.height, "almost one colour")

    def check(self, run: synthetic_run.Run) -> None:
        path = self.report(run)
        states = list(run.states.values())
        expected = {kind: states.count(kind) for kind in KINDS} | {"total": run.count}
        for width, height in ((1400, 900), (800, 600)):
            page = self.open(path, width, height)
            self.assertEqual({kind: card(page, kind) for kind in KINDS}, expected)
            self.assertEqual(page.evaluate("document.querySelectorAll('#package-rows tr').length"), run.count)
            self.assertEqual(page.evaluate("document.querySelectorAll('.build').length"), len(run.begun))
            self.assertEqual(page.evaluate("document.querySelectorAll('.failure').length"), states.count("failed"))
            self.assertFalse(page.evaluate("document.documentElement.scrollWidth > innerWidth"), "wider than the window")
            self.assert_drawn(page, 20)
            page.evaluate("document.querySelector('#timeline').scrollIntoView()")
            self.assert_drawn(page, 20)
            self.assert_quiet(page, path)

    def test_three_packages(self) -> None:
        self.check(synthetic_run.whole_run(3, failing=(2,)))

    def test_three_hundred_packages(self) -> None:
        run = synthetic_run.whole_run(300, failing=(140, 211), cached=tuple(range(0, 30, 2)))
        self.check(run)
        self.assertLess((self.work / "run" / "report.html").stat().st_size, 1000000)

    def test_a_run_that_is_going_on(self) -> None:
        run = synthetic_run.whole_run(3)
        whole = run.lines
        for lines in (len(whole) // 2, 3, 1):
            run.lines = whole[:lines]
            path = self.report(run, "part-%d" % lines)
            page = self.open(path)
            self.assertIn("Not finished", page.evaluate("document.querySelector('#badge').textContent"))
            self.assert_quiet(page, path)

    def test_events_of_an_older_version(self) -> None:
        """What they do not tell has no section."""
        run = synthetic_run.whole_run(3)
        new = ("run", "run_complete", "schedule", "package_expected", "package_phase", "load", "compiler_cache")
        run.lines = [line for line in run.lines if json.loads(line)["type"] not in new]
        path = self.report(run)
        page = self.open(path)
        self.assert_quiet(page, path)
        self.assertIn("Succeeded", page.evaluate("document.querySelector('#badge').textContent"))
        self.assertEqual(card(page, "built"), 3)
        self.assertTrue(page.evaluate("document.querySelector('#phases-part').hidden"))
        self.assertFalse(page.evaluate("document.querySelector('#timeline').hidden"))
        self.assertEqual(page.evaluate("document.querySelectorAll('.cpu, [data-count=ccache]').length"), 0)

    def test_an_interrupted_run(self) -> None:
        run = synthetic_run.whole_run(3)
        start = next(i for i, line in enumerate(run.lines) if '"package_start"' in line)
        run.lines = run.lines[:start + 1]
        name = json.loads(run.lines[-1])["name"]
        run.add(9000, "package_complete", name=name, success=False, stopped=True, ms=3000)
        run.add(9100, "build_complete", success=False, built=0, cached=0, failed=0, skipped=2, ms=9100)
        run.add(9200, "run_complete", state="interrupted", ms=9200, error="interrupted")
        page = self.open(self.report(run))
        self.assertIn("Interrupted", page.evaluate("document.querySelector('#badge').textContent"))
        self.assertEqual([card(page, kind) for kind in ("interrupted", "skipped", "failed")], [1, 2, 0])
        self.assertEqual(page.evaluate("document.querySelectorAll('.build.interrupted').length"), 1)

    def test_nothing_of_a_log_is_markup_or_script(self) -> None:
        path = self.report(synthetic_run.hostile_run())
        page = self.open(path)
        self.assert_quiet(page, path)
        self.assertEqual(card(page, "failed"), 3)
        self.assertEqual(page.evaluate("document.querySelectorAll('script').length"), 2)
        self.assertEqual(page.evaluate("document.querySelectorAll('img, iframe, [onerror], [href^=javascript]').length"), 0)
        self.assertIn("<script>alert(1)", page.evaluate("document.querySelector('.failure h3').textContent"))

    def test_each_dependency_is_drawn_once_unless_it_follows_from_others(self) -> None:
        """Of a package that needs all before it there is one line to the last of them."""
        run = synthetic_run.whole_run(100, deps=lambda i: list(range(i)))
        page = self.open(self.report(run))
        self.assertEqual(page.evaluate("document.querySelectorAll('.edge').length"), 99)
        self.assertEqual(page.evaluate("packages.map(unlocks)"), list(range(99, -1, -1)))

    def test_too_many_dependencies_are_not_drawn(self) -> None:
        run = synthetic_run.whole_run(200, deps=lambda i: list(range(100)) if i >= 100 else [])
        page = self.open(self.report(run))
        self.assertEqual(page.evaluate("document.querySelectorAll('.node').length"), 0)
        self.assertIn("too many", page.evaluate("document.querySelector('#nodes').textContent"))

    def test_the_policy_stops_a_foreign_script(self) -> None:
        """The second wall: what gets into the page after all does not run."""
        path = self.report(synthetic_run.whole_run(3))
        text = path.read_text()
        path.write_text(text.replace("</main>", "<script>document.title = 'owned'</script></main>"))
        page = self.open(path)
        self.assertNotEqual(page.evaluate("document.title"), "owned")
        self.assertTrue(any("Content Security Policy" in complaint for complaint in page.complaints()))

    def test_light_and_dark(self) -> None:
        path = self.report(synthetic_run.whole_run(3))
        grounds = []
        for dark in (False, True):
            page = self.open(path, dark=dark)
            grounds.append(browser.Picture(page.screenshot()).colours().most_common(1)[0][0])
        self.assertGreater(min(grounds[0]), 200)
        self.assertLess(max(grounds[1]), 60)
        page.evaluate("document.querySelector('#theme').click()")
        self.assertEqual(browser.Picture(page.screenshot()).colours().most_common(1)[0][0], grounds[0])

    def tab_to(self, page: browser.Page, condition: str) -> None:
        for _ in range(60):
            if page.evaluate(condition):
                return
            page.press("Tab")
        self.fail("Tab does not reach: " + condition)

    def test_the_table_is_sorted_by_keys(self) -> None:
        run = synthetic_run.whole_run(12, failing=(3,))
        path = self.report(run)
        page = self.open(path)
        first = "document.querySelector('#package-rows tr').dataset.package"
        self.tab_to(page, FOCUSED + ".matches('#package-head th:nth-child(2) button')")
        page.press("Enter")
        self.assertEqual(page.evaluate(first), min(run.names))
        self.assertEqual(page.evaluate(FOCUSED + ".parentElement.getAttribute('aria-sort')"), "ascending")
        page.press("Enter")
        self.assertEqual(page.evaluate(first), max(run.names))
        self.tab_to(page, FOCUSED + ".id == 'filter' || %s.className == 'name'" % FOCUSED)
        page.evaluate("document.querySelector('#filter').focus()")
        for letter in "failed":
            page.press(letter)
        self.assertEqual(page.evaluate(first), run.names[3])
        rows = page.evaluate("document.querySelectorAll('#package-rows tr').length")
        self.assertLess(rows, 12)
        self.assert_quiet(page, path)

    def test_a_bar_is_reached_by_keys(self) -> None:
        run = synthetic_run.whole_run(12)
        path = self.report(run)
        page = self.open(path)
        self.assertEqual(page.evaluate("document.querySelectorAll('.build[tabindex=\"0\"]').length"), 1)
        self.tab_to(page, FOCUSED + ".matches('.build')")
        first = page.evaluate(FOCUSED + ".getAttribute('aria-label')")
        self.assertFalse(page.evaluate("document.querySelector('#tip').hidden"))
        page.press("ArrowRight")
        second = page.evaluate(FOCUSED + ".getAttribute('aria-label')")
        self.assertNotEqual(first, second)
        tip = page.evaluate("document.querySelector('#tip').textContent")
        for word in (second.split(",")[0], "Waited for", "Unlocks", "Why built"):
            self.assertIn(word, tip)
        width = page.evaluate("document.querySelector('#lanes svg').clientWidth")
        page.press("+")
        self.assertGreater(page.evaluate("document.querySelector('#lanes svg').clientWidth"), width)
        self.assertEqual(page.evaluate(FOCUSED + ".getAttribute('aria-label')"), second)
        page.press("Enter")
        self.assertEqual(page.evaluate("document.querySelector('#selected h3').textContent"), second.split(",")[0])
        self.assertEqual(page.evaluate("document.querySelectorAll('.node.selected').length"), 1)
        page.press("Escape")
        self.assertTrue(page.evaluate("document.querySelector('#tip').hidden"))
        self.assert_quiet(page, path)


class TestCommand(ReportCase):

    def test_what_is_written_and_where(self) -> None:
        page = self.report(synthetic_run.whole_run(3))
        directory = page.parent
        self.assertEqual(sorted(path.name for path in directory.iterdir()), ["events.jsonl", "report.html", "trace.json"])
        by_file = self.run_program("report", directory / "events.jsonl", "--output", self.work / "page.html")
        self.assert_ended(by_file, 0)
        self.assertEqual(by_file.stdout.strip(), str(self.work / "page.html"))
        self.assertEqual((self.work / "page.html").read_bytes(), page.read_bytes())
        self.assertEqual(self.run_program("report", directory, "--output", "-").stdout.encode(), page.read_bytes())

    def test_a_workspace(self) -> None:
        self.output.mkdir(parents=True)
        (self.output / "events.jsonl").write_text(synthetic_run.whole_run(3).text())
        self.assert_ended(self.run_program("report", self.workspace), 0)
        self.assertTrue((self.output / "report.html").exists())

    def test_a_target_of_no_configuration(self) -> None:
        """A build with --platform alone has made it."""
        target = self.output / "targets/arm64"
        target.mkdir(parents=True)
        (target / "events.jsonl").write_text(synthetic_run.whole_run(3).text())
        for run in (self.workspace, self.output):
            self.assert_ended(self.run_program("report", run, "--target", "arm64"), 0)
            (target / "report.html").unlink()
        self.assert_refused(self.run_program("report", self.workspace, "--target", "riscv64"),
                            "targets/riscv64/events.jsonl does not exist", code=2)
        self.assert_refused(self.run_program("report", self.workspace), "name one with --target", code=2)

    def test_the_name_of_a_target_is_no_path(self) -> None:
        self.output.mkdir(parents=True)
        (self.output / "events.jsonl").write_text(synthetic_run.whole_run(3).text())
        (self.output / "targets/arm64").mkdir(parents=True)
        for name in ("..", "arm64/../..", ""):
            self.assert_refused(self.run_program("report", self.output, "--target", name),
                                "is not the name of a target", code=2)

    def test_the_trace_has_each_build_and_stage(self) -> None:
        run = synthetic_run.whole_run(12, failing=(3,))
        trace = json.loads((self.report(run).parent / "trace.json").read_text())["traceEvents"]
        builds = [event for event in trace if event.get("cat") == "package"]
        self.assertEqual(sorted(event["name"] for event in builds), sorted(run.names[i] for i in run.begun))
        self.assertEqual(len([event for event in trace if event.get("cat") == "stage"]), 6)
        self.assertTrue(any(event["ph"] == "C" for event in trace))
        for lane in {event["tid"] for event in builds}:
            spans = sorted((event["ts"], event["ts"] + event["dur"]) for event in builds if event["tid"] == lane)
            for (_, end), (begin, _) in zip(spans, spans[1:]):
                self.assertLessEqual(end, begin, "two builds at a time in one lane")

    def test_mistakes(self) -> None:
        directory = self.report(synthetic_run.whole_run(3)).parent
        events = directory / "events.jsonl"
        lines = events.read_text().splitlines()
        events.write_text("\n".join([*lines[:4], "no event", *lines[4:]]) + "\n")
        self.assert_refused(self.run_program("report", events), "%s:5" % events, code=1)
        self.assert_refused(self.run_program("report", self.work / "nowhere"), "nowhere does not exist", code=2)
        (self.work / "empty").mkdir()
        self.assert_refused(self.run_program("report", self.work / "empty"), "nothing was built there", code=2)
        (self.work / "empty/events.jsonl").touch()
        self.assert_refused(self.run_program("report", self.work / "empty"), "has no events yet", code=1)
        self.assert_refused(self.run_program("report", "/dev/null"), "/dev/null: it is not a regular file", code=1)
        self.assert_refused(self.run_program("report", directory, "--output", "-", "--open"), "--open needs a file", code=2)
        events.unlink()
        events.symlink_to("/etc/passwd")
        self.assert_refused(self.run_program("report", events), str(events), code=1)

    def test_only_a_regular_file_is_replaced(self) -> None:
        directory = self.report(synthetic_run.whole_run(3)).parent
        (self.work / "directory").mkdir()
        os.mkfifo(self.work / "pipe")
        (self.work / "link").symlink_to("nowhere")
        for name in ("directory", "pipe", "link"):
            path = self.work / name
            kind = path.lstat().st_mode
            self.assert_refused(self.run_program("report", directory, "--output", path),
                                "--output %s exists and is not a regular file" % path, code=2)
            self.assertEqual(path.lstat().st_mode, kind)
        self.assert_refused(self.run_program("report", directory, "--output", "/dev/null"), "/dev/null exists", code=2)

    def test_no_browser(self) -> None:
        directory = self.report(synthetic_run.whole_run(3)).parent
        outcome = self.run_program("report", directory, "--open",
                                   env={"XDG_DATA_DIRS": "/nowhere", "XDG_DATA_HOME": "/nowhere", "PATH": "/nowhere"})
        self.assert_refused(outcome, "open it in a browser: file://%s/report.html" % directory, code=1)

    def test_the_template_has_nothing_foreign(self) -> None:
        sources = TOP / "src/colcon-deb/report"
        page = self.report(synthetic_run.whole_run(3)).read_text()
        scripts = sorted((sources / "script").glob("*.js"))
        self.assertTrue(scripts)
        for path in (sources / "report.html", sources / "report.css", *scripts):
            text = path.read_text()
            for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "@import", "url(http"):
                self.assertNotIn(word, text, path.name)
            if path in scripts:
                self.assertIn(text, page, "it is not in the page: " + path.name)
