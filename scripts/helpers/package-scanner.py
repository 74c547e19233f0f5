#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Print the plan of the workspace as JSON: {"packages": [... in build order], "warnings": [...], "errors": [...]}.

Exit 0 when there is something to build and nothing is wrong with it, 1 otherwise. Reads only; runs nothing of the workspace.
Usage: package-scanner.py [SOURCE-DIRECTORY]      environment: ROS_DISTRO, INSTALL_PREFIX, PACKAGE_PREFIX, RUN_TESTS
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base.settings import Settings, SettingsError  # noqa: E402
from colcon_deb.workspace.plan import make_plan  # noqa: E402


def main(arguments):
    try:
        settings = Settings()
    except SettingsError as error:
        plan = {"packages": [], "warnings": [], "errors": [{"msg": str(error)}]}
    else:
        if arguments:
            settings.source = arguments[0]
        plan = make_plan(settings)
    json.dump(plan, sys.stdout, indent=1)
    print()
    return 1 if plan["errors"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
