# SPDX-License-Identifier: Apache-2.0
"""The table of programs (../programs), compared with an emulated root file system and a native one."""

from __future__ import annotations

import os
import pathlib
import re
from dataclasses import dataclass

from . import dpkg
from .packages import Packages, Source

COMPILER = "compiler"


class Refused(Exception):
    """The image cannot be accelerated."""


@dataclass(frozen=True)
class Names:
    """What the table's braces stand for."""

    debian: str
    triplet: str
    gcc: str
    python: str
    libexec: str
    cross: str


@dataclass(frozen=True)
class Program:
    group: str
    how: str  # direct, patched or wrapped: see the table
    path: str  # in the emulated system
    native: str  # in the native one
    source: Source


@dataclass(frozen=True)
class Emulated:
    """A program that stays emulated."""

    path: str
    reason: str


@dataclass(frozen=True)
class Choice:
    programs: list[Program]
    emulated: list[Emulated]


def find_names(base: str, tools: str, architecture: str, triplet: str) -> Names:
    """Raises Refused if the compiler or Python is missing."""
    gcc = _only(base, "/usr/bin/gcc", re.compile(r"(?:%s-)?gcc-(\d+)\Z" % re.escape(triplet)), "gcc")
    python = _only(base, "/usr/bin/python3", re.compile(r"(python3\.\d+)\Z"), "python3")
    places = [("/usr/%s/gcc/%s/%s" % (lib, triplet, gcc), "/usr/%s/gcc-cross/%s/%s" % (cross, triplet, gcc))
              for lib in ("libexec", "lib") for cross in ("libexec", "lib")]
    for libexec, cross in places:
        if os.path.exists(base + libexec + "/cc1") and os.path.exists(tools + cross + "/cc1"):
            return Names(architecture, triplet, gcc, python, libexec, cross)
    raise Refused("the image compiles with gcc %s, and %s has no cross compiler of that version for %s"
                  % (gcc, _release(tools), triplet))


def _only(root: str, path: str, pattern: re.Pattern[str], name: str) -> str:
    """The version in the name of the program that a link leads to."""
    for _ in range(8):
        match = pattern.match(os.path.basename(path))
        if match:
            return match.group(1)
        if not os.path.islink(root + path):
            break
        path = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(root + path)))
    raise Refused("the image has no %s that is known here" % name)


def _release(root: str) -> str:
    text = pathlib.Path(root + "/etc/os-release").read_text(encoding="utf-8")
    match = re.search(r"(?m)^VERSION_CODENAME=(\S+)$", text)
    return match.group(1) if match else "this suite"


def read_table(text: str, names: Names) -> list[tuple[str, str, str, str]]:
    """Group, how, path and native path of each line."""
    rows = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        group, how, path, *native = line.format(**vars(names)).split()
        rows.append((group, how, path, native[0] if native else path))
    return rows


def choose(table: list[tuple[str, str, str, str]], base: str, tools: str, architecture: str) -> Choice:
    """What can be replaced. Raises Refused if the compiler differs."""
    emulated, native = Packages(base), Packages(tools)
    chosen: list[Program] = []
    staying: list[Emulated] = []
    for group, how, path, native_path in table:
        if not os.path.isfile(base + path):
            continue
        owner, other = emulated.owner(path), native.owner(native_path)
        if owner is None or other is None or not os.path.isfile(tools + native_path):
            reason = "no package has it" if owner is None else "there is no native one"
        elif emulated.is_changed(path):
            reason = "it is not the file of its package %s" % owner.name
        elif other.made_of(owner.source.name) != owner.source:
            reason = "the image has %s, the native one is of %s" % (owner.source, other.made_of(owner.source.name))
        elif how == "patched" and not dpkg.can_be_patched(tools + native_path, architecture):
            reason = "the native one does not name its architecture as is expected"
        else:
            chosen.append(Program(group, how, path, native_path, owner.source))
            continue
        if group == COMPILER:
            raise Refused("the compilers differ, so their bytes may differ: %s: %s" % (path, reason))
        staying.append(Emulated(path, reason))
    return Choice(chosen, staying)
