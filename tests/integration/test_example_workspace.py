# SPDX-License-Identifier: Apache-2.0
"""All of examples/workspace: built by root and by a user without rights, installed in a bare container, run."""
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import unittest

from engine import Engine
from support import (IMAGE, PREFIX, RUNTIME_IMAGE, STRANGER, TOP, ProgramCase, deb_fields, deb_files, events_of, give_to, is_root, owners,
                     read_events, snapshot)

EXAMPLE = TOP / "examples" / "workspace"
RUN_EXAMPLE = TOP / "tools" / "container" / "run-example.sh"
# A user of a robot says yes, and is root already.
USER = """
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes
export DEBIAN_FRONTEND=noninteractive
sudo() { "$@"; }
"""


def code_blocks(text):
    """The indented blocks of a Markdown file."""
    return [re.sub(r"(?m)^    ", "", block) for block in re.findall(r"(?m)(?:^    .*\n|^\n(?=    ))+", text)]


class ExampleCase(ProgramCase):
    def copy_example(self):
        shutil.copytree(EXAMPLE, self.workspace, symlinks=True)
        # The owner of the tree may have built there.
        shutil.rmtree(self.output, ignore_errors=True)

    def names_in_sources(self):
        names = [re.search(r"<name>\s*(\S+?)\s*</name>", path.read_text()).group(1)
                 for path in (self.workspace / "src").rglob("package.xml")
                 if not any((parent / "COLCON_IGNORE").exists() for parent in path.parents)]
        return sorted(names)


class TestExampleWorkspace(ExampleCase):
    """All of it built by root, and a part by a stranger, each looked at from all sides."""

    TAKES_LONG = TESTS_APART = True

    def check_output(self, outcome, before, names):
        self.assert_ended(outcome, 0)
        self.assertEqual(before, snapshot(self.workspace / "src"), "a build changed the sources")
        self.check_reports(names)
        self.check_packages(names)
        self.check_repository()

    def check_reports(self, names):
        events = read_events(self.output)
        types = [event["type"] for event in events if event.get("marker") == "progress"]
        self.assertEqual(["run", "run_complete"], [types[0], types[-1]])
        self.assertEqual(1, types.count("build_complete"))
        self.assertEqual(names, sorted(event["name"] for event in events_of(self.output, "plan_package")))
        started = [event["name"] for event in events_of(self.output, "package_start")]
        completed = events_of(self.output, "package_complete")
        self.assertEqual(names, sorted(started), "a package was started twice, or never")
        self.assertEqual(names, sorted(event["name"] for event in completed))
        self.assertEqual({"true"}, {str(event["success"]).lower() for event in completed})
        for name in names:
            self.assertGreater((self.output / "logs" / (name + ".log")).stat().st_size, 0)
        json.loads((self.output / "summary.json").read_text())
        json.loads((self.output / "trace.json").read_text())
        self.check_report(names)

    def check_report(self, names):
        """That of the run, which is that of its events."""
        page = (self.output / "report.html").read_text()
        for name in names:
            self.assertIn('"name":"%s"' % name, page)
        again = self.run_program("report", self.output, "--output", "-")
        self.assert_ended(again, 0)
        self.assertEqual(page, again.stdout)

    def check_packages(self, names):
        debs = {deb_fields(path)["Package"]: path for path in self.output.glob("debs/*.deb")}
        for name in names:
            self.assertTrue(any(deb.startswith("ros-rolling-" + name.replace("_", "-")) for deb in debs), (name, debs))
        for artifact in events_of(self.output, "artifact"):
            content = (self.output / artifact["path"]).read_bytes()
            self.assertEqual(int(artifact["size"]), len(content))
            self.assertEqual(artifact["sha256"], hashlib.sha256(content).hexdigest())
        for deb, path in debs.items():
            outside = [file for file in deb_files(path)
                       if not file.startswith(("/opt/ros/rolling/", "/usr/share/doc/", "/usr/lib/debug/"))]
            self.assertEqual([], outside, deb)

    def check_repository(self):
        suite = self.output / "apt" / "dists" / "bookworm"
        [index] = suite.glob("main/binary-*/Packages")
        packages = index.read_bytes()
        self.assertEqual(packages, gzip.decompress(index.with_suffix(".gz").read_bytes()))
        release = (suite / "Release").read_text()
        self.assertIn(hashlib.sha256(packages).hexdigest(), release)
        names = re.findall(r"^Filename: (.*)$", packages.decode(), re.MULTILINE)
        self.assertEqual(len(list(self.output.glob("debs/*.deb"))), len(names))
        for name in names:
            self.assertTrue((self.output / "apt" / name).is_file(), name)

    def test_as_root(self):
        if not is_root():
            self.skipTest("not root")
        self.copy_example()
        before = snapshot(self.workspace / "src")
        self.check_output(self.run_program("build", self.workspace, "--image", IMAGE), before, self.names_in_sources())
        self.assertEqual({(0, 0)}, owners(self.output))
        self.check_readme()
        self.check_readme_of_example()
        self.check_second_build(before)

    def check_second_build(self, before):
        """Again into the same output, a library and its user: the same packages, and saved files change nothing."""
        debs = self.read_debs()
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--force", "--packages-up-to", "lantern_core")
        self.assert_ended(outcome, 0)
        self.assertEqual(before, snapshot(self.workspace / "src"), "a build changed the sources")
        self.assertEqual(["lantern_core", "morse_table"],
                         sorted(event["name"] for event in events_of(self.output, "package_complete")))
        self.assertEqual(debs, self.read_debs())

    def read_debs(self):
        return {path.name: path.read_bytes() for path in self.output.glob("debs/*.deb")}

    def test_as_a_user_without_rights(self):
        if not is_root():
            self.skipTest("only root can run the program as another user")
        self.copy_example()
        give_to(self.workspace, STRANGER)
        before = snapshot(self.workspace / "src")
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--packages-up-to", "lantern_core", "lantern_py",
                                   user=STRANGER)
        self.check_output(outcome, before, ["lantern_core", "lantern_py", "morse_table"])
        self.assertEqual({(STRANGER, STRANGER)}, owners(self.workspace))

    def check_readme(self):
        """A robot does what the README says, line by line."""
        lines = re.findall(r"(?m)^    robot\$ (.*)$", (TOP / "README.md").read_text())
        self.assertEqual(["cp", "update", "install", "source"],
                         [next(word for word in line.split() if word in ("cp", "update", "install", "source")) for line in lines])
        script = "\n".join(lines).replace("jazzy", "rolling").replace("ros-rolling-my-robot", "ros-rolling-harbor-banner")
        script += "\n%s/lib/harbor_banner/harbor_banner Aurora\n" % PREFIX
        repository = self.output.resolve() / "apt"
        self.run_on_robot(script, "Welcome, Aurora.", binds=["%s:%s:ro" % (repository, repository)], workdir=str(repository))

    def check_readme_of_example(self):
        """It installs all six packages, so every program is run there."""
        # The blocks are: build, install, run.
        build, *blocks = code_blocks((EXAMPLE / "README.md").read_text())
        self.assertIn("colcon-deb build", build)
        self.run_on_robot("\n".join([*blocks, "sh /run-example.sh"]), "Welcome, Ada.", "red", "all of the example runs",
                          binds=["%s:/source/examples/workspace:ro" % self.workspace.resolve(),
                                 "%s:/run-example.sh:ro" % RUN_EXAMPLE], workdir="/source")

    def run_on_robot(self, script, *said, **options):
        result = Engine().run(RUNTIME_IMAGE, ["bash", "-ec", USER + script], **options)
        self.assertEqual(0, result.code, "%s\n%s" % (script, result))
        for text in said:
            self.assertIn(text, result.stdout)


class TestList(ExampleCase):
    def test_order(self):
        self.copy_example()
        outcome = self.run_program("list", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        for name in self.names_in_sources():
            self.assertRegex(outcome.stdout, r"(?m)\b%s\b" % re.escape(name))
        self.assertFalse(self.output.exists(), "list wrote an output")

    def test_json(self):
        self.copy_example()
        outcome = self.run_program("list", self.workspace, "--image", IMAGE, "--json")
        self.assert_ended(outcome, 0)
        for line in outcome.stdout.splitlines():
            json.loads(line)


class TestValidate(ExampleCase):
    def test_all_is_well(self):
        self.copy_example()
        outcome = self.run_program("validate", self.workspace, "--image", IMAGE)
        self.assert_ended(outcome, 0)

    def test_no_engine(self):
        self.copy_example()
        outcome = self.run_program("validate", self.workspace, "--image", IMAGE,
                                   "--host", "unix:///nowhere/engine.sock")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "/nowhere/engine.sock")


class TestHelp(ProgramCase):
    def test_version(self):
        outcome = self.run_program("--version")
        self.assert_ended(outcome, 0)
        self.assertRegex(outcome.stdout, r"\d+\.\d+\.\d+")

    def test_help_of_every_command(self):
        for command in ("build", "list", "validate"):
            with self.subTest(command=command):
                outcome = self.run_program(command, "--help")
                self.assert_ended(outcome, 0)
                self.assertIn("--image", outcome.stdout)

    def test_help_goes_through_a_pipe_that_closes(self):
        process = subprocess.run("%s build --help | head -n 1" % self.command([])[0], shell=True, capture_output=True,
                                 text=True, env=self.environment())
        self.assertEqual("", process.stderr)


if __name__ == "__main__":
    unittest.main()
