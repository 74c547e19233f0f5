# SPDX-License-Identifier: Apache-2.0
"""The machine that packages are built on and for."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Machine:
    architecture: str  # as Debian names it, such as amd64
    multiarch: str  # as library directories name it, such as x86_64-linux-gnu
    variables: Mapping[str, str]  # the output of dpkg-architecture, which debian/rules would otherwise run many times


def read_machine() -> Machine:
    text = subprocess.check_output(["dpkg-architecture"], text=True)
    variables = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    return Machine(variables["DEB_HOST_ARCH"], variables["DEB_HOST_MULTIARCH"], variables)
