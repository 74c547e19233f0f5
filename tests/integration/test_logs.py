# SPDX-License-Identifier: Apache-2.0
"""colcon-deb logs: the logs of the last build, and of one that is at work."""
import json
import os
import re
import signal

from support import IMAGE, ProgramCase, add_package

LOUD = "add_custom_target(speak ALL COMMAND cat ${CMAKE_CURRENT_SOURCE_DIR}/words)"
SLOW = "add_custom_target(wait ALL COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/wait.sh)"
WAIT = "i=0; while [ $i -lt 240 ]; do i=$((i+1)); echo tick $i; sleep 0.25; done\n"


class Logs(ProgramCase):
    def setUp(self):
        super().setUp()
        (add_package(self.workspace, "quick", cmake=LOUD) / "words").write_text("\x1b[31mred\x1b[0m\n")
        (self.workspace / "colcon-deb.yaml").write_text("docker: {image: %s}\nros_distro: rolling\n" % IMAGE)

    def logs(self, *arguments, **options):
        return self.run_program("logs", "-w", self.workspace, *arguments, timeout=120, **options)

    def stop(self, process):
        if process.poll() is None:
            process.kill()
            process.communicate()
            self.wait_for_no_container(30)

    def test_the_last_build(self):
        add_package(self.workspace, "broken", cmake="message(FATAL_ERROR the_lamp_is_out)")
        add_package(self.workspace, "after", depends=["broken"])
        self.assert_ended(self.run_program("build", self.workspace), 1)

        outcome = self.logs()
        self.assert_ended(outcome, 0)
        rows = {line.split()[0]: re.split(r"  +", line.strip()) for line in outcome.stdout.splitlines()}
        self.assertEqual({name: row[1] for name, row in rows.items()}, {"quick": "built", "broken": "failed", "after": "skipped"})
        self.assertEqual(rows["quick"][4], str(self.output / "logs" / "quick.log"))
        self.assertRegex(rows["quick"][3], r"^\d+ \w+ ago$")
        entries = [json.loads(line) for line in self.logs("--json").stdout.splitlines()]
        self.assertEqual({entry["name"]: entry["result"] for entry in entries},
                         {"quick": "built", "broken": "failed", "after": "skipped"})

        self.assert_ended(self.logs("--json", "quick"), 2)
        outcome = self.logs("quick")
        self.assert_ended(outcome, 0)
        self.assertIn("\nred\n", outcome.stdout)
        self.assertNotIn("\x1b", outcome.stdout)
        self.assertIn(b"\x1b[31mred", (self.output / "logs" / "quick.log").read_bytes())

        outcome = self.logs("--failed")
        self.assert_ended(outcome, 0)
        self.assertTrue(outcome.stdout.startswith("==> broken\n"), outcome)
        self.assertIn("the_lamp_is_out", outcome.stdout)
        self.assertNotIn("\nred\n", outcome.stdout)

        outcome = self.logs("after")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, r"after has no log: the last build has not built it \(skipped because of broken\)")
        # There is nothing more to wait for.
        self.assertIn("the_lamp_is_out", self.logs("-f", "broken").stdout)

    def test_a_running_build(self):
        (add_package(self.workspace, "slow", depends=["quick"], cmake=SLOW) / "wait.sh").write_text(WAIT)
        build = self.start("build", self.workspace, "--json")
        self.addCleanup(self.stop, build)
        already = self.read_until(build, rb'"package_phase".*"slow".*"compile"')
        rows = self.logs().stdout
        self.assertRegex(rows, r"(?m)^quick +built ")
        self.assertRegex(rows, r"(?m)^slow +building ")
        # Of a package that has ended nothing more comes.
        self.assertIn("\nred\n", self.logs("-f", "quick").stdout)

        everything = self.start("logs", "-f", "-w", self.workspace)
        self.read_until(everything, rb"(?m)^slow \| tick \d+$", 60)
        one = self.start("logs", "-f", "slow", "-w", self.workspace)
        # From its first line on, though it was begun later.
        self.assertIn(b"debian/rules", self.read_until(one, rb"(?m)^tick 12$", 60))
        os.killpg(build.pid, signal.SIGINT)
        self.assertEqual(self.finish(build, already=already).code, 130)
        self.assert_ended(self.finish(one), 0)
        self.assert_ended(self.finish(everything), 0)
        self.assertRegex(self.logs().stdout, r"(?m)^slow +(interrupted|failed) ")

    def test_wrong_command_lines(self):
        outcome = self.logs()
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, r"output/events\.jsonl does not exist, so nothing was built there")
        self.assert_ended(self.run_program("build", self.workspace), 0)
        for arguments, text in ((["quikc"], r'the last build has no package "quikc"; did you mean quick\?'),
                                (["--failed", "quick"], "--failed shows the logs of all failed packages"),
                                (["--failed", "-f"], "--failed and --follow exclude each other")):
            outcome = self.logs(*arguments)
            self.assert_ended(outcome, 2)
            self.assert_says(outcome, text)
        self.assertIn("no package failed", self.logs("--failed").stderr)


if __name__ == "__main__":
    import unittest

    unittest.main()
