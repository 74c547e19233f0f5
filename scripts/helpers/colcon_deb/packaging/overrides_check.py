# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the overrides of all packages, without a build."""

from __future__ import annotations

import os

from ..base.settings import Settings
from . import control, overrides
from .user_files import UserFileError


def problems(settings: Settings) -> list[str]:
    """A sentence for each, in the words in which a build refuses the package."""
    place = settings.debian_dirs
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    return [text for name in names if os.path.isdir(os.path.join(place, name)) for text in _of_package(settings, name)]


def _of_package(settings: Settings, name: str) -> list[str]:
    try:
        whole = overrides.find(settings.debian_dirs, name).whole
        users = overrides.users_files(settings, name)
        directory = os.path.join(settings.debian_dirs, name)
        for file in ("debian/control", "control"):
            if file in users and (file == "debian/control" or whole == directory):
                overrides.read_control(os.path.join(directory, file))
    except overrides.OverrideError as error:
        return error.problems
    except (control.ControlError, UserFileError, OSError) as error:
        return [str(error)]
    return []
