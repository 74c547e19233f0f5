# SPDX-License-Identifier: Apache-2.0
"""Where files are below an install prefix."""

from __future__ import annotations

import sys


def python_directories() -> list[str]:
    """Both layouts: bloom's rules for ament_python use the first, Debian's ament_cmake_python the second."""
    return ["lib/python%d.%d/site-packages" % sys.version_info[:2], "lib/python3/dist-packages"]


def library_directories(multiarch: str) -> list[str]:
    return ["lib", "lib/" + multiarch]


def distribution_prefix(distro: str) -> str:
    """Where the packages of the ROS distribution itself are installed."""
    return "/opt/ros/" + distro
