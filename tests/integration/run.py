#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the unittest cases of one directory: a line with the duration of each, then a summary.

usage: run.py [--suite NAME] [--directory DIR] [--results FILE] [TEST...]

TEST is what unittest takes, e.g. test_bad_input or test_bad_input.Engine.test_none; none means every test_*.py.
"""
import argparse
import json
import pathlib
import sys
import time
import unittest


class TimedResult(unittest.TestResult):
    """Prints each case as it ends, and keeps the words of what failed for the end, where they are looked for."""

    def __init__(self, stream):
        super().__init__()
        self.stream = stream
        self.passed = 0
        self.started = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()

    def report(self, word, test, note=""):
        seconds = time.monotonic() - self.started if self.started else 0.0
        name = test.id() if hasattr(test, "id") else str(test)
        print(f"  {word:<4} {seconds:8.2f} s  {name}{'  (' + note + ')' if note else ''}", file=self.stream, flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self.report("ok", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report("FAIL", test)

    def addError(self, test, err):
        super().addError(test, err)
        self.report("FAIL", test, "error")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.report("FAIL", subtest)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report("skip", test, reason)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.passed += 1
        self.report("ok", test, "fails, as it must")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.report("FAIL", test, "passes, against what is said of it")

    def counts(self):
        failed = len(self.failures) + len(self.errors) + len(self.unexpectedSuccesses)
        return {"passed": self.passed, "failed": failed, "skipped": len(self.skipped)}


def load(directory, names):
    sys.path.insert(0, str(directory))
    loader = unittest.TestLoader()
    if names:
        return loader.loadTestsFromNames(names)
    return loader.discover(str(directory), pattern="test_*.py", top_level_dir=str(directory))


def main():
    parser = argparse.ArgumentParser(description="Run the tests of one directory.")
    parser.add_argument("--suite", default="integration")
    parser.add_argument("--directory", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()

    started = time.monotonic()
    result = TimedResult(sys.stdout)
    load(arguments.directory.resolve(), arguments.tests).run(result)
    seconds = time.monotonic() - started

    for test, trace in result.failures + result.errors:
        print(f"\n---- {test}\n{trace.rstrip()}")
    counts = result.counts()
    print(
        "\n{suite}: {passed} passed, {failed} failed, {skipped} skipped in {seconds:.1f} s".format(
            suite=arguments.suite, seconds=seconds, **counts
        )
    )
    if arguments.results:
        arguments.results.parent.mkdir(parents=True, exist_ok=True)
        record = {"suite": arguments.suite, **counts, "seconds": round(seconds, 1)}
        arguments.results.write_text(json.dumps(record) + "\n")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
