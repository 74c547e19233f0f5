# SPDX-License-Identifier: Apache-2.0
"""The set-up files of an install prefix, setup.bash and the like, as the distribution's package ros_workspace has them.

They are ament's own templates with the prefix filled in, so the environment hooks of all packages run as ament defines
them. A package in ament's sense stands beside them, whose hooks set the paths of the prefix.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..base.prefix import distribution_prefix, library_directories, python_directories
from ..base.settings import SETUP_PACKAGE, Settings
from ..workspace.package import Plan

_SHELLS = ("sh", "bash", "zsh")
_SHARE = "share/" + SETUP_PACKAGE
_INDEX = "share/ament_index/resource_index"
_MANIFEST = """<?xml version="1.0"?>
<package format="3">
  <name>%s</name>
  <version>1.0.0</version>
  <description>The set-up files of an install prefix.</description>
  <maintainer email="nobody@colcon-deb.invalid">colcon-deb</maintainer>
  <license>Apache-2.0</license>
</package>
""" % SETUP_PACKAGE


class TemplateError(Exception):
    """ament's templates do not have the expected form."""


@dataclass(frozen=True)
class Templates:
    """The templates of ament_package: name -> text, and the date of the newest."""

    prefix_level: Mapping[str, str]
    package_level: Mapping[str, str]
    epoch: int


def find_templates(settings: Settings, plan: Plan) -> Templates | None:
    """Those of the image, else those of an ament_package in the workspace. They are read, never executed."""
    places = ["%s/%s" % (prefix, directory) for prefix in (settings.prefix, distribution_prefix(settings.distro))
              for directory in python_directories()]
    places += sys.path
    places += [os.path.join(settings.source, package.path) for package in plan.packages
               if package.name == "ament_package"]
    for place in places:
        directory = os.path.join(place, "ament_package", "template")
        if place and os.path.isdir(directory):
            return _read_templates(directory)
    return None


def _read_templates(directory: str) -> Templates:
    levels, epoch = [], 0
    for level in ("prefix_level", "package_level"):
        texts = {}
        for name in sorted(os.listdir(os.path.join(directory, level))):
            path = os.path.join(directory, level, name)
            if os.path.isfile(path) and name != "__init__.py" and ".bat" not in name:
                with open(path, encoding="utf-8") as stream:
                    texts[name] = stream.read()
                epoch = max(epoch, int(os.stat(path).st_mtime))
        levels.append(texts)
    return Templates(levels[0], levels[1], epoch)


def prefix_files(settings: Settings, templates: Templates, multiarch: str, underlay: str | None) -> dict[str, str]:
    """Path below the prefix -> text. underlay: another prefix, whose set-up comes first."""
    values = {"CMAKE_INSTALL_PREFIX": settings.prefix, "ament_package_PYTHON_EXECUTABLE": "/usr/bin/python3",
              "SKIP_PARENT_PREFIX_PATH": "" if underlay else "1"}
    result = {_without_in(name): _configured(text, values) if name.endswith(".in") else text
              for name, text in templates.prefix_level.items()}
    lacking = {"setup.sh", "setup.bash", "local_setup.sh", "local_setup.bash", "_local_setup_util.py"} - set(result)
    if lacking:
        raise TemplateError("ament_package has no template for %s" % ", ".join(sorted(lacking)))
    result.update(_setup_package(templates, values, multiarch))
    if underlay:
        result["%s/parent_prefix_path/%s" % (_INDEX, SETUP_PACKAGE)] = underlay
    return result


def _setup_package(templates: Templates, values: Mapping[str, str], multiarch: str) -> dict[str, str]:
    """A package as ament_cmake installs it, with one hook for each variable."""
    hooks = {"ament_prefix_path": ("AMENT_PREFIX_PATH", [""]), "path": ("PATH", ["bin"]),
             "library_path": ("LD_LIBRARY_PATH", library_directories(multiarch)),
             "pythonpath": ("PYTHONPATH", python_directories())}
    result = {"%s/packages/%s" % (_INDEX, SETUP_PACKAGE): "", "%s/package_run_dependencies/%s" % (_INDEX, SETUP_PACKAGE): "",
              _SHARE + "/package.xml": _MANIFEST,
              _SHARE + "/package.dsv": _sourced(["local_setup." + end for end in ("bash", "dsv", "sh", "zsh")]),
              _SHARE + "/local_setup.dsv": _sourced(["environment/%s.sh" % hook for hook in hooks])}
    listed = "".join('ament_append_value AMENT_ENVIRONMENT_HOOKS "$AMENT_CURRENT_PREFIX/%s/environment/%s.sh"\n'
                     % (_SHARE, hook) for hook in hooks)
    for shell in _SHELLS:
        text = templates.package_level.get("local_setup.%s.in" % shell)
        if text is not None:
            # Hooks for one shell only would be listed in the files of the other shells.
            hook_lines = listed if shell == "sh" else ""
            result["%s/local_setup.%s" % (_SHARE, shell)] = _configured(text, {**values, "ENVIRONMENT_HOOKS": hook_lines})
    for hook, (variable, directories) in hooks.items():
        result["%s/environment/%s.dsv" % (_SHARE, hook)] = _dsv_hook(variable, directories)
        result["%s/environment/%s.sh" % (_SHARE, hook)] = _sh_hook(variable, directories)
    return result


def _sourced(names: Sequence[str]) -> str:
    return "".join("source;%s/%s\n" % (_SHARE, name) for name in names)


# The hooks prepend, so the first directory is written last.
def _dsv_hook(variable: str, directories: Sequence[str]) -> str:
    return "".join("prepend-non-duplicate;%s;%s\n" % (variable, directory) for directory in reversed(directories))


def _sh_hook(variable: str, directories: Sequence[str]) -> str:
    return "".join('ament_prepend_unique_value %s "$AMENT_CURRENT_PREFIX%s"\n' % (variable, "/" + path if path else "")
                   for path in reversed(directories))


def _without_in(name: str) -> str:
    return name[:-len(".in")] if name.endswith(".in") else name


def _configured(text: str, values: Mapping[str, str]) -> str:
    """As configure_file(@ONLY) of CMake does it."""
    return re.sub(r"@([A-Za-z0-9_]+)@", lambda match: values.get(match.group(1), ""), text)
