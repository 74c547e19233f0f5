# SPDX-License-Identifier: Apache-2.0
"""The Debian packages of colcon-deb itself: built, judged by lintian, installed by apt in a bare container, and removed."""
import os
import re
import shutil
import subprocess
import unittest

from engine import Engine
from support import RUNTIME_IMAGE, TOP, deb_fields

NAMES = {"colcon-deb", "colcon-deb-doc", "gir1.2-cdd-0", "libcolcon-deb-docker-dev", "libcolcon-deb-docker0"}

# Prints a line "== NAME" before the output of each step. /debs has the packages, /tests is debian/tests.
IN_CONTAINER = r"""
export DEBIAN_FRONTEND=noninteractive
quietly() { "$@" >/tmp/log 2>&1 || { cat /tmp/log; exit 1; }; }
# Without what dpkg, apt and ldconfig themselves keep.
files() {
    find / -xdev \( -path /proc -o -path /sys -o -path /tmp -o -path /debs -o -path /tests -o -path /var/lib/dpkg -o -path /var/lib/apt \
        -o -path /var/cache -o -path /var/log -o -path /run \) -prune -o ! -type d -print | sort
}
# A bare image leaves out documentation.
rm -f /etc/dpkg/dpkg.cfg.d/*
quietly apt-get update -q

quietly apt-get install -y --no-install-recommends /debs/colcon-deb_*.deb /debs/libcolcon-deb-docker0_*.deb
echo '== help'
colcon-deb --help
echo '== doctor'
mkdir /tmp/empty && cd /tmp/empty
code=0
DOCKER_HOST=unix:///nowhere/engine.sock colcon-deb doctor 2>&1 || code=$?
echo "exit code $code"

# What the tests use, so that what is left after our packages is ours.
quietly apt-get install -y --no-install-recommends gcc libc6-dev libglib2.0-dev gir1.2-glib-2.0 man-db pkg-config python3-gi
quietly apt-get purge -y colcon-deb libcolcon-deb-docker0
files >/tmp/before
quietly apt-get install -y --no-install-recommends /debs/*.deb
echo '== manual'
man colcon-deb-build | col -b
echo '== program'
sh -e /tests/program
echo '== library'
sh -e /tests/library
echo '== python'
python3 -B -c 'import gi; gi.require_version("Cdd", "0"); from gi.repository import Cdd; print(Cdd.Service)'
echo '== left'
quietly apt-get purge -y $(dpkg-query -W -f '${Package}\n' '*colcon-deb*' gir1.2-cdd-0)
files | comm -13 /tmp/before -
# man keeps the pages that it has shown.
find / -xdev \( -path /proc -o -path /debs -o -path /var/cache/man \) -prune -o -name '*colcon-deb*' -print
"""


class TestOwnPackages(unittest.TestCase):
    TAKES_LONG = True

    @classmethod
    def setUpClass(cls):
        ended = subprocess.run([TOP / "tools/deb.sh"], capture_output=True, text=True, timeout=900)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        cls.directory = TOP / "build" / "deb"
        cls.fields = {fields["Package"]: fields for fields in map(deb_fields, sorted(cls.directory.glob("*.deb")))}

    def test_names_and_dependencies(self):
        self.assertEqual(NAMES, {name for name in self.fields if not name.endswith("-dbgsym")})
        program, library, dev = (self.fields[name] for name in ("colcon-deb", "libcolcon-deb-docker0", "libcolcon-deb-docker-dev"))
        self.assertRegex(program["Depends"], r"\blibcolcon-deb-docker0 \(>= ")
        # It is opened by name, so no tool finds it.
        self.assertRegex(library["Depends"], r"\blibarchive13\b")
        for name in ("libcolcon-deb-docker0", "gir1.2-cdd-0"):
            self.assertIn("%s (= %s)" % (name, dev["Version"]), dev["Depends"])
        self.assertRegex(self.fields["gir1.2-cdd-0"]["Depends"], r"\blibcolcon-deb-docker0\b")

    def test_everything_is_below_usr(self):
        for deb in self.directory.glob("*.deb"):
            listing = subprocess.run(["dpkg-deb", "-c", deb], check=True, capture_output=True, text=True).stdout
            paths = [line.split(None, 5)[5] for line in listing.splitlines()]
            self.assertEqual([], [path for path in paths if not re.match(r"\./(usr/|$)", path) or "/local/" in path], deb.name)

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_has_nothing_to_say(self):
        changes, = self.directory.glob("*.changes")
        ended = subprocess.run(["lintian", "--allow-root", "--display-info", "--fail-on", "error,warning,info", changes],
                               capture_output=True, text=True, timeout=300, env={**os.environ, "LC_ALL": "C.UTF-8"})
        # An override that fits nothing is told, too.
        self.assertEqual((0, ""), (ended.returncode, ended.stdout), ended.stderr)

    def test_installed_and_removed(self):
        result = Engine().run(RUNTIME_IMAGE, ["sh", "-ec", IN_CONTAINER],
                              binds=["%s:/debs:ro" % self.directory, "%s:/tests:ro" % (TOP / "debian/tests")])
        self.assertEqual(0, result.code, result)
        steps = dict(re.findall(r"(?ms)^== (\w+)\n(.*?)(?=^== |\Z)", result.stdout))
        self.assertIn("Usage: colcon-deb COMMAND", steps["help"])
        self.assertRegex(steps["doctor"], r"(?m)^fail  engine: .*/nowhere/engine\.sock: .*does not exist; start the engine")
        self.assertIn("\nexit code 1\n", steps["doctor"])
        self.assertRegex(steps["manual"], r"(?m)^\s+--ros-distro")
        # debian/changelog and meson.build each have the version.
        self.assertEqual("colcon-deb " + self.fields["colcon-deb"]["Version"], steps["program"].splitlines()[0])
        self.assertRegex(steps["library"], r"(?m)^ok 1 ")
        self.assertNotIn("not ok", steps["library"])
        self.assertIn("Service", steps["python"])
        self.assertEqual("", steps["left"])
