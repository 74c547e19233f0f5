# SPDX-License-Identifier: Apache-2.0
"""A build in which nothing has changed starts no container, and reports the same packages as one that does."""
import json
import os
import shutil
import time
import unittest

import quick_build
from support import IMAGE, ProgramCase, add_package, read_events, snapshot, workspace_debs

class IncrementalCase(ProgramCase):
    def setUp(self):
        super().setUp()
        self.scripts = self.work / "scripts"
        self.entrypoint = quick_build.copy_scripts(self.scripts)

    def build_quickly(self):
        self.entrypoint.write_text(quick_build.ENTRYPOINT)

    def events(self, *options, **keywords):
        """The events of a build that succeeds."""
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--json", *options, **keywords)
        self.assert_ended(outcome, 0)
        return [json.loads(line) for line in outcome.stdout.splitlines()]

    @staticmethod
    def count(events, kind, **fields):
        return sum(event.get("type") == kind and fields.items() <= event.items() for event in events)

    def assert_built(self, events):
        self.assertGreater(self.count(events, "package_start"), 0, "no container has built anything")

    def assert_unchanged(self, events):
        self.assertEqual(0, self.count(events, "stage") + self.count(events, "package_start"), "a container was started")
        self.assertEqual(1, self.count(events, "build_complete", success=True, built=0, failed=0, skipped=0))
        self.assertEqual(self.count(events, "plan_package"), self.count(events, "package_skip", reason="cached"))


class TestRealBuild(IncrementalCase):
    def test_it_is_not_repeated(self):
        # The container counts its starts.
        starts = self.output / "starts"
        self.entrypoint.write_text(self.entrypoint.read_text().replace("\n", "\necho started >>/workspace/output/starts\n", 1))
        add_package(self.workspace, "first")
        add_package(self.workspace, "second", depends=["first"])
        built = self.events()
        self.assert_built(built)
        before, said = snapshot(self.output), read_events(self.output)

        unchanged = self.events()
        self.assert_unchanged(unchanged)
        self.assertEqual("started\n", starts.read_text())
        for kind, field in (("plan_package", "name"), ("artifact", "sha256"), ("repository", "count")):
            with self.subTest(kind):
                self.assertEqual(*({event[field] for event in events if event.get("type") == kind}
                                   for events in (built, unchanged)))
        self.assertEqual(said, read_events(self.output), "the events of the build that did something are kept")
        summary = json.loads((self.output / "summary.json").read_text())
        self.assertTrue(summary["success"])
        self.assertEqual((2, 2, 0), tuple(summary["counts"][name] for name in ("total", "cached", "skipped")))
        self.assertEqual({"cached"}, {package["state"] for package in summary["packages"]})
        after = snapshot(self.output)
        changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        lists = {".colcon-deb/%s" % name for name in ("sources", "overrides", "helpers")}
        self.assertLessEqual(changed, {"summary.json", ".colcon-deb", *lists})

        outcome = self.run_program("build", self.workspace, "--image", IMAGE)
        self.assertRegex(outcome.stdout, r"\ANothing has changed: 2 packages are up to date \(\d\.\d\d s\)\n\Z")


class TestWhatCounts(IncrementalCase):
    def setUp(self):
        super().setUp()
        self.build_quickly()
        add_package(self.workspace, "first")
        add_package(self.workspace, "second")
        self.assert_built(self.events())
        self.manifest = self.workspace / "src" / "first" / "package.xml"

    def test_touched(self):
        os.utime(self.manifest, (1, 1))
        self.assert_unchanged(self.events())

    def test_changed_and_back(self):
        text = self.manifest.read_text()
        self.manifest.write_text(text + "<!-- changed -->\n")
        self.assert_built(self.events())
        self.assert_unchanged(self.events())
        self.manifest.write_text(text)
        self.assert_built(self.events())

    def test_mode_and_new_files(self):
        self.manifest.chmod(0o755)
        self.assert_built(self.events())
        (self.manifest.parent / "empty").mkdir()
        self.assert_built(self.events())
        (self.manifest.parent / ".git").mkdir()
        (self.manifest.parent / ".git" / "index").write_text("x")
        self.assert_unchanged(self.events())

    def test_configuration(self):
        self.assert_unchanged(self.events("--jobs", "1"))
        self.assert_built(self.events("--env", "TOKEN=secret"))
        for path in (self.output / ".colcon-deb").iterdir():
            self.assertNotIn("secret", path.read_text())

    def test_helpers(self):
        self.entrypoint.write_text(quick_build.ENTRYPOINT + "# newer\n")
        self.assert_built(self.events())

    def test_what_was_made(self):
        workspace_debs(self.output)[0].unlink()
        self.assert_built(self.events())
        shutil.rmtree(self.output / "apt")
        self.assert_built(self.events())

    def test_force(self):
        self.assert_built(self.events("--force"))
        self.assert_unchanged(self.events())

    def test_a_build_that_fails(self):
        self.entrypoint.write_text("#!/bin/sh\nexit 1\n")
        self.assert_ended(self.run_program("build", self.workspace, "--image", IMAGE), 1)
        self.build_quickly()
        self.assert_built(self.events())

    def test_part(self):
        part = self.events("--packages-select", "second")
        self.assert_unchanged(part)
        self.assertEqual(["second"], [event["name"] for event in part if event["type"] == "plan_package"])
        # A build of a part does not say which other packages are up to date.
        self.manifest.chmod(0o755)
        self.assert_built(self.events("--packages-select", "second"))
        self.assert_built(self.events())

    def test_spoilt_state(self):
        for path in (self.output / ".colcon-deb").iterdir():
            path.write_bytes(os.urandom(1000))
        self.assert_built(self.events())
        self.assert_unchanged(self.events())


class TestSelection(IncrementalCase):
    def test_the_container_is_told(self):
        self.entrypoint.write_text(
            "#!/bin/sh\nfor name in PACKAGES_SELECT PACKAGES_UP_TO PACKAGES_ABOVE FORCE SOURCE_LIST BASE_IMAGE; do\n"
            "    eval echo $name=\\$$name\ndone\n"
            "head -1 /workspace/output/.colcon-deb/sources\nexit 1\n")
        add_package(self.workspace, "first")
        outcome = self.run_program("build", "--image", IMAGE, "--force", "--packages-select", "a", "b",
                                   "--packages-above", "c", self.workspace, "-v")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "PACKAGES_SELECT=a b\n", "PACKAGES_UP_TO=\n", "PACKAGES_ABOVE=c\n", "FORCE=1\n",
                         "SOURCE_LIST=1\n", r"BASE_IMAGE=sha256:[0-9a-f]{64}\n", r"colcon-deb-sources 1 \d+ [0-9a-f]{64}\n")

    def test_what_is_no_name(self):
        add_package(self.workspace, "first")
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--packages-select", "a;b")
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, "is not the name of a package")


class TestLargeWorkspace(IncrementalCase):
    # It measures time.
    RUNS_ALONE = True

    def test_a_hundred_packages_take_no_time(self):
        """100 packages of 100 files. The bound is loose, for busy machines; bench/build/unchanged.py measures."""
        self.build_quickly()
        quick_build.make_large_workspace(self.workspace)
        self.assert_built(self.events())
        # Files as young as the list are read once more; wait until they are older.
        time.sleep(2.1)
        self.assert_unchanged(self.events())
        outcomes = [self.run_program("build", self.workspace, "--image", IMAGE) for _attempt in range(3)]
        self.assertLess(min(outcome.seconds for outcome in outcomes), 1)
        self.assertIn("Nothing has changed: 100 packages are up to date", outcomes[0].stdout)


if __name__ == "__main__":
    unittest.main()
