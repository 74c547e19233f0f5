#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make the APT repository in the output directory, as the build user. Usage: apt-repository.py

With REPOSITORY_HELD=1 it is left as .apt.new: the host has the key, signs it and puts it in place.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.machine import read_machine  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import read_settings  # noqa: E402
from colcon_deb.building.result import Result  # noqa: E402
from colcon_deb.repository import apt_repository  # noqa: E402
from colcon_deb.repository.apt_dists import Target  # noqa: E402


def main() -> int:
    emitter = Emitter()
    settings = read_settings()
    result = Result.from_json(files.read_json(os.path.join(settings.state, "builder", "result.json")))
    target = Target(settings.codename, read_machine().architecture)
    try:
        count = apt_repository.make(settings.output, result.debs, target, settings.repository_prune)
        if count is not None and not settings.repository_held:
            apt_repository.swap(settings.output)
    except (apt_repository.RepositoryError, OSError) as error:
        emitter.error("Making the APT repository in the output directory failed: %s."
                      % (getattr(error, "strerror", None) or error))
        return 1
    if count is None:
        emitter.warning("nothing_built", "No package was built: debs/ and apt/ in the output directory stay as they "
                        "were.")
        return 0
    emitter.progress("repository", path="apt", count=count, signed=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
