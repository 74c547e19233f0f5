# SPDX-License-Identifier: Apache-2.0
"""The README's picture: colours are the program's own, and a good end is not red."""
import importlib.util
import pathlib
import re
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "transcript-svg.py"
spec = importlib.util.spec_from_file_location("transcript", SOURCE)
transcript = importlib.util.module_from_spec(spec)
spec.loader.exec_module(transcript)

GREEN, RED = transcript.COLOURS[32], transcript.COLOURS[31]


def colours(line):
    return {text: colour for text, colour, _bold in transcript.spans(line)}


class TestColours(unittest.TestCase):
    def test_no_failure_is_green_although_it_says_failed(self):
        self.assertEqual({"6 built": GREEN, ", 0 failed, 0 skipped in 18.3s": transcript.PLAIN},
                         colours("\x1b[32m6 built\x1b[0m, 0 failed, 0 skipped in 18.3s"))

    def test_failure_is_red(self):
        self.assertEqual(RED, colours("\x1b[1;31m FAILED\x1b[0m 2s")[" FAILED"])

    def test_command_stands_out(self):
        self.assertEqual({"robot$ apt-get update": transcript.COMMAND}, colours("robot$ apt-get update"))


    def test_a_style_lasts_until_it_is_changed(self):
        style = transcript.Style()
        list(transcript.spans("\x1b[2m    1.2s", style))
        self.assertEqual([("[1/6]", transcript.FAINT, False), ("ok", GREEN, False), ("lamp", transcript.PLAIN, False)],
                         list(transcript.spans("[1/6]\x1b[0m\x1b[32mok\x1b[39mlamp", style)))


class TestTerminal(unittest.TestCase):
    def test_status_line_that_was_cleared_is_not_shown(self):
        self.assertEqual("\x1b[1m==> scan\x1b[0m", transcript.visible("check 0:00\r\x1b[K\x1b[1m==> scan\x1b[0m\r\n"))

    def test_other_sequences_are_dropped(self):
        self.assertEqual({"a": transcript.PLAIN, "b": transcript.PLAIN}, colours("a\x1b[2Jb"))


class TestPicture(unittest.TestCase):
    def test_picture_of_the_readme_shows_a_good_end(self):
        picture = (SOURCE.parents[1] / "docs" / "run.svg").read_text(encoding="utf-8")
        self.assertNotIn(RED, picture)
        self.assertRegex(picture, r'fill="%s">\d+ built<' % re.escape(GREEN))


if __name__ == "__main__":
    unittest.main()
