# SPDX-License-Identifier: Apache-2.0
"""A build can put anything at any name in its output. The next build has the same packages, or says in one sentence what
to remove, and no file of the user is touched.

docs/files.md lists the names. Each kind of entry is planted at all of them, one after the other: what a build has mended
meets the next kind.
"""
import hashlib
import os
import subprocess
import unittest

from support import IMAGE, STRANGER, ProgramCase, add_package, events_of, is_root

RULES = "heron-dep: {debian: [bash]}\n"
STATE = ".colcon-deb/"
# Names of the program's own: whatever a build has put there goes.
OWN = [
    ".apt.lock", ".apt.making", ".apt.new", ".apt.old", ".events.jsonl.tmp", ".summary.json.tmp", "events.jsonl", "summary.json",
    "report.html", ".report.html.tmp", "trace.json", ".trace.json.tmp",
    "debs/CONTENTS", "debs/CONTENTS.tmp", "debs/x_1.0_all.deb.tmp", "logs/stage.prepare.log", "logs/heron.log",
    "logs/stage.dependencies.log", STATE + "state.json", STATE + "state.json.tmp", STATE + "versions.json",
    STATE + "versions.json.tmp", STATE + "sources", STATE + ".sources.tmp", STATE + "overrides", STATE + "commits",
    STATE + "last-build.json", STATE + "layer.json", STATE + "paths"]
# Entries that are no packages, at names that packages could have: they stay, and leave no trace.
STRANGERS = ["debs/x.deb", "debs/ros-rolling-heron_9.0_all.deb", "debs/notes"]
# Directories of the program's, in whose place the user may have put something.
DIRECTORIES = ["debs", "logs", "test-results", "apt", ".colcon-deb", "targets"]


# Trees of 1,500 directories take a while to make; shutil.rmtree() and os.walk() cannot handle them.
DEEP = [".apt.making", ".apt.new", "summary.json", "debs/x.deb", "logs/heron.log", STATE + "state.json.tmp"]


def plant_directory(path, rules, _round):
    name = str(path.relative_to(rules.parents[1] / "output"))
    subprocess.run(["mkdir", "-p", str(path) + "/d" * (1500 if name in DEEP else 2)], check=True)


def plant_link(path, rules, round):
    # To a file of the user, as the host has it and as the container has it.
    path.symlink_to("/workspace/debian_dirs/rosdep.yaml" if round else rules)


def plant_dangling_link(path, _rules, _round):
    path.symlink_to("/nowhere/at/all")


def plant_pipe(path, _rules, _round):
    os.mkfifo(path)


def plant_file(path, _rules, _round):
    path.write_text("[" * 400000)


# Planting it a second time plants something else.
TWO_FORMS = [plant_link]
KINDS = [plant_directory, plant_link, plant_dangling_link, plant_pipe, plant_file]


class Planted(ProgramCase):
    """As root; below as another user."""

    TAKES_LONG = True
    user = None

    def setUp(self):
        super().setUp()
        if self.user and not is_root():
            self.skipTest("only root can be another user")
        add_package(self.workspace, "heron")
        self.rules = self.workspace / "debian_dirs" / "rosdep.yaml"
        self.rules.parent.mkdir()
        self.rules.write_text(RULES)
        self.output.mkdir()
        self.own()
        # What removes the directory of the test cannot remove a deep tree.
        self.addCleanup(subprocess.run, ["rm", "-rf", str(self.workspace)], check=True)
        self.assert_ended(self.build(), 0)
        self.digests = self.packages()

    def own(self):
        if self.user:
            subprocess.run(["chown", "-hR", "%d:%d" % (self.user, self.user), str(self.workspace)], check=True)

    def build(self):
        return self.run_program("build", self.workspace, "--image", IMAGE, user=self.user, timeout=120)

    def packages(self):
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in self.output.glob("debs/ros-*.deb") if "debs/" + path.name not in STRANGERS}

    def plant(self, kind, names, round):
        subprocess.run(["rm", "-rf", *(str(self.output / name) for name in names)], check=True)
        for name in names:
            kind(self.output / name, self.rules, round)
        self.own()

    def assert_same_packages(self):
        self.assertEqual(RULES, self.rules.read_text())
        self.assertEqual(self.digests, self.packages())
        self.assertEqual(["heron"], [event["name"] for event in events_of(self.output, "plan_package")])
        for name in [".apt.making", ".apt.new", ".apt.old"]:
            self.assertFalse(os.path.lexists(self.output / name), name)
        self.assertTrue((self.output / "summary.json").is_file())
        indexes = [path.read_text() for path in self.output.glob("apt/dists/*/main/*/Packages")]
        self.assertEqual([1], [text.count("Package: ros-rolling-heron\n") for text in indexes])

    def test_at_names_of_the_programs_own(self):
        for kind in KINDS:
            for round in range(1 + (kind in TWO_FORMS)):
                with self.subTest(kind.__name__, round=round):
                    self.plant(kind, OWN + STRANGERS, round)
                    outcome = self.build()
                    self.assert_ended(outcome, 0)
                    self.assertNotRegex(outcome.text, "(?i)space|internal error|Errno")
                    self.assert_same_packages()
        subprocess.run(["rm", "-rf", *(str(self.output / name) for name in STRANGERS)], check=True)

    def test_in_the_place_of_a_directory(self):
        away = self.work / "away"
        for name in DIRECTORIES:
            # Only a build that tests makes test-results.
            (self.output / name).mkdir(exist_ok=True)
            self.own()
            (self.output / name).rename(away)
            for kind in KINDS[1:]:
                with self.subTest(name, kind=kind.__name__):
                    for round in range(2):
                        self.plant(kind, [name], round)
                        outcome = self.build()
                        self.assert_ended(outcome, 1)
                        self.assertRegex(outcome.text, r"\A\S+: .*/output/%s is (a link to|a file|neither).*; colcon-deb "
                                                       r"makes a directory there: remove it\n\Z" % name)
                        self.assertEqual(RULES, self.rules.read_text())
            (self.output / name).unlink()
            away.rename(self.output / name)


class PlantedAsAnotherUser(Planted):
    user = STRANGER


if __name__ == "__main__":
    unittest.main()
