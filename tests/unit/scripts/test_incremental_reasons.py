# SPDX-License-Identifier: Apache-2.0
import dataclasses
import unittest

from support import ScriptCase

from colcon_deb.incremental.reasons import Present, why
from colcon_deb.incremental.records import Artifact, Record

RECORD = Record("sources", "inputs", "key", "1.0", {"a": "1", "b": "2"}, 1.0,
                [Artifact("debs/ros-x_1_all.deb", 1, "0" * 64, "deb", 1)], "environment")
PRESENT = Present("environment", "sources", "inputs", {"a": "1", "b": "2"})


class Why(ScriptCase):
    def why(self, record=None, intact=True, force=False, **present):
        return why(dataclasses.replace(RECORD, **(record or {})), intact, dataclasses.replace(PRESENT, **present), force)

    def test_there_is_no_usable_package(self):
        self.assertEqual(why(None, False, PRESENT, True), "new")
        self.assertEqual(self.why(intact=False), "its packages are gone from debs")

    def test_it_is_forced(self):
        self.assertEqual(self.why(force=True), "forced")
        self.assertEqual(self.why(force=True, sources="other"), "source changed")

    def test_another_package_has_its_files(self):
        self.assertEqual(self.why(), "its last package cannot be used")

    def test_what_it_is_made_of(self):
        self.assertEqual(self.why(sources="other", inputs="other"), "source changed")
        self.assertEqual(self.why(sources="other", environment="other"), "settings or image changed")
        self.assertEqual(self.why(inputs="other"), "system packages changed")
        self.assertEqual(self.why(inputs="other", against={}), "system packages changed")

    def test_nothing_is_claimed_that_is_not_known(self):
        for record, present in (({"environment": ""}, {}), ({}, {"environment": None})):
            self.assertEqual(self.why(record, sources="other", **present), "source or settings changed")
        for record, present in (({"sources": ""}, {}), ({}, {"sources": None, "inputs": None})):
            self.assertEqual(self.why(record, **present), "its source cannot be compared")
        self.assertEqual(self.why(inputs=None, against={"a": "9", "b": "2"}), "a changed")

    def test_a_source_that_changed_during_the_last_build(self):
        self.assertEqual(self.why({"inputs": "", "key": ""}, sources="other"), "its source changed during the last build")

    def test_what_it_was_built_against(self):
        for against, expected in (({"a": "1", "b": "9"}, "b changed"), ({"a": "1"}, "b changed"),
                                  ({"a": "1", "b": "2", "c": "3"}, "c changed"), ({}, "a and b changed"),
                                  (dict.fromkeys("abcde", "9"), "a, b and 3 more changed")):
            self.assertEqual(self.why(against=against), expected)


if __name__ == "__main__":
    unittest.main()
