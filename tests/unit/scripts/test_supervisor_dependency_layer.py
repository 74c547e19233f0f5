# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.supervisor import dependency_layer


class Layer(InDirectory):
    def test_the_key_is_that_of_a_set(self):
        key = dependency_layer.key_of(["b (>= 1)", "a"])
        self.assertRegex(key, r"\A[0-9a-f]{64}\Z")
        self.assertEqual(key, dependency_layer.key_of(["a", "b (>= 1)"]))
        self.assertNotEqual(key, dependency_layer.key_of(["a", "b"]))

    def test_a_layer_may_hold_less_but_not_more(self):
        path = os.path.join(self.directory, "share", "dependencies.json")
        self.assertFalse(dependency_layer.is_foreign(["a"], path))
        dependency_layer.record(["b", "a"], path)
        self.assertFalse(dependency_layer.is_foreign(["a", "b"], path))
        self.assertFalse(dependency_layer.is_foreign(["c", "b", "a"], path))
        self.assertTrue(dependency_layer.is_foreign(["a"], path))

    def test_a_record_that_says_nothing_may_hold_anything(self):
        for text in ("", "[]", "{}", '{"relations": 1}', '{"relations": [[]]}', "[" * 100000):
            self.assertTrue(dependency_layer.is_foreign(["a"], self.write("record.json", text)), text[:20])

    def test_the_state_is_nowhere_while_an_image_is_made(self):
        state = os.path.join(self.directory, "state")
        self.write("state/plan.json", "{}")
        self.write("state/builder/left", "x")
        with dependency_layer.set_aside(state):
            self.assertFalse(os.path.exists(state))
        self.assertEqual(os.listdir(state), ["plan.json"])


if __name__ == "__main__":
    unittest.main()
