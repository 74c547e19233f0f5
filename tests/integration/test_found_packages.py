# SPDX-License-Identifier: Apache-2.0
"""Packages that are found by a link, that are left out, and that come from an underlay in the image."""
import os
import subprocess
import unittest

from support import IMAGE, ProgramCase, add_package, copy_case, events_of, socket_path, write

CONTROL = """\
Package: ros-rolling-beacon-core
Version: 1.0
Architecture: all
Maintainer: Nobody <nobody@example.com>
Description: A package of an underlay.
"""


class FoundPackages(ProgramCase):
    def build(self, *options, code=0, image=IMAGE):
        outcome = self.run_program("build", self.workspace, "--image", image, "--ros-distro", "rolling", *options)
        self.assert_ended(outcome, code)
        return outcome

    def built(self):
        return sorted(event["name"] for event in events_of(self.output, "package_complete") if event["success"])

    def underlay_image(self):
        """The builder image with a package of an underlay, which rosdep has no rule for."""
        write(self.work / "image/deb/DEBIAN/control", CONTROL)
        write(self.work / "image/Dockerfile", "FROM %s\nCOPY deb.deb /\nRUN dpkg -i /deb.deb\n" % IMAGE)
        subprocess.run(["dpkg-deb", "-b", "deb", "deb.deb"], cwd=self.work / "image", check=True, capture_output=True)
        name = "colcon-deb-test-underlay:%d" % os.getpid()
        subprocess.run(["docker", "-H", "unix://" + socket_path(), "build", "-t", name, str(self.work / "image")], check=True,
                       capture_output=True, env={**os.environ, "DOCKER_BUILDKIT": "0"})
        self.addCleanup(self.engine.request, "DELETE", "/images/%s?force=1" % name)
        return name

    def test_all_kinds(self):
        copy_case("linked_package", self.workspace)
        # The link leads to the only package of the workspace, also for the checks before a build.
        self.assert_says(self.run_program("validate", self.workspace, "--image", IMAGE, "--ros-distro", "rolling"),
                         "workspace: " + str(self.workspace))
        copy_case("template_manifest", self.workspace)
        add_package(self.workspace, "lamp", depends=["beacon_core"])
        write(self.workspace / "src/broken/package.xml", "<package>\n  <name>broken</name>\n</pack>\n")
        add_package(self.workspace, "needs_broken", depends=["broken"])
        listed = self.run_program("list", self.workspace, "--image", IMAGE, "--ros-distro", "rolling",
                                  "--packages-select", "heron_link")
        self.assert_ended(listed, 0)
        self.assert_says(listed, "heron_link", r"src/broken/package.xml:3:3: is not well-formed XML")

        # What is needed cannot be left out.
        self.assert_says(self.build("--packages-up-to", "needs_broken", code=1), "src/broken/package.xml:3:3: is not well-formed")
        self.assert_says(self.build(code=1), "src/broken/package.xml:3:3: is not well-formed")
        # Without an underlay the key is unknown.
        self.assert_says(self.build("--packages-select", "lamp", code=1), "Nothing provides the dependency beacon_core")

        select = ["--packages-select", "heron_link", "heron_o", "lamp"]
        image = self.underlay_image()
        outcome = self.build(*select, image=image)
        self.assertEqual(["heron_link", "heron_o", "lamp"], self.built())
        self.assert_says(outcome, r"src/heron_o_tools/template/package.xml:\d+:\d+: .* left out",
                         "src/broken/package.xml:3:3: .* left out", "under their own names: ros-rolling-beacon-core")

        # A file behind the link belongs to the package.
        manifest = self.workspace / "src/bigrepo/heron_link/CMakeLists.txt"
        manifest.write_text(manifest.read_text() + "# changed\n")
        self.build(*select, image=image)
        self.assertEqual(["heron_link"], self.built())


if __name__ == "__main__":
    unittest.main()
