# SPDX-License-Identifier: Apache-2.0
"""The counting behind the closing line of `make test`: a wrong count would hide a failure."""
import importlib.util
import io
import json
import pathlib
import tempfile
import unittest
from contextlib import redirect_stdout

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "results.py"
spec = importlib.util.spec_from_file_location("results", SOURCE)
results = importlib.util.module_from_spec(spec)
spec.loader.exec_module(results)


class TestTap(unittest.TestCase):
    def test_cases_are_told_apart(self):
        text = "# random seed\n1..4\nok 1 /a\nnot ok 2 /b\nok 3 /c # SKIP no engine\nok 4 /d\n"
        self.assertEqual((2, 1, 1), results.count_tap(text))

    def test_words_inside_output_do_not_count(self):
        self.assertEqual((0, 0, 0), results.count_tap("# ok 1\n  ok\nnothing is not ok\nokay\n"))


class TestPrograms(unittest.TestCase):
    def count(self, result, stdout=""):
        return results.count_program({"result": result, "stdout": stdout})

    def test_program_without_tap_is_one_case(self):
        self.assertEqual((1, 0, 0), self.count("OK"))
        self.assertEqual((0, 1, 0), self.count("FAIL"))
        self.assertEqual((0, 0, 1), self.count("SKIP"))

    def test_crash_after_passed_cases_is_a_failure(self):
        self.assertEqual((2, 1, 0), self.count("ERROR", "ok 1\nok 2\n"))
        self.assertEqual((1, 1, 0), self.count("TIMEOUT", "ok 1\n"))

    def test_failed_case_is_counted_once(self):
        self.assertEqual((1, 1, 0), self.count("FAIL", "ok 1\nnot ok 2\n"))


class TestOne(unittest.TestCase):
    def test_the_status_decides(self):
        for status, counts in (("0", (1, 0, 0)), ("1", (0, 1, 0)), ("77", (0, 0, 1))):
            with tempfile.TemporaryDirectory() as directory:
                out = pathlib.Path(directory) / "one.json"
                self.assertEqual(0, results.main(["one", str(out), "s", status]))
                record = json.loads(out.read_text())
            self.assertEqual(counts, (record["passed"], record["failed"], record["skipped"]))


class TestTotal(unittest.TestCase):
    def total(self, *records):
        with tempfile.TemporaryDirectory() as directory:
            for number, (passed, failed, skipped) in enumerate(records):
                record = {"suite": "s", "passed": passed, "failed": failed, "skipped": skipped, "seconds": 1.0}
                (pathlib.Path(directory) / ("%d.json" % number)).write_text(json.dumps(record))
            with redirect_stdout(io.StringIO()) as out:
                status = results.total(directory)
        return status, out.getvalue().splitlines()[-1]

    def test_sum_is_the_last_line(self):
        self.assertEqual((0, "7 passed, 0 failed, 1 skipped"), self.total((3, 0, 1), (4, 0, 0)))

    def test_one_failure_fails_the_whole(self):
        self.assertEqual((1, "7 passed, 1 failed, 0 skipped"), self.total((3, 1, 0), (4, 0, 0)))

    def test_nothing_run_is_a_failure(self):
        self.assertEqual(1, self.total()[0])


if __name__ == "__main__":
    unittest.main()
