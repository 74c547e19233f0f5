#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make a debian/ directory for every package of the plan, as the build user. Usage: debian-preparer.py

The result goes to /workspace/prepared/<package>/, what bloom generated also to debian_dirs/<package>/debian. A package for
which that fails is reported when its turn to be built comes, so that the others are built. bloom's own words go to
logs/stage.prepare.log in the output directory.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb import files  # noqa: E402
from colcon_deb.bloom_adapter import write_index  # noqa: E402
from colcon_deb.protocol import Emitter  # noqa: E402
from colcon_deb.settings import Settings  # noqa: E402


def main():
    settings = Settings()
    plan = files.read_json(os.path.join(settings.state, "plan.json"))
    resolved = files.read_json(os.path.join(settings.state, "resolved.json"))
    # bloom prints whatever it likes, and keeps a log in the home directory: neither may reach our standard output.
    emitter = Emitter(os.dup(1))
    log = files.open_log(os.path.join(settings.output, "logs", "stage.prepare.log"))
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    os.environ["HOME"] = os.path.join(settings.prepared, ".home")
    os.environ["ROSDISTRO_INDEX_URL"] = write_index(os.path.join(settings.prepared, ".index"), settings)

    from colcon_deb.prepare import Preparer
    preparer = Preparer(settings, plan, resolved, emitter.warning)
    result = {}
    for number, package in enumerate(plan["packages"], 1):
        result[package["name"]] = preparer.prepare(package)
        emitter.progress("general", current=number, total=len(plan["packages"]), message="debian/ of " + package["name"])
    sys.stdout.flush()
    files.write_json(os.path.join(settings.state, "builder", "prepared.json"), result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
