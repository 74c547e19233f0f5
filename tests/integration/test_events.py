# SPDX-License-Identifier: Apache-2.0
"""What a build reports while it runs (docs/protocol.md): order, reasons, phases, load, and where an error is."""
import json
import shutil
import unittest

from support import IMAGE, TOP, ProgramCase

EXAMPLE = TOP / "examples" / "workspace"
PHASES = {
    "lantern_core": ["copy", "configure", "compile", "install", "shlibdeps", "pack", "check", "publish"],
    "harbor_charts": ["copy", "configure", "compile", "install", "pack", "check", "publish"],
    # By dpkg-buildpackage.
    "harbor_banner": ["copy", "configure", "compile", "install", "pack", "check", "publish"],
}


class TestEvents(ProgramCase):
    TAKES_LONG = True

    def setUp(self):
        super().setUp()
        shutil.copytree(EXAMPLE, self.workspace, symlinks=True)
        shutil.rmtree(self.output, ignore_errors=True)

    def build(self, *options, code=0):
        """The events of the container, in order."""
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--json", *options)
        self.assert_ended(outcome, code)
        events = [json.loads(line) for line in outcome.stdout.splitlines()]
        return [event for event in events if event["marker"] == "progress"]

    @staticmethod
    def of(events, kind):
        return [event for event in events if event["type"] == kind]

    def edit(self, path, old, new):
        path = self.workspace / "src" / path
        text = path.read_text()
        self.assertIn(old, text)
        path.write_text(text.replace(old, new))

    def reasons(self, events):
        return {event["name"]: event["reason"] for event in self.of(events, "package_start")}

    def test_a_workspace_that_changes(self):
        first = self.build()
        self.check_announcements(first, measured=False)
        self.assertEqual(set(self.reasons(first).values()), {"new"})
        self.assertEqual(len(self.reasons(first)), 6)
        self.check_phases(first)
        self.check_progress(first)
        self.check_load(first)

        self.edit("lantern_core/src/flashes.cpp", '" / "', '" // "')
        second = self.build()
        self.check_announcements(second, measured=True)
        self.assertEqual(self.reasons(second), {"lantern_core": "source changed", "lantern_signal": "lantern_core changed",
                                                "harbor_banner": "lantern_core and lantern_signal changed"})
        # An installed package of the first build is needed.
        self.assertEqual(self.phases(second, "lantern_core")[0], "needs")

        self.edit("lantern_core/src/flashes.cpp", "return result;", "return nothing;")
        third = self.build("--verbose", code=1)
        [failed] = [event for event in self.of(third, "package_complete") if not event["success"]]
        self.assertEqual({key: failed.get(key) for key in ("name", "stopped", "file", "line")}, {
            "name": "lantern_core", "stopped": None, "file": "src/lantern_core/src/flashes.cpp", "line": 26})
        self.assertTrue(failed["error"].startswith("src/lantern_core/src/flashes.cpp:26:"), failed["error"])
        self.assertEqual(self.phases(third, "lantern_core"), ["needs", "copy", "configure", "compile"])
        self.assertIn("dh_auto_build", [event["msg"] for event in self.of(third, "package_output")])

    def check_announcements(self, events, measured):
        [schedule] = self.of(events, "schedule")
        expected = self.of(events, "package_expected")
        self.assertGreaterEqual(schedule["slots"], 1)
        self.assertGreaterEqual(schedule["cores"], 1)
        self.assertEqual(schedule["total"], len(expected))
        self.assertEqual({event["measured"] for event in expected}, {measured})
        self.assertLessEqual(set(self.reasons(events)), {event["name"] for event in expected})
        kinds = [event["type"] for event in events]
        last = max(number for number, kind in enumerate(kinds) if kind == "package_expected")
        self.assertLess(kinds.index("schedule"), kinds.index("package_expected"))
        self.assertLess(last, kinds.index("package_start"))

    def phases(self, events, name):
        # Whether a package waits for another one depends on the moment.
        found = [event["phase"] for event in self.of(events, "package_phase") if event["name"] == name]
        return [phase for number, phase in enumerate(found)
                if phase != "wait" and not (number and found[number - 1] == "wait" and phase in found[:number])]

    def check_phases(self, events):
        for name, expected in PHASES.items():
            with self.subTest(name):
                self.assertEqual(self.phases(events, name), expected)

    def check_progress(self, events):
        """All of a package lies between its start and its end."""
        building = set()
        for event in events:
            kind = event["type"]
            if kind == "package_start":
                building.add(event["name"])
            elif kind == "package_complete":
                building.remove(event["name"])
            elif kind in ("package_phase", "package_progress"):
                self.assertIn(event["name"], building)
        progress = self.of(events, "package_progress")
        self.assertTrue(progress)
        for event in progress:
            self.assertLessEqual(len(str(event.get("output", ""))), 300)
            self.assertNotIn("/workspace/", str(event.get("output", "")))

    def check_load(self, events):
        """An engine may have no control groups."""
        stage = None
        for event in events:
            if event["type"] == "stage":
                stage = event["value"]
            elif event["type"] == "load":
                self.assertIn(stage, ("prepare", "build", "repository"))
                self.assertGreaterEqual(event["cpu"], 0)
                self.assertGreater(event["memory"], 0)
        self.assertEqual(events[-1]["type"], "run_complete")


if __name__ == "__main__":
    unittest.main()
