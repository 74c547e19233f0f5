#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Report everything that is wrong in debian_dirs/, for `colcon-deb validate`. Reads only. Usage: overrides-checker.py

Exit 0 if a build could use all of it, 1 otherwise.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import step  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, SettingsError, read_settings  # noqa: E402
from colcon_deb.dependencies import rosdep_file  # noqa: E402
from colcon_deb.packaging import overrides_check  # noqa: E402


def problems(settings: Settings) -> list[str]:
    return rosdep_file.problems(os.path.join(settings.debian_dirs, "rosdep.yaml"), "debian_dirs/rosdep.yaml") \
        + overrides_check.problems(settings)


def main() -> int:
    emitter = Emitter()
    try:
        found = problems(read_settings())
    except SettingsError as error:
        found = [str(error)]
    for text in found:
        emitter.error(text)
    return 1 if found else 0


if __name__ == "__main__":
    step.run(main)
