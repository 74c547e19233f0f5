# SPDX-License-Identifier: Apache-2.0
"""System packages: which relations are not satisfied, and apt to satisfy them."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LISTS = "/var/lib/apt/lists"


@dataclass(frozen=True)
class AptNeeds:
    """What the installer has to know (needs.json)."""

    relations: list[str]
    lacking: str  # the unsatisfied relations in the words of dpkg-checkbuilddeps
    wanted: Mapping[str, list[str]] = field(default_factory=dict)  # relation -> the packages and files that want it

    def to_json(self) -> dict[str, object]:
        return dict(vars(self))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AptNeeds:
        return cls(**data)


def unsatisfied(relations: Iterable[str]) -> str:
    """The relations that are not satisfied, in the words of dpkg-checkbuilddeps; "" when all are."""
    with tempfile.NamedTemporaryFile("w", prefix="control-") as stream:
        stream.write("Source: colcon-deb\n\nPackage: colcon-deb\nArchitecture: any\n")
        stream.flush()
        answer = subprocess.run(["dpkg-checkbuilddeps", "-d", ", ".join(relations), stream.name], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                                env=dict(os.environ, LC_ALL="C.UTF-8"))
    return answer.stdout.strip() or "?" if answer.returncode else ""


def satisfy(relations: Iterable[str], log: io.FileIO) -> bool:
    """Let one call of apt satisfy all relations. Returns whether it succeeded.

    The package lists are fetched if the image has none, or if those of the image do not suffice.
    """
    have_lists = os.path.isdir(_LISTS) and any(name.endswith(("_Packages", "_Packages.lz4", "_InRelease"))
                                               for name in os.listdir(_LISTS))
    arguments = ["satisfy", "--yes", "--no-install-recommends", ", ".join(relations)]
    if have_lists and _apt_get(arguments, log):
        return True
    return _apt_get(["update"], log) and _apt_get(arguments, log)


def update() -> bool:
    """Fetch the package lists. Returns whether that succeeded."""
    with open(os.devnull, "wb", buffering=0) as nowhere:
        return _apt_get(["update"], nowhere)


def forget_archives(log: io.FileIO) -> None:
    """Remove the package archives that apt has kept."""
    _apt_get(["clean"], log)


def _apt_get(arguments: list[str], log: io.FileIO) -> bool:
    command = ["apt-get", "-o", "DPkg::Options::=--force-unsafe-io", "-o", "Acquire::Retries=3",
               "-o", "APT::Update::Error-Mode=any", *arguments]
    log.write(("$ apt-get %s\n" % " ".join(arguments)).encode())
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment,
                          check=False).returncode == 0
