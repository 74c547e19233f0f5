# SPDX-License-Identifier: Apache-2.0
"""The runner of the Python tests: that several classes at a time count the same as one, whatever becomes of them."""
import contextlib
import importlib.util
import io
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import textwrap
import unittest

RUN = pathlib.Path(__file__).resolve().parents[3] / "tests" / "integration" / "run.py"
spec = importlib.util.spec_from_file_location("run", RUN)
run = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run)
CASES = """
    import os, sys, time, unittest

    class Mixed(unittest.TestCase):
        def test_good(self): print("said in between")
        def test_bad(self): self.fail("the reason")
        def test_left_out(self): self.skipTest("no engine")

    class Other(unittest.TestCase):
        def test_good(self): pass

    class NotSetUp(unittest.TestCase):
        @classmethod
        def setUpClass(cls): raise unittest.SkipTest("no sources")
        def test_one(self): pass
        def test_two(self): pass
"""


class TestRun(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="cdd-run-"))
        self.addCleanup(shutil.rmtree, self.place)

    def run_cases(self, text, *options):
        (self.place / "test_cases.py").write_text(textwrap.dedent(text))
        ended = subprocess.run(["/usr/bin/python3", "-B", RUN, "--directory", self.place, "--results", self.place / "out.json",
                                *options], capture_output=True, text=True, check=False)
        self.assertEqual("", ended.stderr)
        record = json.loads((self.place / "out.json").read_text())
        return ended.returncode, [record[key] for key in ("passed", "failed", "skipped")], ended.stdout

    def test_the_count_is_the_same_side_by_side(self):
        for jobs in "1", "2", "9":
            with self.subTest(jobs=jobs):
                code, counts, text = self.run_cases(CASES, "--jobs", jobs)
                self.assertEqual((1, [2, 1, 2]), (code, counts))
                self.assertIn("AssertionError: the reason", text.split("---- ")[1])
                self.assertIn("said in between", text)

    def test_the_lines_of_a_class_stay_together(self):
        text = self.run_cases(CASES, "--jobs", "3")[2].split("\n----")[0]
        order = re.findall(r"test_cases\.(Mixed|Other)\.", text)
        self.assertIn(order, (["Mixed"] * 3 + ["Other"], ["Other"] + ["Mixed"] * 3))
        self.assertNotIn("said in between", text)

    def test_a_process_that_dies_is_a_failure(self):
        code, counts, text = self.run_cases("""
            import os, unittest
            class Dies(unittest.TestCase):
                def test_it(self): os._exit(0)
            class Lives(unittest.TestCase):
                def test_it(self): pass
            """, "--jobs", "2")
        self.assertEqual((1, [1, 1, 0]), (code, counts))
        self.assertIn("test_cases.Dies", text)

    def test_an_exception_that_ends_the_runner_is_a_failure(self):
        code, counts, _text = self.run_cases("""
            import unittest
            class Leaves(unittest.TestCase):
                def test_it(self): raise KeyboardInterrupt
            """, "--jobs", "2")
        self.assertEqual((1, [0, 1, 0]), (code, counts))

    def test_a_module_that_cannot_be_imported_is_a_failure(self):
        self.assertEqual([0, 1, 0], self.run_cases("import no_such_module\n", "--jobs", "2")[1])

    def test_no_test_at_all_is_a_failure(self):
        self.assertEqual((1, [0, 0, 0]), self.run_cases("", "--jobs", "2")[:2])

    def test_a_class_that_runs_alone(self):
        code, _counts, _text = self.run_cases("""
            import pathlib, time, unittest
            AT_WORK = pathlib.Path(__file__).with_name("at-work")
            class Alone(unittest.TestCase):
                RUNS_ALONE = True
                def test_it(self): self.assertEqual([], list(AT_WORK.glob("*")))
            class First(unittest.TestCase):
                def test_it(self):
                    AT_WORK.mkdir(exist_ok=True)
                    file = AT_WORK / type(self).__name__
                    file.touch()
                    time.sleep(0.3)
                    file.unlink()
            class Second(First):
                pass
            """, "--jobs", "3")
        self.assertEqual(0, code)


class TestOrder(unittest.TestCase):
    def test_long_ones_start_first_and_some_classes_are_split(self):
        class First(unittest.TestCase):
            def test_one(self):
                pass

            def test_two(self):
                pass

        class Second(First):
            TAKES_LONG = True

        class Third(First):
            TAKES_LONG = TESTS_APART = True

        suite = unittest.TestSuite(map(unittest.defaultTestLoader.loadTestsFromTestCase, (First, Second, Third)))
        units = [(test_class.__name__, inner.countTestCases()) for test_class, inner in run.units_of(suite)]
        self.assertEqual([("Second", 2), ("Third", 1), ("Third", 1), ("First", 2)], units)

    def test_what_took_longest_is_named(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            run.print_longest([(1.0, 100.0, "short")] * run.LONGEST + [(61.5, 102.25, "test_cases.Long")], 100.0)
        lines = said.getvalue().splitlines()[2:]
        self.assertEqual(run.LONGEST, len(lines))
        self.assertEqual("     61.50 s      +2.2 s  test_cases.Long", lines[0])


if __name__ == "__main__":
    unittest.main()
