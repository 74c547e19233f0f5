# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import unittest

from support import HELPERS, vectors

from colcon_deb.base import protocol

MARKERS = {"progress": protocol.PROGRESS, "log": protocol.LOG}


class Vectors(unittest.TestCase):
    """The table that the C parser is tested with, too."""

    def test_there_are_enough(self):
        self.assertGreaterEqual(len(vectors()), 40)

    def test_parser(self):
        for vector in vectors():
            with self.subTest(vector["line"]):
                parsed = protocol.parse_line(vector["line"])
                event = vector["event"]
                self.assertEqual(parsed, (MARKERS[event["marker"]], event["fields"]) if event else None)

    def test_emitter(self):
        for vector in (v for v in vectors() if "encoded" in v):
            with self.subTest(vector["line"]):
                event = vector["event"]
                line = protocol.format_line(MARKERS[event["marker"]], event["fields"])
                self.assertEqual(line, vector["encoded"])

    def test_shell_emitter(self):
        for vector in (v for v in vectors() if "encoded" in v):
            with self.subTest(vector["line"]):
                event = vector["event"]
                answer = subprocess.run(["sh", os.path.join(HELPERS, "progress-reporter.sh"), event["marker"]]
                                        + ["%s=%s" % item for item in event["fields"].items()],
                                        stdout=subprocess.PIPE, check=True)
                self.assertEqual(answer.stdout.decode(), vector["encoded"] + "\n")

    def test_what_is_encoded_parses_back(self):
        for vector in (v for v in vectors() if "encoded" in v):
            event = vector["event"]
            self.assertEqual(protocol.parse_line(vector["encoded"]), (MARKERS[event["marker"]], event["fields"]))


class Limits(unittest.TestCase):
    def test_a_line_of_64_kib_is_an_event_and_a_longer_one_is_not(self):
        line = "::progress::type=x,msg="
        self.assertIsNotNone(protocol.parse_line(line + "a" * (65536 - len(line))))
        self.assertIsNone(protocol.parse_line(line + "a" * (65537 - len(line))))

    def test_invalid_utf8_is_replaced(self):
        self.assertEqual(protocol.encode(b"a\xffb"), "a\ufffdb")
        self.assertEqual(protocol.encode("a\udcffb"), "a\ufffdb")
        self.assertEqual(protocol.parse_line(b"::progress::type=x,a=\xff"), (protocol.PROGRESS, {"type": "x", "a": "\ufffd"}))
        self.assertEqual(protocol.decode("%FF"), "\ufffd")

    def test_clean_removes_terminal_control_and_bounds(self):
        self.assertEqual(protocol.clean("\x1b[31mred\x1b[0m \x1b]0;title\x07bell\x07 a\rb\x9b"), "red bell ab")
        self.assertEqual(protocol.clean("a\r\nb\tc"), "a\nb\tc")
        self.assertEqual(len(protocol.clean("x" * 10000, 100)), 101)

    def test_emitter_writes_whole_lines_with_msg_last(self):
        reading, writing = os.pipe()
        emitter = protocol.Emitter(writing)
        emitter.log("error", "a,\x1b[1mb", name="p")
        emitter.progress("x", flag=True)
        emitter.warning("code", "text")
        os.close(writing)
        with os.fdopen(reading) as stream:
            self.assertEqual(stream.read().splitlines(), ["::log::level=error,name=p,msg=a%2Cb", "::progress::type=x,flag=true",
                                                          "::progress::type=warning,code=code,msg=text"])


class Shell(unittest.TestCase):
    def test_wrong_use(self):
        for arguments in ([], ["other", "a=b"], ["log", "no-value"]):
            answer = subprocess.run(["sh", os.path.join(HELPERS, "progress-reporter.sh")] + arguments,
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual((answer.returncode, answer.stdout), (2, b""))
            self.assertTrue(answer.stderr)


if __name__ == "__main__":
    unittest.main()
