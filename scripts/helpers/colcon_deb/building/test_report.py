# SPDX-License-Identifier: Apache-2.0
"""What the tests of packages had for results: kept in the output, and told to the host."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from ..base import logs
from ..base.protocol import Emitter
from ..base.settings import Settings
from . import test_results
from .host_paths import HostPaths
from .junit import Case
from .test_results import Results

MAX_FAILED = 100  # that are told by name
_MAX_NAMED = 5
_LOG_LINES = 20000
_LOG_BYTES = 4 * 1024 * 1024


class TestReport:
    """Any thread may report."""

    def __init__(self, settings: Settings, emitter: Emitter) -> None:
        self._settings, self._emitter = settings, emitter

    def variables(self, source: str, environ: Mapping[str, str]) -> dict[str, str]:
        """For the build in that directory."""
        return test_results.environment(source, environ) if self._settings.run_tests else {}

    def begin(self, name: str) -> None:
        """Before a build: one that is killed leaves no results of a former build."""
        with contextlib.suppress(OSError):
            test_results.clear(self._settings.output, name)

    def report(self, name: str, work: str, log: str, paths: HostPaths) -> Results | None:
        """After the commands of a build, failed or not. A result that cannot be kept fails no package."""
        try:
            # A package that was built meanwhile may have put something there.
            test_results.clear(self._settings.output, name)
            if not self._settings.run_tests:
                return None
            results = test_results.collect(work, self._settings.output, name, lambda: logs.tail(log, _LOG_LINES, _LOG_BYTES))
        except OSError as error:
            self._emitter.warning("test_results", "The test results cannot be kept: %s." % error, name)
            return None
        self._emit(name, results, paths)
        return results

    def warn(self, name: str, results: Results | None) -> None:
        """The package was made."""
        if results and (results.failed or results.noted):
            self._emitter.warning("tests_failed", "Tests failed: %s. The package was made nevertheless."
                                  % (_listed(results.failed) or "see its log"), name)

    def _emit(self, name: str, results: Results, paths: HostPaths) -> None:
        if results.unusable:
            self._emitter.warning("test_results", "Test results that are not counted: %s."
                                  % "; ".join(results.unusable[:_MAX_NAMED]), name)
        if not results.cases:
            return
        self._emitter.progress("test_results", name=name, **results.fields)
        for case in results.failed[:MAX_FAILED]:
            message = {"msg": paths.of_text(case.message)} if case.message else {}
            self._emitter.progress("test_failed", name=name, test=case.name, **message)


def _listed(failed: list[Case]) -> str:
    names = [case.name for case in failed[:_MAX_NAMED]]
    return ", ".join(names + (["..."] if len(failed) > _MAX_NAMED else []))
