#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Print the plan of the workspace as JSON: {"packages": [... in build order], "warnings": [...], "errors": [...]}.

Exit 0 when there is a package to build and no error, 1 otherwise. Reads only; runs nothing of the workspace.
Usage: package-scanner.py [SOURCE-DIRECTORY]      environment: see container-settings.json
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base.settings import SettingsError, read_settings  # noqa: E402
from colcon_deb.workspace.package import Fault, Plan  # noqa: E402
from colcon_deb.workspace.plan import make_plan  # noqa: E402


def scan(arguments: list[str]) -> Plan:
    try:
        settings = read_settings()
    except SettingsError as error:
        return Plan([], [], [Fault(str(error))])
    return make_plan(replace(settings, source=arguments[0]) if arguments else settings)


def main(arguments: list[str]) -> int:
    plan = scan(arguments)
    json.dump(plan.to_json(), sys.stdout, indent=1)
    print()
    return 1 if plan.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
