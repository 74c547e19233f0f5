# SPDX-License-Identifier: Apache-2.0
"""System packages: which relations are not satisfied, and apt to satisfy them."""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .apt_progress import AptProgress

_LISTS = "/var/lib/apt/lists"


@dataclass(frozen=True, order=True)
class Want:
    """A package that wants a relation. package: "" if every package does; file: where it says so."""

    package: str
    file: str

    def __str__(self) -> str:
        return "%s (%s)" % (self.package, self.file) if self.package else "every package"


@dataclass(frozen=True)
class AptNeeds:
    """What the installer has to know (needs.json)."""

    relations: list[str]
    lacking: str  # the unsatisfied relations in the words of dpkg-checkbuilddeps
    wanted: Mapping[str, list[Want]] = field(default_factory=dict)  # by relation

    def without(self, packages: Collection[str]) -> AptNeeds:
        """What is left when these packages are not built."""
        left = {relation: [want for want in wants if want.package not in packages] for relation, wants in self.wanted.items()}
        wanted = {relation: wants for relation, wants in left.items() if wants}
        return AptNeeds(list(wanted), self.lacking, wanted)

    def to_json(self) -> dict[str, object]:
        wanted = {relation: [[want.package, want.file] for want in wants] for relation, wants in self.wanted.items()}
        return {**vars(self), "wanted": wanted}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> AptNeeds:
        wanted = {relation: [Want(*want) for want in wants] for relation, wants in data["wanted"].items()}
        return cls(data["relations"], data["lacking"], wanted)


def unsatisfied(relations: Iterable[str]) -> str:
    """The relations that are not satisfied, in the words of dpkg-checkbuilddeps; "" when all are."""
    with tempfile.NamedTemporaryFile("w", prefix="control-") as stream:
        stream.write("Source: colcon-deb\n\nPackage: colcon-deb\nArchitecture: any\n")
        stream.flush()
        answer = subprocess.run(["dpkg-checkbuilddeps", "-d", ", ".join(relations), stream.name], stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                                env=dict(os.environ, LC_ALL="C.UTF-8"))
    return answer.stdout.strip() or "?" if answer.returncode else ""


def satisfy(relations: Iterable[str], log: io.FileIO, progress: AptProgress, fresh: bool = False) -> bool:
    """Let one call of apt satisfy all relations. Returns whether it succeeded.

    The package lists are fetched if the image has none, or if those of the image do not suffice. fresh: they are new.
    """
    have_lists = os.path.isdir(_LISTS) and any(name.endswith(("_Packages", "_Packages.lz4", "_InRelease"))
                                               for name in os.listdir(_LISTS))
    arguments = ["satisfy", "--yes", "--no-install-recommends", ", ".join(relations)]
    if (have_lists or fresh) and _apt_get(arguments, log, progress):
        return True
    return not fresh and _apt_get(["update"], log, progress) and _apt_get(arguments, log, progress)


def can_satisfy(relation: str, log: io.FileIO) -> bool:
    """Whether apt could satisfy that relation alone."""
    return _apt_get(["satisfy", "--simulate", "--no-install-recommends", relation], log)


def update() -> bool:
    """Fetch the package lists. Returns whether that succeeded."""
    with open(os.devnull, "wb", buffering=0) as nowhere:
        return _apt_get(["update"], nowhere)


def forget_archives(log: io.FileIO) -> None:
    """Remove the package archives that apt has kept."""
    _apt_get(["clean"], log)


def _apt_get(arguments: list[str], log: io.FileIO, progress: AptProgress | None = None) -> bool:
    command = ["apt-get", "-o", "DPkg::Options::=--force-unsafe-io", "-o", "Acquire::Retries=3",
               "-o", "APT::Update::Error-Mode=any"]
    log.write(("$ apt-get %s\n" % " ".join(arguments)).encode())
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8")
    if not progress:
        return subprocess.run([*command, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                              env=environment, check=False).returncode == 0
    status, status_in = os.pipe()
    command += ["-o", "APT::Status-Fd=%d" % status_in]
    with open(status, "rb", buffering=0), subprocess.Popen([*command, *arguments], stdin=subprocess.DEVNULL, stdout=log,
                                                           stderr=subprocess.STDOUT, env=environment,
                                                           pass_fds=[status_in]) as process:
        os.close(status_in)
        progress.follow(status, process)
    return process.returncode == 0
