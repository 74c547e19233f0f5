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

    def environment(self) -> dict[str, str]:
        """The first line: the user's variables.

        They may be secret. The configuration of a container, and of an image of it, is visible to every user of the
        engine.
        """
        word, _space, text = self._process.read_line().partition(" ")
        try:
            variables = json.loads(text) if word == "environment" else None
        except (ValueError, RecursionError):
            variables = None
        if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
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
