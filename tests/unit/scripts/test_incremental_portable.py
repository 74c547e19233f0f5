# SPDX-License-Identifier: Apache-2.0
"""What targets must agree in, so that one takes a package of the other."""
import dataclasses
import os
import unittest

from support import InDirectory, make_package

from colcon_deb.base.settings import SETTINGS
from colcon_deb.incremental import fingerprint, portable
from colcon_deb.incremental.records import Artifact, Record
from colcon_deb.workspace.source_list import SourceEntry, SourceList

HERE = os.path.dirname(os.path.abspath(__file__))
RESOLVED = {"libx": ["libx-dev"], "liby": ["liby-dev"]}
VERSIONS = {"libx-dev": "1.0-1", "liby-dev": "1.0-1"}


class Environment(InDirectory):
    def of(self, setup=(), codename="bookworm", **environ):
        settings = dataclasses.replace(self.settings(), codename=codename)
        return portable.of_environment(environ, HERE, settings, setup)

    def test_what_counts(self):
        for row in SETTINGS:
            counts = row.affects_packages and row.variable not in {"BASE_IMAGE", "RUN_TESTS", "TEST_FAILURES", *fingerprint.ARGUMENTS}
            (self.assertNotEqual if counts else self.assertEqual)(self.of(), self.of(**{row.variable: "x"}), row.variable)
        self.assertNotEqual(self.of(), self.of(CFLAGS="-O0"))
        self.assertNotEqual(self.of(), self.of(codename="trixie"))
        self.assertNotEqual(self.of(), self.of(setup=["ros-x-setup"]))


class Inputs(InDirectory):
    def of(self, common="common", digest="d", resolved=RESOLVED, versions=VERSIONS, **environ):
        sources = SourceList({"a/x": SourceEntry("f", "644", digest, None, 1, 2)})
        package = make_package("a", build=["libx"], test=["liby"])
        return portable.of_inputs(common, package, resolved, versions, self.settings(**environ), sources)

    def test_what_counts(self):
        self.assertEqual(self.of(), self.of())
        self.assertNotEqual(self.of(), self.of(common="other"))
        self.assertNotEqual(self.of(), self.of(digest="e"))
        self.assertNotEqual(self.of(), self.of(versions={**VERSIONS, "libx-dev": "1.0-2"}))
        self.assertNotEqual(self.of(), self.of(resolved={**RESOLVED, "libx": ["libx2-dev"]}))

    def test_the_build_tools_of_the_image_count(self):
        for name in ("debhelper", "dh-python", "dpkg-dev", "cmake", "python3", "python3-setuptools", "python3-bloom",
                     "ament-cmake-core", "ros-rolling-ament-cmake-core"):
            before = self.of(versions={**VERSIONS, name: "1.0-1"})
            self.assertNotEqual(self.of(versions={**VERSIONS, name: "1.0-2"}), before, name)
            self.assertEqual(self.of(versions={**VERSIONS, name: "1.0-1+b3"}), before, name)
        self.assertEqual(self.of(versions={**VERSIONS, "vim": "2"}), self.of())

    def test_an_override_counts(self):
        before = self.of()
        self.write("debian_dirs/a/override.yaml", "depends: [x]\n")
        self.assertNotEqual(self.of(), before)

    def test_what_is_of_one_target_does_not_count(self):
        # Debian has built libx again, for one architecture.
        self.assertEqual(self.of(), self.of(versions={**VERSIONS, "libx-dev": "1.0-1+b2"}))
        self.assertEqual(self.of(), self.of(versions={**VERSIONS, "liby-dev": "2"}, RUN_TESTS="1"))

    def test_sources_that_cannot_be_read(self):
        self.assertIsNone(self.of(digest="?"))


class Build(unittest.TestCase):
    def record(self, portable, version="1.0"):
        return Record("", "", "", version, {}, 1, [Artifact("debs/ros-x-a_1.0_all.deb", 1, "", "deb", 1)], portable=portable)

    def test_what_it_is_built_against_counts_with_its_version(self):
        def of(**against):
            return portable.of_build("inputs", against)
        self.assertEqual(of(a=self.record("p")), of(a=self.record("p")))
        different = [of(), of(a=self.record("p")), of(a=self.record("q")), of(b=self.record("p")),
                     of(a=self.record("p", "1.1"))]
        self.assertEqual(len(set(different)), len(different))

    def test_what_is_unknown_is_never_equal(self):
        self.assertEqual(portable.of_build(None, {}), "")
        self.assertEqual(portable.of_build("inputs", {"a": self.record("p"), "b": self.record("")}), "")


if __name__ == "__main__":
    unittest.main()
