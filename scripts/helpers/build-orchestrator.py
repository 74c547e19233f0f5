#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Build everything, as the build user. Usage: build-orchestrator.py CHANNEL-DESCRIPTOR

The descriptor is a socket to build-supervisor.py, the only one who may install. Exit 0: all built; 1: something failed or
was skipped; 130: stopped.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb import files  # noqa: E402
from colcon_deb.builder import Builder  # noqa: E402
from colcon_deb.channel import Channel, Stopped  # noqa: E402
from colcon_deb.protocol import Emitter  # noqa: E402
from colcon_deb.settings import Settings, architecture  # noqa: E402


def main(arguments):
    settings = Settings()
    plan = files.read_json(os.path.join(settings.state, "plan.json"))
    prepared = files.read_json(os.path.join(settings.state, "builder", "prepared.json"))
    builder = Builder(settings, plan, prepared, Channel(int(arguments[0])), Emitter(), architecture()[1])
    try:
        builder.run()
    except Stopped:
        return 130
    finally:
        files.write_json(os.path.join(settings.state, "builder", "result.json"),
                         {"counts": builder.counts, "debs": builder.debs})
    return 1 if builder.counts["failed"] or builder.counts["skipped"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
