# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import unittest

from support import HELPERS, SCRIPTS, InDirectory

from colcon_deb.base.protocol import parse_line

# What every image with a shell has; no Python, no Debian tools.
BARE = ("sh", "awk", "cat", "date", "dirname", "printf", "uname", "rm", "mkdir", "tr")


class BareImage(InDirectory):
    def run_in_bare_image(self, *command, extra=()):
        tools = os.path.join(self.directory, "bin")
        os.makedirs(tools, exist_ok=True)
        for name in BARE + tuple(extra):
            path = shutil.which(name)
            if path and not os.path.exists(os.path.join(tools, name)):
                os.symlink(path, os.path.join(tools, name))
        return subprocess.run([shutil.which("sh"), *command], env={"PATH": tools, "ROS_DISTRO": "rolling", "HOST_UID": "1000"},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)

    def test_everything_missing_is_named_with_its_package(self):
        answer = self.run_in_bare_image(os.path.join(HELPERS, "check-requirements.sh"))
        self.assertEqual((answer.returncode, answer.stderr), (1, ""))
        lines = [line.split("\t") for line in answer.stdout.splitlines()]
        self.assertTrue(all(len(line) == 3 and line[0] == "missing" for line in lines), lines)
        packages = {what: package for _missing, what, package in lines}
        self.assertEqual(packages["python3"], "python3")
        self.assertEqual(packages["dpkg-buildpackage"], "dpkg-dev")
        self.assertEqual(packages["apt-ftparchive"], "apt-utils")
        self.assertNotIn("awk", packages)

    def test_modules_are_looked_for(self):
        answer = self.run_in_bare_image(os.path.join(HELPERS, "check-requirements.sh"), extra=["python3"])
        self.assertNotIn("missing\tpython3\t", answer.stdout)

    def test_entry_point_says_it_in_events(self):
        answer = self.run_in_bare_image(os.path.join(SCRIPTS, "entrypoint.sh"))
        self.assertEqual((answer.returncode, answer.stderr), (1, ""))
        events = [parse_line(line) for line in answer.stdout.splitlines()]
        self.assertNotIn(None, events)
        self.assertEqual([fields.get("type") for _marker, fields in events],
                         ["hello", "stage", None, "stage_complete", "build_complete"])
        message = events[2][1]["msg"]
        self.assertIn("lacks ", message)
        self.assertIn("apt-get install", message)
        self.assertEqual(events[-1][1]["success"], "false")


class ShellFiles(unittest.TestCase):
    def files(self):
        names = [os.path.join(SCRIPTS, "entrypoint.sh")]
        return names + [os.path.join(HELPERS, name) for name in sorted(os.listdir(HELPERS)) if name.endswith(".sh")]

    def test_they_are_posix(self):
        for path in self.files():
            subprocess.run(["sh", "-n", path], check=True)
            with open(path, encoding="utf-8") as stream:
                self.assertEqual(stream.readline(), "#!/bin/sh\n")

    @unittest.skipUnless(shutil.which("shellcheck"), "needs shellcheck")
    def test_shellcheck(self):
        answer = subprocess.run(["shellcheck", *self.files()], stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(answer.stdout, "")

    def test_everything_that_is_run_may_be_run(self):
        for name in os.listdir(HELPERS):
            if name.endswith((".sh", ".py")):
                self.assertTrue(os.access(os.path.join(HELPERS, name), os.X_OK), name)


if __name__ == "__main__":
    unittest.main()
