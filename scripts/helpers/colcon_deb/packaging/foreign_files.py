# SPDX-License-Identifier: Apache-2.0
"""Programs of other machines in a package, such as firmware: data, which debhelper's tools cannot read.

They are taken out of the staging directory while these tools look for programs and libraries.
"""

from __future__ import annotations

import os
import shutil

from .elf import files_below, foreign_files


def set_aside(staging: str, aside: str) -> None:
    for path in foreign_files(files_below(staging)):
        _move(path, os.path.join(aside, os.path.relpath(path, staging)))


def put_back(staging: str, aside: str) -> None:
    for path in files_below(aside):
        _move(path, os.path.join(staging, os.path.relpath(path, aside)))
    shutil.rmtree(aside, ignore_errors=True)


def _move(source: str, target: str) -> None:
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.rename(source, target)
