# SPDX-License-Identifier: Apache-2.0
"""The logs are of real builds, shortened; each is named after how the package was built."""
import itertools
import os
import unittest

from support import FIXTURES, ScriptCase

from colcon_deb.building import phases

EXPECTED = {
    "cmake-fast": "configure compile test install shlibdeps pack",
    "cmake-rules": "configure compile test install shlibdeps pack",
    "dpkg-buildpackage": "configure compile test install pack",
    "python-fast": "configure compile test install pack",
    "python-rules": "configure compile test install shlibdeps pack",
}
LOGS = os.path.join(FIXTURES, "build-logs")


class Phases(ScriptCase):
    def phases(self, text):
        return [phase for phase, _group in itertools.groupby(phase for phase, _offset in phases.calls(text))]

    def test_each_log_has_its_phases_in_order(self):
        self.assertEqual(sorted(EXPECTED), sorted(name[:-len(".log")] for name in os.listdir(LOGS)))
        for name, expected in EXPECTED.items():
            with self.subTest(name), open(os.path.join(LOGS, name + ".log"), "rb") as stream:
                self.assertEqual(" ".join(self.phases(stream.read())), expected)

    def test_an_override_may_not_call_the_tool(self):
        text = b"   debian/rules override_dh_auto_build\nmake[1]: Entering directory '/x'\ncd build && ninja -v\n"
        self.assertEqual(self.phases(text), ["compile"])

    def test_messages_of_the_tools_are_no_calls(self):
        for text in (b"dh_auto_test: error: make returned exit code 2\n", b"dh_auto_build: warning: x\n", b"see dh_auto_test\n",
                     b"-- dh_auto_build\n", b"dpkg-deb: building package 'x'\n", b"dh_unknown\n", b"dh_auto_test", b""):
            self.assertEqual(self.phases(text), [], text)

    def test_the_offset_is_that_of_the_line(self):
        text = b"one\n   dh_auto_build -O-v\ntwo\n"
        self.assertEqual([text[offset:] for _phase, offset in phases.calls(text)], [b"   dh_auto_build -O-v\ntwo\n"])


class Percent(ScriptCase):
    def test_the_last_line_that_has_one_counts(self):
        for text, expected in ((b"[ 45%] Building CXX object a.o\nc++ a.cpp\n", 45), (b"[  5%] x\n[100%] Built target x\n", 100),
                               (b"[12/345] c++ a.cpp\n", 3), (b"[2/2] Linking\n", 100), (b"[3/4 complete] [a:build]\n", 75),
                               (b"[999%] x\n", 100), (b"[9/3] x\n", 100)):
            self.assertEqual(phases.percent(text), expected, text)

    def test_there_may_be_none(self):
        for text in (b"", b"a [45%] x\n", b"[0/0] x\n", b"[a/b] x\n", b"[ 45] x\n", b"-- [45%]\n", b"[1234567890123/2] x\n"):
            self.assertIsNone(phases.percent(text), text)


if __name__ == "__main__":
    unittest.main()
