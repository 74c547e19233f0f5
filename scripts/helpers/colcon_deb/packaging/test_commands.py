# SPDX-License-Identifier: Apache-2.0
"""How debian/rules runs the tests of a package, and where their results go.

A debian/ directory of ours also works without colcon-deb: then the variable is unset, and no results are written.
"""

from __future__ import annotations

from ..base.settings import Settings
from ..workspace.package import Package

# The directory of the results.
VARIABLE = "COLCON_DEB_TEST_RESULTS"
CTEST = "ctest.xml"
PYTEST = "pytest.xml"
# Exists if tests failed, and the package was built nevertheless.
MARK = "failed"
_CTEST = " $${%s:+-- ARGS+=--output-junit ARGS+=$$%s/%s}" % (VARIABLE, VARIABLE, CTEST)
_NOTE_FAILURE = ' || { test -z "$$%s" || : > "$$%s/%s"; }' % (VARIABLE, VARIABLE, MARK)


def adapted(line: str, settings: Settings, package: Package) -> str:
    """A line of debian/rules that ends with dh_auto_test."""
    arguments = "" if package.build_type == "ament_python" else _CTEST
    return line + arguments + (_NOTE_FAILURE if settings.test_failures == "warn" else "")
