# SPDX-License-Identifier: Apache-2.0
"""What the host answers, a line each on standard input (docs/protocol.md, "The dialogue")."""

import json

from ..base.protocol import clean


class DialogueError(Exception):
    """The host said something else than what was its turn to say."""


class Dialogue:
    """Raises process_one.Stopped when the host goes instead of answering."""

    def __init__(self, process, emitter):
        self._process, self._emitter = process, emitter

    def environment(self):
        """The first line: the variables that the user gave. They come this way because what a container is made with can be
        read by everybody who may look at it, and at an image that is made of it."""
        word, _space, text = self._process.read_line().partition(" ")
        try:
            variables = json.loads(text) if word == "environment" else None
        except (ValueError, RecursionError):
            variables = None
        if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
            raise DialogueError("The host did not send the environment of the build, as DEPENDENCY_LAYER=1 promises "
                                "(docs/protocol.md). Do colcon-deb and its helper scripts have the same version?")
        return variables

    def ask(self, question, answers, **fields):
        """Emit an event and wait for one of the answers."""
        self._emitter.progress(question, **fields)
        while True:
            line = self._process.read_line()
            if line in answers:
                return line
            self._emitter.log("warning", "The host answered %s by %r, which is none of %s."
                              % (question, clean(line, 100), ", ".join(answers)))
