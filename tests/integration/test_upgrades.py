# SPDX-License-Identifier: Apache-2.0
"""Robots upgrade at random points while a workspace changes: what they have must work at any time."""
import os
import random
import re
import subprocess
import unittest

from support import IMAGE, RUNTIME_IMAGE, ProgramCase, add_package, deb_fields, events_of, write

# A library whose symbol carries the number of its interface: a program that was built with another does not start.
BASE = """\
file(WRITE ${CMAKE_BINARY_DIR}/base.h "int base_%(abi)d(void);\\n#define base() base_%(abi)d()\\n/* value %(value)d */\\n")
file(WRITE ${CMAKE_BINARY_DIR}/base.c "int base_%(abi)d(void) { return %(value)d; }\\n")
enable_language(C)
add_library(base SHARED ${CMAKE_BINARY_DIR}/base.c)
install(TARGETS base DESTINATION lib)
install(FILES ${CMAKE_BINARY_DIR}/base.h DESTINATION include)
"""
OTHER = """\
file(WRITE ${CMAKE_BINARY_DIR}/main.c
  "#include <stdio.h>\\n#include <base.h>\\nint main(void) { return printf(\\"%d\\\\n\\", base()) < 0; }\\n")
enable_language(C)
add_executable(other ${CMAKE_BINARY_DIR}/main.c)
target_include_directories(other PRIVATE /opt/ros/rolling/include)
target_link_libraries(other /opt/ros/rolling/lib/libbase.so)
install(TARGETS other DESTINATION bin)
"""
# Without a compiler, to be quick: each keeps a copy of what it was built with, and the program compares.
MIDDLE = """\
file(WRITE ${CMAKE_BINARY_DIR}/interface "%(abi)d\\n")
install(FILES ${CMAKE_BINARY_DIR}/interface /opt/ros/rolling/include/base.h DESTINATION share/middle)
"""
APP = """\
file(WRITE ${CMAKE_BINARY_DIR}/app [[#!/bin/sh
cd /opt/ros/rolling/share && cmp ../include/base.h middle/base.h && cmp ../include/base.h app/base.h &&
    cmp middle/interface app/interface && sed -n 's/.* value \\([0-9]*\\) .*/\\1/p' app/base.h
]])
install(PROGRAMS ${CMAKE_BINARY_DIR}/app DESTINATION bin)
install(DIRECTORY /opt/ros/rolling/share/middle/ DESTINATION share/app FILES_MATCHING PATTERN interface PATTERN base.h)
"""
PREFIX = "ros-rolling-"


# Everything that is installed starts, and programs agree with the library that they find.
CHECK = """
for name in app other; do
    if dpkg-query -W -f '${db:Status-Status}' ros-rolling-$name 2>/dev/null | grep -q ^installed; then
        (. /opt/ros/rolling/setup.sh && $name) | grep -Eqx '[0-9]+'
    fi
done
test -z "$(dpkg --audit)"
dpkg-query -W -f '${db:Status-Status} ${Package} ${Version}\n' 'ros-rolling-*' | sed -n 's/^installed //p'
"""


class Robot:
    """A container that stays, with the repository and no other source of apt."""

    def __init__(self, image, output, host):
        self._docker = ["docker", "-H", host]
        self.name = self._ask("run", "-d", "--network", "host", "-v", "%s:/output:ro" % output, image, "sleep", "100000")

    def prepare(self, image):
        """Make an image of what a bare robot must have: the set-up files need Python."""
        self.run("apt-get -q update && apt-get -q install -y --no-install-recommends python3 && rm /etc/apt/sources.list && "
                 "sed 's|^URIs: .*|URIs: file:/output/apt|' /output/apt/colcon-deb.sources "
                 ">/etc/apt/sources.list.d/colcon-deb.sources")
        self._ask("commit", self.name, image)

    def _ask(self, *arguments):
        return subprocess.run([*self._docker, *arguments], check=True, capture_output=True, text=True).stdout.strip()

    def run(self, command, check=True):
        answer = subprocess.run([*self._docker, "exec", "-e", "DEBIAN_FRONTEND=noninteractive", self.name, "sh", "-c", command],
                                capture_output=True, text=True, check=False)
        if check and answer.returncode:
            raise AssertionError("%s: exit code %d\n%s%s" % (command, answer.returncode, answer.stdout, answer.stderr))
        return answer.stdout

    def check(self):
        """Whether all that is installed works. Returns package -> version."""
        return dict(line.split() for line in self.run("set -e;" + CHECK).splitlines())

    def install(self, *packages):
        self.run("apt-get -q update && apt-get -q install -y --allow-downgrades " + " ".join(packages))

    def upgrade(self):
        return self.run("apt-get -q update && apt-get -q upgrade -y")

    def remove(self):
        subprocess.run([*self._docker, "rm", "-f", self.name], check=False, capture_output=True)

    def remove_image(self, image):
        subprocess.run([*self._docker, "rmi", "-f", image], check=False, capture_output=True)


class TestUpgrades(ProgramCase):
    TAKES_LONG = True

    def setUp(self):
        super().setUp()
        self.random = random.Random(12)
        self.robots = []
        self.image = "colcon-deb-test-robot:%d" % os.getpid()
        self.abi = {"base": 1, "middle": 1}
        self.version = {"base": "1.0.0"}
        self.expected, self.broken, self.extra, self.other = 1, "", False, True
        self.shared = "other"  # the package that has share/common/package.xml

    # ---- the workspace

    def write_sources(self, comment=""):
        """base <- middle <- app, base <- other."""
        self.add("base", (), BASE % {"abi": self.abi["base"], "value": self.expected} + comment + self.common("base"))
        self.add("middle", ["base"], MIDDLE % {"abi": self.abi["middle"]})
        self.add("app", ["middle"] + ["extra"] * self.extra, self.broken + APP)
        if self.extra:
            self.add("extra", ())
        if self.other:
            self.add("other", ["base"], OTHER + self.common("other"))
        else:
            subprocess.run(["rm", "-rf", str(self.workspace / "src" / "other")], check=True)

    def common(self, name):
        return "install(FILES package.xml DESTINATION share/common)\n" if self.shared == name else ""

    def add(self, name, depends, cmake=""):
        """Only a changed package is written, so that only its time changes."""
        place = self.workspace / "src" / name
        before = {path: path.read_text() for path in place.glob("*")}
        times = {path: path.stat().st_mtime_ns for path in place.glob("*")}
        add_package(self.workspace, name, depends, cmake)
        manifest = place / "package.xml"
        write(manifest, manifest.read_text().replace("<version>1.0.0", "<version>" + self.version.get(name, "1.0.0")))
        for path, text in before.items():
            if path.read_text() == text:
                os.utime(path, ns=(times[path], times[path]))

    def build(self, *options, code=0):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, *options)
        self.assert_ended(outcome, code)
        return outcome

    def offered(self):
        """package -> its versions in the repository."""
        [index] = (self.output / "apt").glob("dists/*/main/binary-*/Packages")
        pairs = re.findall(r"^Package: (\S+)\n(?:.*\n)*?Version: (\S+)$", index.read_text(), re.MULTILINE)
        result = {}
        for name, version in pairs:
            result.setdefault(name[len(PREFIX):], []).append(version)
        return result

    def current(self):
        """package -> version of what debs/ has."""
        fields = map(deb_fields, self.output.glob("debs/*.deb"))
        return {field["Package"][len(PREFIX):]: field["Version"] for field in fields}

    # ---- the robots

    def add_robot(self, *packages):
        robot = Robot(self.image if self.robots else RUNTIME_IMAGE, self.output, os.environ["CDD_TEST_HOST"])
        self.addCleanup(robot.remove)
        if not self.robots:
            robot.prepare(self.image)
            self.addCleanup(robot.remove_image, self.image)
        robot.install(*[PREFIX + name for name in packages or ("app", "other")])
        robot.check()
        self.robots.append(robot)

    def some_upgrade(self):
        for robot in self.robots:
            if self.random.random() < 0.5:
                before = robot.check()
                robot.upgrade()
                self.assertEqual(set(before), set(robot.check()), "an upgrade removed or added packages")

    def step(self, *options, code=0, comment=""):
        self.write_sources(comment)
        before = self.current() if self.output.is_dir() else {}
        outcome = self.build(*options, code=code)
        self.some_upgrade()
        return outcome, {name for name, version in self.current().items() if before.get(name) != version}

    # ---- the walk

    def test_a_walk(self):
        self.step()
        self.add_robot()
        self.add_robot("app")
        self.expected = 2
        self.assertEqual({"base", "middle", "app", "other"}, self.step()[1], "a new value in base")
        self.assertEqual(set(), self.step(comment="# A comment.\n")[1], "nothing that a robot gets has changed")
        self.abi["base"] = 2
        self.assertEqual({"base", "middle", "app", "other"}, self.step()[1], "a new interface of base")
        former = self.current()
        self.abi["middle"] = 2
        self.assertEqual({"middle", "app"}, self.step()[1], "a new interface of middle")
        self.add_robot()
        self.a_package_fails()
        self.a_part_is_built()
        self.a_file_moves_and_a_new_package_comes()
        self.a_package_leaves()
        self.time_goes_back()
        for robot in self.robots:
            self.go_back(robot, former)

    def a_package_fails(self):
        before = self.offered()
        self.broken, self.abi["base"], self.version["base"] = 'message(FATAL_ERROR "broken")\n', 4, "1.1.0"
        outcome, _changed = self.step(code=1)
        self.assert_says(outcome, r"kept the former ros-rolling-app \S+: it failed", "on a new robot: apt-get install ros-rolling-app=")
        offered = self.offered()
        self.assertEqual(before["app"], offered["app"])
        self.assertLess(set(before["base"]), set(offered["base"]), "the former version and the new one")
        # A fresh robot gets the former package with what it was built against.
        self.add_robot(*["%s=%s" % pair for pair in self.closure("app", before["app"][-1]).items()])
        self.broken = ""
        self.step()

    def a_part_is_built(self):
        before = self.offered()
        self.abi["base"] = 5
        outcome, changed = self.step("--packages-select", "base")
        self.assertEqual({"base"}, changed)
        self.assert_says(outcome, "Not published yet: base", "--allow-stale")
        self.assertEqual(before, self.offered())
        self.assertIn("held ", (self.output / "debs" / "CONTENTS").read_text())
        self.assertEqual({"middle", "app", "other"}, self.step()[1])

    def a_file_moves_and_a_new_package_comes(self):
        self.shared = "base"
        outcome, _changed = self.step(code=1)
        self.assert_says(outcome, "share/common/package.xml, which ros-rolling-other had until version")
        lines = re.findall(r"((?:replaces|breaks): \[.*?\])", outcome.text)[:2]
        write(self.workspace / "debian_dirs/base/override.yaml", "\n".join(lines) + "\n")
        self.extra, self.abi["base"] = True, 6
        self.step()
        for robot in self.robots:
            robot.install(PREFIX + "app")
            self.assertIn(PREFIX + "extra", robot.check())

    def a_package_leaves(self):
        self.other = False
        outcome, _changed = self.step()
        self.assert_says(outcome, r"removed ros-rolling-other \S+: it is not in the workspace")
        removed = events_of(self.output, "repository_removed")
        self.assertEqual({PREFIX + "other"}, {event["deb"] for event in removed})

    def time_goes_back(self):
        """An older checkout is newer for robots."""
        before = self.current()["base"]
        self.expected = 7
        self.write_sources()
        for path in (self.workspace / "src").rglob("*"):
            os.utime(path, (1000000000, 1000000000))
        self.build()
        self.assertGreater(self.current()["base"], before)
        self.some_upgrade()

    # ---- rollback

    def closure(self, name, version):
        """package=version of all that must be installed with that version, by the exact dependencies."""
        [index] = (self.output / "apt").glob("dists/*/main/binary-*/Packages")
        depends = {}
        for stanza in index.read_text().split("\n\n"):
            fields = dict(re.findall(r"^(Package|Version|Depends): (.*)$", stanza, re.MULTILINE))
            if fields:
                depends[fields["Package"], fields["Version"]] = re.findall(r"(\S+) \(= ([^)]+)\)", fields.get("Depends", ""))
        found, queue = {}, [(PREFIX + name, version)]
        while queue:
            one = queue.pop()
            found[one[0][len(PREFIX):]] = one[1]
            queue += depends[one]
        return found

    def go_back(self, robot, former):
        wanted = self.closure("app", former["app"])
        robot.run("dpkg --purge %sother" % PREFIX, check=False)
        robot.install(*["%s%s=%s" % (PREFIX, name, version) for name, version in wanted.items()])
        self.assertEqual(former["app"], robot.check()[PREFIX + "app"])
        robot.upgrade()
        robot.run("apt-get -q install -y %sapp" % PREFIX)
        robot.check()
        self.assertEqual("7\n", robot.run(". /opt/ros/rolling/setup.sh && app"))


if __name__ == "__main__":
    unittest.main()
