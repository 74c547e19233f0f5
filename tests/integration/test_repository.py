# SPDX-License-Identifier: Apache-2.0
"""The repository as a robot uses it: apt in a bare Debian, with a signed repository that changes."""
import os
import shutil
import subprocess
import time
import unittest

from engine import Engine
from support import IMAGE, RUNTIME_IMAGE, ProgramCase, add_package

# A robot's sources.list.d, and an apt that prints what it does.
ROBOT = r"""
use()
{
    rm -rf /repository
    ln -s "$1" /repository
    sed 's|^URIs: .*|URIs: file:/repository|' /repository/colcon-deb.sources >/etc/apt/sources.list.d/colcon-deb.sources
    apt-get -q update
}
quietly()
{
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
}
version() { dpkg-query -W -f '${Version}' "$1"; }
"""


@unittest.skipUnless(shutil.which("gpg"), "needs gpg")
class TestRepository(ProgramCase):
    def setUp(self):
        super().setUp()
        self.home = self.work / "gnupg"
        self.home.mkdir(mode=0o700)
        self.addCleanup(subprocess.run, ["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=False)

    def make_key(self, name):
        gpg = ["gpg", "--homedir", str(self.home), "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        subprocess.run([*gpg, "--quick-generate-key", name, "ed25519", "sign", "never"], check=True)
        path = self.work / (name + ".asc")
        subprocess.run([*gpg, "--armor", "--output", str(path), "--export-secret-keys", name], check=True)
        return path

    def build(self, *arguments):
        return self.run_program("build", self.workspace, "--image", IMAGE, *arguments, env={"GNUPGHOME": str(self.home)})

    def keep(self, name):
        """The repository as it is now, for later."""
        shutil.copytree(self.output / "apt", self.work / name)
        return "%s:/%s:ro" % (self.work / name, name)

    def robot(self, script, *binds):
        return Engine().run(RUNTIME_IMAGE, ["sh", "-ec", ROBOT + script], binds=list(binds))

    def test_a_signed_repository_through_its_changes(self):
        key = self.make_key("robots")
        for name, age in (("base", 3000), ("gone", 3000)):
            place = add_package(self.workspace, name)
            for file in place.iterdir():
                os.utime(file, (time.time() - age,) * 2)
        signed = ("--signing-key-file", key)
        outcome = self.build(*signed)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, r"repository: deb \[signed-by=%s/apt/colcon-deb.asc\] file:" % self.output)
        first = self.keep("first")
        self.assert_ended(self.build(*signed), 0)
        self.assertEqual((self.work / "first/dists/bookworm/Release").read_bytes(),
                         (self.output / "apt/dists/bookworm/Release").read_bytes(), "the same sources, another repository")

        with open(self.workspace / "src/base/CMakeLists.txt", "a", encoding="utf-8") as stream:
            stream.write("install(FILES CMakeLists.txt DESTINATION share/base)\n")
        shutil.rmtree(self.workspace / "src/gone")
        self.assert_ended(self.build(*signed), 0)
        second = self.keep("second")
        result = self.robot("""
            use /first
            quietly install ros-rolling-base ros-rolling-gone
            old=$(version ros-rolling-base)
            use /second
            quietly upgrade
            new=$(version ros-rolling-base)
            dpkg --compare-versions "$old" lt "$new"
            quietly install --allow-downgrades "ros-rolling-base=$old"
            test "$(version ros-rolling-base)" = "$old"
            ! apt-cache policy ros-rolling-gone | grep file:
            echo "all is well"
        """, first, second)
        self.assertEqual((result.code, result.stdout.splitlines()[-1:]), (0, ["all is well"]), result)

        self.assert_ended(self.build("--prune", *signed), 0)
        self.assertEqual(1, len(list(self.output.glob("apt/pool/main/r/ros-rolling-base/*.deb"))))
        self.check_tampering()

    def check_tampering(self):
        release = self.output / "apt/dists/bookworm/InRelease"
        release.write_text(release.read_text().replace("Label: colcon-deb", "Label: somebody"))
        result = self.robot("use /evil", "%s:/evil:ro" % (self.output / "apt"))
        self.assertNotEqual(0, result.code, result)
        self.assertRegex(result.stderr, "(?i)is not signed|BADSIG|invalid")

    def test_a_key_that_is_not_there_is_said_before_anything_is_built(self):
        add_package(self.workspace, "base")
        outcome = self.build("--signing-key", "nobody@example.com")
        self.assert_ended(outcome, 1)
        self.assert_says(outcome, "looking for the signing key nobody@example.com: gpg says: .*No secret key")
        self.assertFalse((self.output / "debs").exists())
