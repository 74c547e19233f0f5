#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Become a shell, or a command, where shell-preparer.py has made everything ready. Usage: shell-session.py [COMMAND...]

The host starts it in the container, as the build user or as root.
"""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402

_PREPARED = "/run/colcon-deb/builder/shell.json"
# Of the terminal, so they come from the host with this process.
_OF_TERMINAL = ("TERM", "COLORTERM")
_ROOT = {"HOME": "/root", "USER": "root", "LOGNAME": "root"}


def default_shell() -> list[str]:
    return ["bash" if os.path.exists("/bin/bash") else "sh"]


def main(command: list[str]) -> None:
    prepared = files.read_json(_PREPARED)
    environment = {**prepared["environment"], **{name: os.environ[name] for name in _OF_TERMINAL if name in os.environ}}
    if os.geteuid() == 0:
        environment.update(_ROOT)
    os.chdir(prepared["directory"])
    start = 'exec "$@"'
    if prepared["setup"]:
        start = ". %s && export %s=1 && %s" % (prepared["setup"], prepared["sourced"], start)
    os.execvpe("sh", ["sh", "-c", start, "sh", *(command or default_shell())], environment)


if __name__ == "__main__":
    main(sys.argv[1:])
