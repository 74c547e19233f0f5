# SPDX-License-Identifier: Apache-2.0
"""The host's answers, one line each on standard input (docs/protocol.md, "The dialogue")."""

from __future__ import annotations

import json
from collections.abc import Collection

from ..base.protocol import Emitter, clean
from .process_one import ProcessOne


class DialogueError(Exception):
    """The host broke the order of the dialogue."""


class Dialogue:
    """Raises process_one.Stopped when the host ends instead of answering."""

    def __init__(self, process: ProcessOne, emitter: Emitter) -> None:
        self._process, self._emitter = process, emitter

    def go(self, seconds: float) -> dict[str, str]:
        """Of a standby the first line: the settings of the build. Waits so long for it, and raises Stopped then."""
        settings = _variables("go", self._process.read_line(seconds))
        if settings is None:
            raise DialogueError("The host did not begin the build with its settings.")
        return settings

    def environment(self) -> dict[str, str]:
        """The first line, of a standby the second: the user's variables.

        They may be secret. The configuration of a container, and of an image of it, is visible to every user of the
        engine.
        """
        variables = _variables("environment", self._process.read_line())
        if variables is None:
            raise DialogueError("The host did not send the environment of the build, which DEPENDENCY_LAYER=1 requires "
                                "(docs/protocol.md). Use colcon-deb and helper scripts of the same version.")
        return variables

    def ask(self, question: str, answers: Collection[str], **fields: object) -> str:
        """Emit an event and wait for one of the answers."""
        self._emitter.progress(question, **fields)
        while True:
            line = self._process.read_line()
            if line in answers:
                return line
            self._emitter.log("warning", "The host answered %s with %r, which is not one of %s."
                              % (question, clean(line, 100), ", ".join(answers)))


def _variables(word: str, line: str) -> dict[str, str] | None:
    """The variables of a line that begins with that word; None if it is another line."""
    first, _space, text = line.partition(" ")
    try:
        variables = json.loads(text) if first == word else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        return None
    return variables
