# SPDX-License-Identifier: Apache-2.0
"""Builds for a platform: the image that they use, the output of each, and the repository that all share."""
import fcntl
import os
import re
import secrets
import shutil
import subprocess
import sys
import unittest

from engine import Engine, socket_path
from support import IMAGE, TOP, ProgramCase, add_package, write

FAILED, USAGE = 1, 2
OWN = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
FOREIGN = "arm64" if OWN == "amd64" else "amd64"
WAITS = rb"(?i)waiting for another build that is changing \S*output/apt"


class PlatformCase(ProgramCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "heron")
        self.target = self.output / "targets" / OWN

    def arguments(self, *more):
        return ["build", self.workspace, "--view", "plain", *more]

    def indexed(self, suite="bookworm", architecture=OWN):
        """The files that apt would find there."""
        place = self.output / "apt/dists" / suite / "main" / ("binary-" + architecture) / "Packages"
        return sorted(os.path.basename(path) for path in re.findall("(?m)^Filename: (.*)$", place.read_text()))

    def debs(self, output):
        return sorted(path.name for path in output.glob("debs/*.deb"))


class TestOutput(PlatformCase):
    TESTS_APART = True
    TAKES_LONG = True

    def test_a_platform_has_an_output_of_its_own_and_shares_the_repository(self):
        outcome = self.run_program(*self.arguments("--image", IMAGE, "--platform", OWN))
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "packages: %s/debs" % self.target, "file:%s/apt " % self.output)
        built = self.debs(self.target)
        self.assertEqual(self.indexed(), built)
        self.assertEqual(sorted(path.name for path in self.output.iterdir()), [".apt.lock", "apt", "targets"])
        self.assertTrue((self.target / "report.html").is_file() and (self.target / "logs/heron.log").is_file())
        one = next(self.target.glob("debs/*.deb"))
        self.assertEqual(one.stat().st_ino, next(self.output.glob("apt/pool/main/*/*/" + one.name)).stat().st_ino)

        outcome = self.run_program(*self.arguments("--image", IMAGE, "--platform", "linux/" + OWN))
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "Nothing has changed: 1 package is up to date")

        outcome = self.run_program(*self.arguments("--image", IMAGE))
        self.assert_ended(outcome, 0)
        self.assertEqual((self.debs(self.output), self.indexed()), (built, built))

        outcome = self.run_program("report", self.target)
        self.assert_ended(outcome, 0)

    def test_two_builds_at_once_make_one_repository(self):
        """One is for another suite: a Dockerfile gives its image another codename. Both wait for the lock before either
        makes its part."""
        dockerfile = write(self.work / "context/Dockerfile", """
            FROM %s
            RUN sed -i s/bookworm/trixie/ /etc/os-release
            """ % IMAGE)
        self.output.mkdir()
        with open(self.output / ".apt.lock", "wb") as lock:
            os.chmod(lock.name, 0o644)
            fcntl.flock(lock, fcntl.LOCK_EX)
            running = [self.start(*self.arguments("--image", IMAGE)),
                       self.start(*self.arguments("--dockerfile", dockerfile, "--platform", OWN))]
            said = [self.read_until(process, WAITS) for process in running]
            self.assertFalse((self.output / "apt").exists())
        outcomes = [self.finish(process, 300, already=text) for process, text in zip(running, said)]
        image = re.search(r"image (colcon-deb-dockerfile:\S+)", outcomes[1].text)
        self.assertIsNotNone(image, outcomes[1])
        self.addCleanup(Engine().request, "DELETE", "/images/%s?force=1" % image[1], expect=(200, 404, 409))
        for outcome in outcomes:
            self.assert_ended(outcome, 0)
        self.assertRegex(image[1], "-%s$" % OWN)
        self.assertEqual(self.indexed(), self.debs(self.output))
        self.assertEqual(self.indexed("trixie"), self.debs(self.target))
        self.assertEqual([name.count("trixie") for name in self.debs(self.target)], [1] * len(self.debs(self.target)))


class TestImage(PlatformCase):
    TESTS_APART = True

    def foreign_image(self):
        """An image that says that it is of another architecture. Nothing in it runs."""
        name, archive = "cdd-test/platform-%s:foreign" % secrets.token_hex(4), self.work / "image.tar"
        subprocess.run([sys.executable, TOP / "tools/image-archive.py", shutil.which("busybox"), FOREIGN, name, archive],
                       check=True)
        subprocess.run(["docker", "-H", "unix://" + socket_path(), "load", "-q", "-i", archive], check=True,
                       capture_output=True)
        self.addCleanup(self.engine.request, "DELETE", "/images/%s?force=1" % name, expect=(200, 404))
        return name

    def test_the_image_must_be_for_the_platform(self):
        outcome = self.run_program(*self.arguments("--image", IMAGE, "--platform", FOREIGN, "--pull", "never"))
        self.assert_ended(outcome, FAILED)
        self.assert_says(outcome, "the image %s on the engine is for linux/%s, and not for the platform linux/%s; load one"
                         % (IMAGE, OWN, FOREIGN), "--pull missing")
        # It would be pulled, but no registry has it.
        outcome = self.run_program(*self.arguments("--image", "localhost:1/none:x", "--platform", FOREIGN))
        self.assert_ended(outcome, FAILED)
        self.assert_says(outcome, "localhost:1/none:x", "is the name right")

    def test_a_foreign_image_is_refused_for_the_own_platform(self):
        image = self.foreign_image()
        outcome = self.run_program(*self.arguments("--image", image, "--platform", OWN, "--pull", "never",
                                                   "--ros-distro", "rolling"))
        self.assert_ended(outcome, FAILED)
        self.assert_says(outcome, "is for linux/%s, and not for the platform linux/%s" % (FOREIGN, OWN))
        outcome = self.run_program("validate", self.workspace, "--image", image, "--platform", OWN, "--ros-distro", "rolling")
        self.assert_says(outcome, "warn  image: .* is not on the engine for linux/%s; a build would pull it" % OWN)

    def test_the_error_of_a_missing_image_names_the_command_that_makes_it(self):
        for command in ("build", "validate"):
            outcome = self.run_program(command, self.workspace, "--ros-distro", "rolling", "--platform", "linux/riscv64")
            self.assert_ended(outcome, FAILED)
            self.assert_says(outcome, "colcon-deb image create --ros-distro rolling --arch riscv64|no emulator for it")

    def test_an_unknown_platform_is_a_mistake_of_usage(self):
        outcome = self.run_program(*self.arguments("--platform", "linux/arn64"))
        self.assert_ended(outcome, USAGE)
        self.assert_says(outcome, '--platform: "linux/arn64" is not one of linux/amd64, .*did you mean "linux/arm64"')


if __name__ == "__main__":
    unittest.main()
