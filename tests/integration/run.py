#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run the unittest cases of one directory: a line with the duration of each, what took longest, then a summary.

usage: run.py [--suite NAME] [--directory DIR] [--results FILE] [--jobs N] [TEST...]

TEST is what unittest takes, e.g. test_bad_input or test_bad_input.Engine.test_none; the default is every test_*.py.

With --jobs N, N classes run at a time, each in a process of its own; the lines of a class are printed together when it
ends. A class may say more about itself:
    TAKES_LONG = True    starts before the others
    TESTS_APART = True   its tests may run at the same time, too
    RUNS_ALONE = True    runs after all others, since its tests look at the whole engine
"""
import argparse
import contextlib
import io
import json
import multiprocessing
import multiprocessing.connection
import pathlib
import sys
import time
import traceback
import unittest

LONGEST = 20


class TimedResult(unittest.TestResult):
    """Prints each case as it ends, and keeps the traces of failures for the end, where the reader looks for them."""

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
        self.report("ok", test, "expected failure")

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.report("FAIL", test, "unexpected success")

    def outcome(self):
        traces = [[str(test), trace.rstrip()] for test, trace in self.failures + self.errors]
        failed = len(self.failures) + len(self.errors) + len(self.unexpectedSuccesses)
        return Outcome(self.passed, failed, len(self.skipped), traces)


class Outcome:
    """What the runs of some tests add up to."""

    def __init__(self, passed=0, failed=0, skipped=0, traces=()):
        self.passed, self.failed, self.skipped, self.traces = passed, failed, skipped, list(traces)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.traces += other.traces

    def counts(self):
        return {"passed": self.passed, "failed": self.failed, "skipped": self.skipped}


def load(directory, names):
    sys.path.insert(0, str(directory))
    loader = unittest.TestLoader()
    if names:
        return loader.loadTestsFromNames(names)
    return loader.discover(str(directory), pattern="test_*.py", top_level_dir=str(directory))


def cases_of(suite):
    for entry in suite:
        if isinstance(entry, unittest.TestSuite):
            yield from cases_of(entry)
        else:
            yield entry


def units_of(suite):
    """The tests as one suite for each class, or for each test, in the order in which they are to start."""
    units = {}
    for case in cases_of(suite):
        test_class = type(case)
        name = case.id() if getattr(test_class, "TESTS_APART", False) else test_class
        units.setdefault(name, (test_class, unittest.TestSuite()))[1].addTest(case)
    return sorted(units.values(), key=lambda unit: not getattr(unit[0], "TAKES_LONG", False))


def run_in_child(suite, pipe):
    stream, said = io.StringIO(), io.StringIO()
    result = TimedResult(stream)
    try:
        # Not unittest's own buffer, which replaces sys.stdout before each test: empy, below bloom, does not bear that.
        with contextlib.redirect_stdout(said):
            suite.run(result)
        outcome = result.outcome()
    except BaseException:  # pylint: disable=broad-except # the parent counts whatever ended the class
        outcome = result.outcome()
        outcome.add(Outcome(failed=1, traces=[["the runner", traceback.format_exc().rstrip()]]))
    if outcome.traces and said.getvalue():
        outcome.traces[-1][1] += "\n\nThe tests of its class printed:\n" + said.getvalue().rstrip()
    pipe.send((stream.getvalue(), outcome))
    pipe.close()


class Child:
    """A process that runs the tests of one unit."""

    context = multiprocessing.get_context("fork")

    def __init__(self, test_class, suite):
        self.name = "%s.%s" % (test_class.__module__, test_class.__qualname__)
        self.title = next(cases_of(suite)).id() if getattr(test_class, "TESTS_APART", False) else self.name
        self.started = time.monotonic()
        self.pipe, theirs = self.context.Pipe(duplex=False)
        self.process = self.context.Process(target=run_in_child, args=(suite, theirs))
        self.process.start()
        theirs.close()

    def finish(self):
        """What it has printed and how its tests ended; a process that died is a failure."""
        try:
            text, outcome = self.pipe.recv()
        except EOFError:
            self.process.join()
            text = "  FAIL             %s  (its process died)\n" % self.name
            outcome = Outcome(failed=1, traces=[(self.name, "the process ended with code %s" % self.process.exitcode)])
        self.process.join()
        self.pipe.close()
        return text, outcome


def run_side_by_side(units, jobs, total, times):
    """Adds to the total, and to the times: (seconds, when it began, name) of each unit."""
    waiting, running = list(units), {}
    while waiting or running:
        while waiting and len(running) < jobs:
            child = Child(*waiting.pop(0))
            running[child.pipe] = child
        for pipe in multiprocessing.connection.wait(list(running)):
            child = running.pop(pipe)
            text, outcome = child.finish()
            times.append((time.monotonic() - child.started, child.started, child.title))
            sys.stdout.write(text)
            sys.stdout.flush()
            total.add(outcome)


def run_tests(suite, jobs):
    if jobs == 1:
        result = TimedResult(sys.stdout)
        suite.run(result)
        return result.outcome()
    total, times, started = Outcome(), [], time.monotonic()
    units = units_of(suite)
    alone = [unit for unit in units if getattr(unit[0], "RUNS_ALONE", False)]
    run_side_by_side([unit for unit in units if unit not in alone], jobs, total, times)
    run_side_by_side(alone, 1, total, times)
    print_longest(times, started)
    return total


def print_longest(times, started):
    """What to make shorter, or to start earlier."""
    if len(times) > LONGEST:
        print("\n  What took longest, and when it began:")
        for seconds, begin, name in sorted(times, reverse=True)[:LONGEST]:
            print(f"  {seconds:8.2f} s  {begin - started:+8.1f} s  {name}")


def main():
    parser = argparse.ArgumentParser(description="Run the tests of one directory.")
    parser.add_argument("--suite", default="integration")
    parser.add_argument("--directory", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--results", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()

    started = time.monotonic()
    outcome = run_tests(load(arguments.directory.resolve(), arguments.tests), arguments.jobs)
    seconds = time.monotonic() - started

    for test, trace in outcome.traces:
        print(f"\n---- {test}\n{trace}")
    print(
        "\n{suite}: {passed} passed, {failed} failed, {skipped} skipped in {seconds:.1f} s".format(
            suite=arguments.suite, seconds=seconds, **outcome.counts()
        )
    )
    if arguments.results:
        arguments.results.parent.mkdir(parents=True, exist_ok=True)
        record = {"suite": arguments.suite, **outcome.counts(), "seconds": round(seconds, 1)}
        arguments.results.write_text(json.dumps(record) + "\n")
    return 1 if outcome.failed or not outcome.passed else 0


if __name__ == "__main__":
    sys.exit(main())
