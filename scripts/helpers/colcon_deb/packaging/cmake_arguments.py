# SPDX-License-Identifier: Apache-2.0
"""CMake arguments that a package gets from outside its directory: by options of the build, and by colcon.meta."""

from __future__ import annotations

from ..base.settings import Settings
from ..workspace.package import Package

# Build type -> colcon's names of the arguments that its configure step gets.
KINDS = {"cmake": ("cmake-args",), "ament_cmake": ("cmake-args", "ament-cmake-args"),
         "catkin": ("cmake-args", "catkin-cmake-args")}


def of_options(settings: Settings, package: Package) -> list[str]:
    """For all packages of a build type: --cmake-args and the like."""
    by_kind = {"cmake-args": settings.cmake_args, "ament-cmake-args": settings.ament_cmake_args,
               "catkin-cmake-args": settings.catkin_cmake_args}
    return [argument for kind in KINDS.get(package.build_type, ()) for argument in by_kind[kind]]


def of_meta(settings: Settings, package: Package) -> list[str]:
    """For that package. The host has read colcon.meta, which no container sees: KIND:NAME:ARGUMENT for each argument."""
    entries = [entry.split(":", 2) for entry in settings.meta_args]
    return [argument for wanted in KINDS.get(package.build_type, ())
            for kind, name, argument in entries if kind == wanted and name == package.name]
