# SPDX-License-Identifier: Apache-2.0
"""Results of the tests of a package: collected from its build into test-results/PACKAGE of the output, and read.

CTest and pytest are told to write below the build directory, beside the source. ament writes into the CMake directory. All
these files come from code of the workspace.
"""

from __future__ import annotations

import glob
import os
import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..base import files, tree
from ..packaging.test_commands import CTEST, MARK, PYTEST, VARIABLE
from . import junit, unittest_log
from .junit import FAILED, SKIPPED, Case, JunitError

DIRECTORY = "test-results"
MAX_FILES = 500
MAX_FILE = 8 * 1024 * 1024
MAX_TOTAL = 64 * 1024 * 1024
MAX_CASES = 100_000
_ENDING = ".xml"
# pybuild tests a copy of the modules.
_PYBUILD = re.compile(r"\.pybuild\.[^/]*?\.build\.(?=.)")
_KINDS = (".gtest", ".gmock", ".xunit")


@dataclass(frozen=True)
class Results:
    cases: Sequence[Case]
    path: str | None  # the directory of the files, relative to the output; None without files
    unusable: Sequence[str]  # files that do not count, and why
    noted: bool  # debian/rules has noted that tests failed

    @property
    def failed(self) -> list[Case]:
        return [case for case in self.cases if case.outcome == FAILED]

    @property
    def fields(self) -> dict[str, object]:
        """Of the event."""
        skipped = sum(case.outcome == SKIPPED for case in self.cases)
        return {"tests": len(self.cases), "failed": len(self.failed), "skipped": skipped,
                **({"path": self.path} if self.path else {})}


@dataclass(frozen=True)
class _File:
    name: str  # with .xml
    of_ctest: bool
    data: bytes
    cases: Sequence[Case]


def environment(source: str, environ: Mapping[str, str]) -> dict[str, str]:
    """For the build in that directory; makes the directory of the results."""
    place = _place(os.path.dirname(source))
    files.make_directory(place)
    result = {VARIABLE: place}
    # A CMake package may call pytest several times, and all calls would write to the same file.
    if not os.path.exists(os.path.join(source, "CMakeLists.txt")):
        options = [environ.get("PYTEST_ADDOPTS", ""), "--junitxml=" + shlex.quote(os.path.join(place, PYTEST))]
        result["PYTEST_ADDOPTS"] = " ".join(filter(None, options))
    return result


def clear(output: str, name: str) -> None:
    """Remove the results of a former build of the package."""
    if files.is_directory(os.path.join(output, DIRECTORY)):
        files.clear(os.path.join(output, DIRECTORY, name))


def collect(work: str, output: str, name: str, log: Callable[[], Sequence[str]]) -> Results:
    """Copy the files of a build into the output, and read them.

    log: gives the lines of its log, for tests that write no files. Raises OSError.
    """
    found, unusable = _read(_paths(work), os.path.join(_place(work), CTEST))
    cases = _without_repeats(found) if found else unittest_log.cases(log(), MAX_CASES)
    return Results(cases, _copy(found, output, name), unusable, files.is_file(os.path.join(_place(work), MARK)))


def _place(work: str) -> str:
    return os.path.join(work, "results")


def _paths(work: str) -> Iterator[str]:
    # Sources may have a directory of that name too, so CMake must have been at work beside it.
    caches = [path for hidden in ("", ".") for path in
              glob.glob(os.path.join(glob.escape(work), "source", hidden + "*", "CMakeCache.txt"))]
    places = [os.path.join(os.path.dirname(cache), "test_results") for cache in sorted(caches)]
    for place in [_place(work), *filter(files.is_directory, places)]:
        for directory, _directories, names in tree.walk_paths(place):
            yield from (os.path.join(directory, name) for name in sorted(names) if name.endswith(_ENDING))


def _read(paths: Iterable[str], ctest: str) -> tuple[list[_File], list[str]]:
    """(the files, what of them is unusable)"""
    found, unusable, left, cases = list[_File](), list[str](), MAX_TOTAL, 0
    for number, path in enumerate(paths):
        if number == MAX_FILES or left <= 0 or cases > MAX_CASES:
            unusable.append("further files: there are too many results")
            break
        name = _printable(os.path.basename(path))
        try:
            data = files.read_bytes(path, most=MAX_FILE)
            left -= len(data)
            found.append(_File(name, path == ctest, data, [_renamed(case) for case in junit.parse(data)]))
            cases += len(found[-1].cases)
        except (OSError, ValueError, JunitError) as error:
            unusable.append("%s: %s" % (name, error.strerror if isinstance(error, OSError) else error))
    return found, unusable


def _renamed(case: Case) -> Case:
    match = _PYBUILD.match(case.name)
    return replace(case, name=case.name[match.end():]) if match else case


def _printable(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.+-]|\A\.", "_", name[:-len(_ENDING)])[:200] + _ENDING


def _without_repeats(found: Sequence[_File]) -> list[Case]:
    """ament runs each program as a test of CTest, and the program writes a file of that name with all of its cases."""
    inside = {_test_of(file.name): {case.outcome for case in file.cases} for file in found if file.cases and not file.of_ctest}
    return [case for file in found for case in file.cases if not (file.of_ctest and _is_told(case, inside.get(case.name)))]


def _is_told(case: Case, outcomes: set[str] | None) -> bool:
    """Whether another file tells the same. A program may fail although all of its cases have passed."""
    return outcomes is not None and (case.outcome != FAILED or FAILED in outcomes)


def _test_of(file: str) -> str:
    """lamp of lamp.xml, lamp.gtest.xml and lamp.xunit.xml."""
    name = file[:-len(_ENDING)]
    return next((name[:-len(kind)] for kind in _KINDS if name.endswith(kind)), name)


def _copy(found: Sequence[_File], output: str, name: str) -> str | None:
    if not found:
        return None
    path = os.path.join(DIRECTORY, name)
    files.make_own_directory(os.path.join(output, path), output)
    taken = set[str]()
    for file in found:
        free = _free_name(file.name, taken)
        taken.add(free)
        files.replace(os.path.join(output, path, free), file.data)
    return path


def _free_name(name: str, taken: set[str]) -> str:
    """Two packages of one CMake project may have a file of the same name."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = "%s.%d%s" % (name[:-len(_ENDING)], number, _ENDING)
    return free
