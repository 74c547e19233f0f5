#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Install, as root and before anything of the workspace runs, what its packages need. Usage: dependency-installer.py

Reads what dependency-resolver.py has found out; apt's output goes to logs/stage.dependencies.log in the output.
"""

import itertools
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings  # noqa: E402
from colcon_deb.building import explain, retry  # noqa: E402
from colcon_deb.dependencies import needs  # noqa: E402

# No package has a dot in its name, so it is no package's log.
LOG = "logs/stage.dependencies.log"
SHOWN_LINES = 15


def install(settings, relations, emitter, log, path):
    """Whether apt did. What only the network was to blame for is tried again."""
    for attempt in itertools.count(1):
        if needs.install(relations, log):
            return True
        if attempt > settings.retries or not explain.says_network(path):
            return False
        emitter.warning("retry", "apt could not fetch everything that the workspace needs (%s); it tries again in %d s."
                        % (LOG, retry.delay(attempt)))
        retry.wait(attempt)


def main():
    emitter = Emitter()
    settings = Settings()
    wanted = files.read_json(os.path.join(settings.state, "needs.json"))
    emitter.progress("general", current=0, total=1, message="Installing dependencies by apt")
    path = os.path.join(settings.output, LOG)
    with files.as_user(settings.uid, settings.gid):
        log = files.open_log(path)
    log.write(wanted["lacking"].encode() + b"\n")
    if not install(settings, wanted["relations"], emitter, log, path):
        emitter.error("apt could not install what the workspace needs. Its last lines (all of them in %s):\n%s"
                      % (LOG, "\n".join(files.tail(path, SHOWN_LINES))))
        return 1
    if settings.dependency_layer:
        # An image of this container is for what is installed. The package lists stay: an override may call apt.
        needs.forget_archives(log)
    emitter.progress("general", current=1, total=1, message="Dependencies are installed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
