# SPDX-License-Identifier: Apache-2.0
"""Two users and one output: the second is told before anything changes, and files of others stay theirs."""
import os
import shutil
import subprocess
import unittest

from support import IMAGE, STRANGER, ProgramCase, add_package, is_root, snapshot

OTHER = STRANGER + 1


@unittest.skipUnless(is_root(), "only root can be two users")
class SecondUser(ProgramCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "heron")
        os.chown(self.workspace, STRANGER, STRANGER)

    def build(self, user, *options, **more):
        return self.run_program("build", self.workspace, "--image", IMAGE, *options, user=user, **more)

    def give(self, path, uid, mode):
        os.chown(path, uid, uid)
        os.chmod(path, mode)

    def assert_refused(self, outcome, path, before):
        self.assert_ended(outcome, 1)
        self.assertRegex(outcome.text, r"\A\S+: %s belongs to %d \(uid %d\), and %d cannot (write to|replace) it; choose "
                         r"another directory with --output-dir, or take it over: sudo chown -R %d %s\n\Z"
                         % (path, STRANGER, STRANGER, OTHER, OTHER, path))
        self.assertEqual(before, snapshot(self.workspace))

    def test_a_second_user_is_refused(self):
        self.assert_ended(self.build(STRANGER), 0)
        for open_to_all in ([], ["."], [".", "debs"], [".", "debs", "logs"], [".", "debs", "logs", ".colcon-deb"]):
            refused = [name for name in (".", "debs", "logs", ".colcon-deb", "apt") if name not in open_to_all][0]
            for name in open_to_all:
                os.chmod(self.output / name, 0o777)
            before = snapshot(self.workspace)
            with self.subTest(refused):
                for _ in range(2):
                    self.assert_refused(self.build(OTHER, "--debian-dirs", self.temporary), self.output / refused, before)
        os.chmod(self.output / "apt", 0o777)
        os.chmod(self.output / "debs", 0o1777)
        before = snapshot(self.workspace)
        self.assert_refused(self.build(OTHER, "--debian-dirs", self.temporary), self.output / "debs/CONTENTS", before)

    def test_sudo_counts_as_its_caller(self):
        self.output.mkdir()
        self.give(self.output, STRANGER, 0o755)
        before = snapshot(self.workspace)
        sudo = {"SUDO_UID": str(OTHER), "SUDO_GID": str(OTHER)}
        self.assert_refused(self.build(None, env=sudo), self.output, before)

    def test_a_check_refuses_what_a_build_refuses(self):
        """And makes nothing."""
        for plant in (lambda: self.give(self.output, STRANGER, 0o755), lambda: (self.output / "debs").touch(),
                      lambda: (self.workspace / "debian_dirs").symlink_to("nowhere")):
            self.output.mkdir()
            self.give(self.output, OTHER, 0o755)
            plant()
            before = snapshot(self.workspace)
            build = self.build(OTHER)
            check = self.run_program("validate", self.workspace, "--image", IMAGE, user=OTHER)
            self.assertEqual(before, snapshot(self.workspace))
            self.assertEqual((build.code, check.code), (build.code, build.code or 1))
            self.assertIn(build.stderr[len("colcon-deb: "):].strip(), check.text)
            shutil.rmtree(self.output)

    def test_root_says_that_it_takes_over(self):
        self.output.mkdir()
        self.give(self.output, STRANGER, 0o755)
        outcome = self.build(None)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "%s belongs to the user %d, and what root makes there" % (self.output, STRANGER))

    def test_files_of_another_user_stay(self):
        self.output.mkdir()
        self.give(self.output, STRANGER, 0o755)
        for place in (self.output, self.workspace / "debian_dirs"):
            place.mkdir(exist_ok=True)
            self.give(place, STRANGER, 0o755)
            for name, uid in (("theirs", OTHER), ("roots", 0)):
                path = place / name
                path.write_text("secret")
                self.give(path, uid, 0o600)
            (place / "directory").mkdir()
            (place / "directory" / "program").write_text("secret")
            self.give(place / "directory" / "program", OTHER, 0o4711)
            self.give(place / "directory", OTHER, 0o700)
        before = {name: entry for name, entry in snapshot(self.workspace).items() if entry[1] == OTHER}
        deep = str(self.output / "deep")
        subprocess.run(["mkdir", "-p", deep + "/d" * 1500], check=True)
        self.addCleanup(subprocess.run, ["rm", "-rf", deep], check=True)
        outcome = self.build(STRANGER)
        self.assert_ended(outcome, 0)
        self.assertNotIn("Giving", outcome.text)
        wrong = ["find", deep, "-not", "-user", str(STRANGER), "-print", "-quit"]
        self.assertEqual(b"", subprocess.run(wrong, check=True, capture_output=True).stdout)
        subprocess.run(["rm", "-rf", deep], check=True)
        after = snapshot(self.workspace)
        self.assertEqual(before, {name: after[name] for name in before})
        self.assertEqual({STRANGER}, {entry[1] for name, entry in after.items()
                                      if name.startswith(("output/", "debian_dirs/")) and name not in before})


if __name__ == "__main__":
    unittest.main()
