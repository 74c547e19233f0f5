#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Install the system packages that the workspace needs, as root and before anything of the workspace runs.
Usage: dependency-installer.py

Reads the result of dependency-resolver.py. The output of apt goes to logs/stage.dependencies.log in the output.
"""

from __future__ import annotations

import io
import itertools
import os
import sys
from collections.abc import Sequence

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.building import explain, retry  # noqa: E402
from colcon_deb.dependencies import apt, unmet  # noqa: E402
from colcon_deb.dependencies.apt import AptNeeds  # noqa: E402

# No package name has a dot, so this cannot be the log of a package.
LOG = "logs/stage.dependencies.log"
SHOWN_LINES = 15
READ_LINES = 2000


def install(settings: Settings, needs: AptNeeds, emitter: Emitter, log: io.FileIO, path: str) -> bool:
    """Whether apt succeeded, with retries after network failures."""
    for attempt in itertools.count(1):
        if apt.satisfy(needs.relations, log):
            return True
        if attempt > settings.retries or not explain.shows_network_failure(path):
            break
        emitter.warning("retry", "Installing dependencies: apt could not fetch all packages (%s). Next attempt in %d s."
                        % (LOG, retry.delay(attempt)))
        retry.wait(attempt)
    return False


def report(emitter: Emitter, needs: AptNeeds, lines: Sequence[str]) -> None:
    why = unmet.explain(lines, needs.wanted)
    for sentence in why:
        emitter.error("Installing dependencies: %s" % sentence)
    if why:
        emitter.error("Installing dependencies: apt failed (%s). Correct the name or the version there, or add an APT "
                      "source that has the package to the image." % LOG)
    else:
        emitter.error("Installing dependencies: apt failed. The last lines of %s:\n%s"
                      % (LOG, "\n".join(lines[-SHOWN_LINES:])))


def main() -> int:
    emitter = Emitter()
    settings = read_settings()
    needs = AptNeeds.from_json(files.read_json(os.path.join(settings.state, "needs.json")))
    emitter.progress("general", current=0, total=1, message="Installing dependencies by apt")
    path = os.path.join(settings.output, LOG)
    with files.as_user(settings.uid, settings.gid):
        log = files.open_log(path)
    log.write(needs.lacking.encode() + b"\n")
    if not install(settings, needs, emitter, log, path):
        report(emitter, needs, files.tail(path, READ_LINES))
        return 1
    if settings.dependency_layer:
        # An image of this container needs no archives. The package lists stay: an override may call apt.
        apt.forget_archives(log)
    emitter.progress("general", current=1, total=1, message="Dependencies are installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
