# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase

from colcon_deb.supervisor.dialogue import Dialogue, DialogueError


class Host:
    """What ProcessOne and Emitter are to a dialogue: answers given beforehand, and what was asked."""

    def __init__(self, *lines):
        self._lines, self.said = list(lines), []

    def read_line(self, seconds=None):
        self.waited = seconds
        return self._lines.pop(0)

    def progress(self, type_, **fields):
        self.said.append((type_, fields))

    def log(self, level, message):
        self.said.append((level, message))


def dialogue(*lines):
    host = Host(*lines)
    return Dialogue(host, host), host


class Dialogues(ScriptCase):
    def test_the_environment_comes_first(self):
        talk, _host = dialogue('environment {"http_proxy": "http://me:secret@proxy", "A": ""}')
        self.assertEqual(talk.environment(), {"http_proxy": "http://me:secret@proxy", "A": ""})

    def test_what_is_no_environment_is_an_error(self):
        for line in ("", "install", "environment", "environment []", 'environment {"A": 1}', "environment {", "environ {}",
                     "environment " + "[" * 100000):
            with self.assertRaises(DialogueError) as caught:
                dialogue(line)[0].environment()
            self.assertIn("DEPENDENCY_LAYER", str(caught.exception))

    def test_a_standby_gets_its_settings_first(self):
        talk, host = dialogue('go {"FORCE": "1"}', 'environment {"A": "b"}')
        self.assertEqual(talk.go(1800), {"FORCE": "1"})
        self.assertEqual(host.waited, 1800)
        self.assertEqual(talk.environment(), {"A": "b"})
        self.assertIsNone(host.waited)

    def test_a_standby_begins_with_nothing_else(self):
        for line in ("", "go", "go []", 'environment {"A": "b"}', 'go {"A": 1}'):
            with self.assertRaises(DialogueError):
                dialogue(line)[0].go(1)

    def test_an_answer_is_one_of_those_that_were_offered(self):
        talk, host = dialogue("leave", "later")
        self.assertEqual(talk.ask("dependencies", ("install", "leave"), key="k"), "leave")
        self.assertEqual(host.said, [("dependencies", {"key": "k"})])

    def test_other_answers_are_reported_and_waited_out(self):
        talk, host = dialogue("\x1b[2Jrubbish", "", "INSTALL", "install")
        self.assertEqual(talk.ask("dependencies", ("install", "leave")), "install")
        self.assertEqual([said[0] for said in host.said], ["dependencies", "warning", "warning", "warning"])
        self.assertNotIn("\x1b", host.said[1][1])


if __name__ == "__main__":
    unittest.main()
