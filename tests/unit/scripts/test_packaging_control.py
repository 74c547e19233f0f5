# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase

from colcon_deb.packaging import control


class Control(ScriptCase):
    def test_round_trip(self):
        stanzas = control.parse("# comment\nA: 1\nB:\n x,\n y\n\nC: 2\n")
        self.assertEqual(stanzas, [{"A": "1", "B": "\n x,\n y"}, {"C": "2"}])
        self.assertEqual(control.serialise(stanzas), "A: 1\nB:\n x,\n y\n\nC: 2\n")

    def test_broken(self):
        for text in (" continuation", "no colon here", "bad field : x"):
            with self.assertRaises(control.ControlError):
                control.parse(text)

    def test_names(self):
        self.assertEqual(control.alternative_names("aa (>= 1) | bb:any [amd64] | ${x}"), ["aa", "bb"])

    def test_relations(self):
        for good in ("a1", "liba-dev (>= 1.2~)", "aa | bb (<< 2)", "aa:any", "aa <!nocheck>", "aa [amd64 !arm64]"):
            self.assertTrue(control.is_relation(good), good)
        for bad in ("", "a", "Aa", "aa, bb", "aa (1)", "aa\nbb", "aa; rm", "aa |", "aa ${x}"):
            self.assertFalse(control.is_relation(bad), bad)

    def test_profiles(self):
        relations = ["a", "b <!nocheck>", "c <nocheck>", "d <!nocheck> <cross>"]
        self.assertEqual(control.for_profiles(relations, {"nocheck"}), ["a", "c"])
        self.assertEqual(control.for_profiles(relations, set()), ["a", "b", "d"])


if __name__ == "__main__":
    unittest.main()
