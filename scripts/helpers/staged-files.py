#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A step of colcon-deb between those of debhelper; called by debian/rules, in the source directory.

Usage: staged-files.py before|after PACKAGE
       staged-files.py limit-discovery ROS-PACKAGE
       staged-files.py relocate PACKAGE PREFIX
       staged-files.py library-directories PACKAGE LIBRARY...
"""

from __future__ import annotations

import configparser
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.packaging import pyproject, staging  # noqa: E402
from colcon_deb.packaging.runpaths import RunpathError  # noqa: E402


def main(arguments: list[str]) -> int:
    action, package, *more = arguments
    try:
        if action == "before":
            staging.before_binaries(package)
        elif action == "after":
            staging.after_binaries(package)
        elif action == "limit-discovery":
            pyproject.limit_discovery(package)
        elif action == "relocate":
            pyproject.relocate(os.path.join("debian", package), *more)
        else:
            print(":".join(staging.library_directories(package, more)))
    except (OSError, ValueError, configparser.Error, RunpathError, subprocess.CalledProcessError) as error:
        print("colcon-deb: error: %s" % " ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
