# SPDX-License-Identifier: Apache-2.0
"""Results of tests are found, kept beside the packages, counted once and told, whatever a package writes."""
import os
import shutil
import unittest

from support import PLANTS, InDirectory, make_package

from colcon_deb.base import files
from colcon_deb.base.protocol import Emitter, parse_line
from colcon_deb.building import test_results
from colcon_deb.building.host_paths import HostPaths
from colcon_deb.building.test_report import MAX_FAILED, TestReport

CTEST = '<testsuite name="(empty)">%s</testsuite>'
PASS = '<testcase name="%s" classname="%s" status="run"/>'
FAIL = '<testcase name="%s" classname="%s" status="fail"><failure message=""/><system-out>no\n</system-out></testcase>'
CASES = '<testsuite name="Lamp"><testcase name="a"/><testcase name="b">%s</testcase></testsuite>'
FAILURE = '<failure message="dark"/>'


class Results(InDirectory):
    def setUp(self):
        super().setUp()
        self.output, self.work = os.path.join(self.directory, "output"), os.path.join(self.directory, "build/buoy")
        self.write("build/buoy/source/CMakeLists.txt")
        self.write("build/buoy/source/.obj-x/CMakeCache.txt")
        self.log = self.write("buoy.log", "nothing\n")
        os.mkdir(self.output)
        test_results.environment(os.path.join(self.work, "source"), {})

    def put(self, name, text):
        self.write("build/buoy/" + name, text)

    def report(self, **environ):
        """The events, without their name."""
        settings = self.settings(**{"RUN_TESTS": "1", **environ})
        settings = settings.__class__(**{**vars(settings), "repository": self.output,
                                         "build_root": os.path.join(self.directory, "build")})
        reading, writing = os.pipe()
        report = TestReport(settings, Emitter(writing))
        with os.fdopen(reading, "rb") as stream:
            results = report.report("buoy", self.work, self.log, HostPaths(settings, make_package("buoy")))
            report.warn("buoy", results)
            os.close(writing)
            events = [parse_line(line.rstrip(b"\n"))[1] for line in stream]
        for event in events:
            self.assertEqual(event.pop("name"), "buoy")
        return events

    def kept(self):
        place = os.path.join(self.output, "test-results/buoy")
        return sorted(os.listdir(place)) if os.path.isdir(place) else None

    def test_a_test_that_two_files_tell_counts_once(self):
        self.put("results/ctest.xml", CTEST % (PASS % ("lamp", "lamp") + FAIL % ("door", "door") + FAIL % ("bell", "bell")))
        self.put("source/.obj-x/test_results/buoy/lamp.gtest.xml", CASES % "")
        self.put("source/.obj-x/test_results/buoy/door.xunit.xml", CASES % FAILURE)
        # All cases of bell passed, and then the program crashed.
        self.put("source/.obj-x/test_results/buoy/bell.xml", CASES % "")
        events = self.report()
        self.assertEqual(events[0], {"type": "test_results", "tests": "7", "failed": "2", "skipped": "0",
                                     "path": "test-results/buoy"})
        self.assertEqual(sorted((event["test"], event["msg"]) for event in events if event["type"] == "test_failed"),
                         [("Lamp.b", "dark"), ("bell", "no")])
        self.assertEqual(self.kept(), ["bell.xml", "ctest.xml", "door.xunit.xml", "lamp.gtest.xml"])

    def test_sources_are_no_results(self):
        self.put("source/data/test_results/old.xml", CASES % FAILURE)
        self.assertEqual((self.report(), self.kept()), ([], None))

    def test_former_results_go(self):
        self.write("output/test-results/buoy/old.xml")
        self.write("output/test-results/other/old.xml")
        self.put("results/pytest.xml", CASES % "")
        self.report()
        self.assertEqual(self.kept(), ["pytest.xml"])
        self.report(RUN_TESTS="0")
        self.assertEqual((self.kept(), os.listdir(self.output + "/test-results")), (None, ["other"]))

    def test_what_is_unusable_is_told(self):
        self.put("results/ctest.xml", CTEST % (PASS % ("lamp", "lamp")))
        self.put("results/bad.xml", "<html/>")
        self.put("results/laughs.xml", '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>')
        self.put("results/large.xml", " " * (test_results.MAX_FILE + 1))
        events = self.report()
        self.assertEqual([event["type"] for event in events], ["warning", "test_results"])
        for name in ("bad", "laughs", "large"):
            self.assertIn(name + ".xml: ", events[0]["msg"])
        self.assertEqual((events[1]["tests"], self.kept()), ("1", ["ctest.xml"]))

    def test_many_files_and_many_failures(self):
        for number in range(test_results.MAX_FILES + 10):
            self.put("results/%04d.xml" % number, CASES % FAILURE)
        events = self.report()
        self.assertIn("too many", events[0]["msg"])
        self.assertEqual(len(self.kept()), test_results.MAX_FILES)
        self.assertEqual(events[1]["failed"], str(test_results.MAX_FILES))
        self.assertEqual(sum(event["type"] == "test_failed" for event in events), MAX_FAILED)

    def test_names_of_files(self):
        for place in ("a", "b"):
            self.put("source/.obj-x/test_results/%s/same.xml" % place, CASES % "")
        self.put("results/.x\x1b[2J y.xml", CASES % "")
        self.report()
        self.assertEqual(self.kept(), ["_x__2J_y.xml", "same.2.xml", "same.xml"])

    def test_anything_may_stand_at_the_names(self):
        precious = self.write("precious/file", "precious")
        for plant in PLANTS:
            with self.subTest(plant.__name__):
                for place in ("output/test-results", "build/buoy/results"):
                    files.clear(os.path.join(self.directory, place))
                os.mkdir(os.path.join(self.output, "test-results"))
                os.mkdir(os.path.join(self.work, "results"))
                plant(os.path.join(self.work, "results", "x.xml"), precious)
                plant(os.path.join(self.output, "test-results", "buoy"), precious)
                self.put("results/ctest.xml", CTEST % (PASS % ("lamp", "lamp")))
                self.assertEqual(self.report()[-1]["tests"], "1")
                self.assertEqual(self.kept(), ["ctest.xml"])
        with open(precious, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "precious")

    def test_the_place_of_pybuild_is_no_part_of_a_name(self):
        self.put("results/pytest.xml", '<testsuite><testcase classname=".pybuild.cpython3_3.11.build.test.test_kite" name="x">'
                 "<error/></testcase></testsuite>")
        self.assertEqual(self.report()[1]["test"], "test.test_kite.x")

    def test_tests_without_files(self):
        self.write("buoy.log", "FAIL: test_bad (test_kite.TestKite)\nRan 2 tests in 0.1s\nFAILED (failures=1)\n")
        events = self.report()
        self.assertEqual(events[0], {"type": "test_results", "tests": "2", "failed": "1", "skipped": "0"})
        self.assertEqual(events[1], {"type": "test_failed", "test": "test_kite.TestKite.test_bad"})

    def test_a_package_that_was_made_nevertheless(self):
        self.put("results/failed", "")
        self.assertIn("Tests failed: see its log.", self.report()[-1]["msg"])
        self.put("results/pytest.xml", CASES % FAILURE)
        self.assertEqual(self.report()[-1]["code"], "tests_failed")
        self.assertIn("Tests failed: Lamp.b.", self.report()[-1]["msg"])

    def test_where_the_tests_are_told_to_write(self):
        place = os.path.join(self.work, "results")
        self.assertEqual(test_results.environment(os.path.join(self.work, "source"), {}), {"COLCON_DEB_TEST_RESULTS": place})
        shutil.rmtree(os.path.join(self.work, "source"))
        self.assertEqual(test_results.environment(os.path.join(self.work, "source"), {"PYTEST_ADDOPTS": "-x"})["PYTEST_ADDOPTS"],
                         "-x --junitxml=%s/pytest.xml" % place)


if __name__ == "__main__":
    unittest.main()
