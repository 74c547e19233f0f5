# SPDX-License-Identifier: Apache-2.0
"""The portable fingerprint: what a package is made of, whichever target builds it.

It is that of fingerprint.py without what belongs to one target: its architecture, its image, and whether it runs tests. (By
Debian's rules a build without tests makes the same package.) The versions of the build tools stand for the image. Targets of one suite that agree in it share their packages for
all architectures (building/shared_packages.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..base.settings import Settings
from ..workspace.package import Package
from ..workspace.source_list import SourceList
from . import fingerprint
from .records import Record

_OF_ONE_TARGET = {"BASE_IMAGE", "RUN_TESTS", "TEST_FAILURES"}
# What makes packages for all architectures, as far as packages do not name it as a dependency.
_BUILD_TOOLS = ("ament-cmake-core", "ros-%(distro)s-ament-cmake-core", "cmake", "debhelper", "dh-python", "dpkg-dev", "python3",
                "python3-bloom", "python3-setuptools")
# Debian has built a package again, from the same source and for one architecture alone.
_REBUILT = re.compile(r"\+b\d+\Z")


def of_environment(environ: Mapping[str, str], helpers: str, settings: Settings, setup: Sequence[str]) -> str:
    """What all packages have in common. setup: the package with the set-up files of the prefix, if it is ours."""
    shared = {name: value for name, value in environ.items() if name not in _OF_ONE_TARGET}
    return fingerprint.digest([settings.os_name, settings.codename, *setup, fingerprint.of_environment(shared, helpers)])


def of_inputs(common: str, package: Package, resolved: Mapping[str, list[str]], versions: Mapping[str, str],
              settings: Settings, sources: SourceList) -> str | None:
    """What one package is made of and by which tools, without the workspace packages that it is built against. None if that
    is unknown.

    common: see of_environment(). resolved: key -> names for apt. versions: of the installed packages.
    """
    written = fingerprint.of_sources(common, package, settings, sources)
    if written is None:
        return None
    shared = {name: _REBUILT.sub("", version) for name, version in versions.items()}
    made_of = fingerprint.of_inputs(written, package, resolved, shared, replace(settings, run_tests=False))
    tools = [name % {"distro": settings.distro} for name in _BUILD_TOOLS]
    return fingerprint.digest([made_of, *("%s %s" % (name, shared.get(name, "")) for name in tools)])


def of_build(inputs: str | None, against: Mapping[str, Record]) -> str:
    """inputs, and the same of each workspace package that it is built against, with the version that the package will name.
    Empty if that is unknown."""
    if not inputs or not all(record.portable for record in against.values()):
        return ""
    parts = [inputs]
    for name, record in sorted(against.items()):
        parts += [name, record.portable, *("%s %s" % pair for pair in sorted(record.versions.items()))]
    return fingerprint.digest(parts)
