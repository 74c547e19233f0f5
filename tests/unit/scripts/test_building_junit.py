# SPDX-License-Identifier: Apache-2.0
"""JUnit XML as real tools have written it, and as nobody should."""
import os
import unittest

from support import FIXTURES, ScriptCase

from colcon_deb.building import unittest_log
from colcon_deb.building.junit import FAILED, MAX_MESSAGE, PASSED, SKIPPED, Case, JunitError, parse

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<testsuite name="x"><testcase name="&b;"/></testsuite>"""
EXTERNAL = b"""<!DOCTYPE x SYSTEM "file:///etc/passwd"><testsuite/>"""


def suite(inside, name="s"):
    return b'<testsuite name="%s">%s</testsuite>' % (name.encode(), inside)


class Junit(ScriptCase):
    def recorded(self, name):
        with open(os.path.join(FIXTURES, "junit", name), "rb") as stream:
            return parse(stream.read())

    def test_ctest(self):
        self.assertEqual(self.recorded("ctest.xml"), [
            Case("good", PASSED), Case("bad", FAILED, "error: dark"), Case("slow", FAILED), Case("skipped", SKIPPED),
            Case("disabled", SKIPPED), Case("missing", FAILED, "Unable to find executable")])

    def test_pytest(self):
        self.assertEqual(self.recorded("pytest.xml"), [
            Case("test_x.test_good", PASSED), Case("test_x.test_bad", FAILED, "AssertionError: sums"),
            Case("test_x.test_skipped", SKIPPED), Case("test_x.test_many[1]", PASSED),
            Case("test_x.test_many[2]", FAILED, "assert 2 == 1"),
            Case("test_x.TestIn.test_error", FAILED, 'failed on setup with "file /tmp/p/test_x.py, line 9')])

    def test_googletest(self):
        self.assertEqual(self.recorded("lamp.gtest.xml"), [
            Case("Lamp.IsOn", PASSED), Case("Lamp.Blinks", FAILED, "/w/test/lamp.cpp:12: Expected equality of these values:"),
            Case("Lamp.IsGreen", SKIPPED), Case("Lamp.DISABLED_IsBlue", SKIPPED)])

    def test_ament(self):
        self.assertEqual(self.recorded("copyright.xunit.xml"), [
            Case("buoy.copyright.src/lamp.cpp", FAILED, "could not find copyright notice"),
            Case("buoy.copyright.src/buoy.cpp", PASSED)])
        self.assertEqual(self.recorded("missing.xunit.xml"), [
            Case("buoy.crash.missing_result", FAILED, "The test did not generate a result file.")])

    def test_hostile(self):
        for data in (LAUGHS, EXTERNAL, b"", b"not XML", b"<html/>", b"\xff\xfe<", suite(b"<a>" * 60 + b"</a>" * 60),
                     suite(b"<a/>" * 300_000), b'<?xml version="1.0" encoding="nowhere"?><testsuite/>', suite(b"<testcase>")):
            with self.subTest(data=data[:60]), self.assertRaises(JunitError):
                parse(data)

    def test_what_is_said_is_bounded_and_printable(self):
        text = b"\xc2\x9b31m" + b"x" * 100_000
        case, = parse(suite(b'<testcase name="a&#10;b%s"><failure message="%s"/></testcase>' % (text, text)))
        self.assertEqual(len(case.message), MAX_MESSAGE + 1)
        self.assertTrue((case.name + case.message).isprintable(), case)

    def test_a_test_without_a_name(self):
        self.assertEqual(parse(suite(b"<testcase/>")), [Case("s.", PASSED)])

    def test_a_failure_without_a_message(self):
        case, = parse(suite(b'<testcase name="a"><failure>\n first\nsecond</failure></testcase>'))
        self.assertEqual(case.message, "first")


class UnittestLog(ScriptCase):
    def test_what_it_prints(self):
        lines = ["FAIL: test_bad (test_kite.TestKite.test_bad)", "ERROR: test_worse (test_kite.TestKite)", "Ran 5 tests in 0.1s",
                 "FAILED (failures=1, errors=1, skipped=1)", "Ran 1 test in 0.0s", "OK"]
        cases = unittest_log.cases(lines, 100)
        self.assertEqual([case.name for case in cases if case.outcome == FAILED],
                         ["test_kite.TestKite.test_bad", "test_kite.TestKite.test_worse"])
        self.assertEqual([sum(case.outcome == outcome for case in cases) for outcome in (PASSED, SKIPPED)], [3, 1])
        self.assertEqual(unittest_log.cases(["nothing", "was tested"], 100), [])

    def test_what_it_claims_is_bounded(self):
        lines = ["FAIL: test_a (x.Y)", "Ran 999999 tests in 1s", "FAILED (skipped=40)", "Ran 999999 tests in 1s"]
        outcomes = [case.outcome for case in unittest_log.cases(lines, 100)]
        self.assertEqual([outcomes.count(outcome) for outcome in (FAILED, SKIPPED, PASSED)], [1, 40, 59])
        many = ["FAIL: test_%d (x.Y)" % number for number in range(200)]
        self.assertEqual(len(unittest_log.cases(many, 100)), 100)


if __name__ == "__main__":
    unittest.main()
