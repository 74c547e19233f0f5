# SPDX-License-Identifier: Apache-2.0
"""Results of the tests of CMake, ament and Python packages: in the output, in summary.json, and what a failure does."""
import json
import subprocess
import unittest

from support import IMAGE, ProgramCase, add_package, read_events, workspace_debs, write

MANIFEST = """
    <package format="3">
      <name>%s</name>
      <version>1.0.0</version>
      <description>A package of the tests.</description>
      <maintainer email="tests@example.org">Tests</maintainer>
      <license>Apache-2.0</license>
      %s
      <export><build_type>%s</build_type></export>
    </package>
    """
# Writes a file of results as googletest does.
WRITER = """
    import sys
    fail = '<failure message="/w/lamp.cpp:12&#10;Expected equality"/>'
    with open(sys.argv[1], "w") as stream:
        stream.write('<testsuites><testsuite name="Lamp"><testcase name="IsOn" classname="Lamp"/>'
                     '<testcase name="Blinks" classname="Lamp">%s</testcase></testsuite></testsuites>' % fail)
    sys.exit(1)
    """
PYTEST = """
    import pytest


    def test_flies():
        assert True


    def test_lands():
        assert 1 + 1 == 3, "crash"


    @pytest.mark.skip(reason="no wind")
    def test_glides():
        pass
    """
UNITTEST = """
    import unittest


    class TestMoth(unittest.TestCase):
        def test_sleeps(self):
            pass

        def test_sees(self):
            self.fail("too bright")
    """
LAMP = """
    enable_testing()
    add_test(NAME good COMMAND true)
    add_test(NAME lamp_is_on COMMAND sh -c "echo error: dark; exit 1")
    """
GOOD_LAMP = "enable_testing()\nadd_test(NAME good COMMAND true)\n"
EXPECTED = {
    "buoy": ((3, 1, 0), ["buoy.Lamp.Blinks"]),
    "kite": ((3, 1, 1), ["test.test_kite.test_lands"]),
    "lamp": ((2, 1, 0), ["lamp_is_on"]),
    "moth": ((2, 1, 0), ["test.test_moth.TestMoth.test_sees"]),
}
FILES = {"buoy": ["ctest.xml", "lamp.gtest.xml"], "kite": ["pytest.xml"], "lamp": ["ctest.xml"]}


class TestResults(ProgramCase):
    TAKES_LONG = TESTS_APART = True

    def setUp(self):
        super().setUp()
        add_package(self.workspace, "lamp", cmake=LAMP)
        self.add_python("kite", PYTEST, "<test_depend>python3-pytest</test_depend>")
        self.add_python("moth", UNITTEST, "")
        self.add_ament("buoy")

    def add_python(self, name, tests, depends):
        place = self.workspace / "src" / name
        write(place / "package.xml", MANIFEST % (name, depends, "ament_python"))
        write(place / "setup.py", "from setuptools import setup\nsetup(name=%r, version='1.0.0', packages=[%r])\n" % (name, name))
        write(place / name / "__init__.py", "")
        write(place / "test/__init__.py", "")
        write(place / "test" / ("test_%s.py" % name), tests)

    def add_ament(self, name):
        place = self.workspace / "src" / name
        write(place / "package.xml", MANIFEST % (name, "<buildtool_depend>ament_cmake</buildtool_depend>", "ament_cmake"))
        write(place / "write.py", WRITER)
        write(place / "CMakeLists.txt", """
            cmake_minimum_required(VERSION 3.16)
            project(%s NONE)
            find_package(ament_cmake REQUIRED)
            if(BUILD_TESTING)
              set(result ${AMENT_TEST_RESULTS_DIR}/${PROJECT_NAME}/lamp.gtest.xml)
              ament_add_test(lamp RESULT_FILE ${result} COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/write.py ${result})
              add_test(NAME plain COMMAND true)
            endif()
            ament_package()
            """ % name)

    def build(self, code, *options):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", "--run-tests", *options)
        self.assert_ended(outcome, code)
        return outcome

    def summary(self):
        return json.loads((self.output / "summary.json").read_text())

    def packages(self):
        return {one["name"]: one for one in self.summary()["packages"]}

    def assert_results(self, outcome):
        found = {}
        for name, package in self.packages().items():
            tests = package["tests"] or {"failed_tests": []}
            found[name] = (tuple(tests.get(key) for key in ("total", "failed", "skipped")),
                           [test["name"] for test in tests["failed_tests"]])
        self.assertEqual(EXPECTED, found, outcome)
        self.assertEqual({"total": 10, "failed": 4, "skipped": 1}, self.summary()["counts"]["tests"])
        self.assertEqual(FILES, {place.name: sorted(path.name for path in place.iterdir())
                                 for place in (self.output / "test-results").iterdir()})
        failed = {event["test"]: event.get("msg") for event in read_events(self.output) if event.get("type") == "test_failed"}
        self.assertEqual(("error: dark", "/w/lamp.cpp:12: Expected equality"), (failed["lamp_is_on"], failed["buoy.Lamp.Blinks"]))
        self.assertIn("crash", failed["test.test_kite.test_lands"])

    def test_a_failing_test_fails_its_package(self):
        outcome = self.build(1)
        self.assert_results(outcome)
        self.assertEqual({"failed"}, {one["state"] for one in self.packages().values()})
        self.assertEqual("tests failed: lamp_is_on", self.packages()["lamp"]["error"])
        self.assertEqual([], workspace_debs(self.output))

    def test_a_failing_test_is_a_warning_if_wanted(self):
        outcome = self.build(0, "--test-failures", "warn")
        self.assert_results(outcome)
        self.assertEqual({"built"}, {one["state"] for one in self.packages().values()})
        warned = {event["name"]: event["msg"] for event in read_events(self.output) if event.get("code") == "tests_failed"}
        self.assertEqual(set(EXPECTED), set(warned))
        self.assertEqual("Tests failed: lamp_is_on. The package was made nevertheless.", warned["lamp"])
        for deb in workspace_debs(self.output):
            inside = subprocess.check_output(["dpkg-deb", "--fsys-tarfile", str(deb)])
            self.assertNotIn(b"ctest.xml", inside)
        # Without a change, nothing is built or tested again. With the other setting, a package is not up to date.
        self.build(0, "--test-failures", "warn")
        self.assertEqual({"cached"}, {one["state"] for one in self.packages().values()})
        self.build(1, "--test-failures", "fail", "--packages-select", "lamp")
        self.assertEqual("failed", self.packages()["lamp"]["state"])

        # The results are those of the last build of the package.
        add_package(self.workspace, "lamp", cmake=GOOD_LAMP)
        self.build(0, "--packages-select", "lamp")
        self.assertEqual({"total": 1, "failed": 0, "skipped": 0, "results": "test-results/lamp", "failed_tests": []},
                         self.packages()["lamp"]["tests"])


if __name__ == "__main__":
    unittest.main()
