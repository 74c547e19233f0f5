#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Change the APT repository in the output directory, for `colcon-deb repo`.

usage: repository-change.py UID GID SUITE add FILE...
       repository-change.py UID GID SUITE rm NAME[=VERSION]...
       repository-change.py UID GID SUITE promote TO

SUITE is the codename of the image if it is empty. Started as root, it works as the user with these ids. It leaves
.apt.new, which the host signs and puts in its place. It prints one JSON object a line: each change, or the one error.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import step  # noqa: E402
from colcon_deb.base.machine import read_machine  # noqa: E402
from colcon_deb.base.settings import read_codename  # noqa: E402
from colcon_deb.repository import apt_changes, apt_dists, apt_repository  # noqa: E402
from colcon_deb.repository.apt_changes import Change  # noqa: E402

_OUTPUT = "/workspace/output"


def say(**fields: str) -> None:
    print(json.dumps(fields), flush=True)


def become(uid: int, gid: int, incoming: list[str]) -> None:
    """Give up root, and keep the right to read the files that the host has copied here."""
    for file in incoming:
        os.chmod(file, 0o644)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def change(suite: str, command: str, words: list[str]) -> list[Change]:
    suite = suite or read_codename()
    if command == "add":
        return apt_changes.add(_OUTPUT, words, suite, read_machine().architecture)
    if command == "rm":
        return apt_changes.remove(_OUTPUT, words, suite)
    return apt_changes.promote(_OUTPUT, suite, words[0])


def main() -> int:
    uid, gid, suite, command, *words = sys.argv[1:]
    become(int(uid), int(gid), words if command == "add" else [])
    try:
        with apt_repository.lock(_OUTPUT, lambda: say(waiting="another build is changing the repository")):
            try:
                made = change(suite, command, words)
            finally:
                apt_repository.discard_unfinished(_OUTPUT)
    except (apt_changes.ChangeError, apt_dists.IndexesError, OSError) as error:
        say(error=str(error))
        return 1
    for one in made:
        say(**dataclasses.asdict(one))
    return 0


if __name__ == "__main__":
    step.run(main)
