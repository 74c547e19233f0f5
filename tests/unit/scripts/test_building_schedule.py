# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase

from colcon_deb.building.schedule import Schedule

#        a        d
#      /   \      |
#     b     c     e
DIAMOND = {"a": [], "b": ["a"], "c": ["a"], "d": [], "e": ["d"]}


class Order(ScriptCase):
    def test_the_longest_work_behind_it_comes_first(self):
        schedule = Schedule(DIAMOND, {"a": 1, "b": 1, "c": 1, "d": 1, "e": 9})
        self.assertEqual([schedule.take(), schedule.take()], ["d", "a"])
        self.assertFalse(schedule.is_ready)
        schedule.complete("a")
        schedule.complete("d")
        self.assertEqual([schedule.take() for _each in range(3)], ["e", "b", "c"])
        self.assertFalse(schedule)

    def test_equals_go_by_name(self):
        schedule = Schedule({name: [] for name in "dbca"}, {})
        self.assertEqual([schedule.take() for _each in range(4)], list("abcd"))

    def test_all_dependencies_are_waited_for(self):
        schedule = Schedule({"a": [], "b": [], "c": ["a", "b"]}, {})
        schedule.take(), schedule.take()
        schedule.complete("a")
        self.assertFalse(schedule.is_ready)
        self.assertTrue(schedule)
        schedule.complete("b")
        self.assertEqual(schedule.take(), "c")

    def test_a_failure_loses_its_dependents_and_nothing_else(self):
        schedule = Schedule(dict(DIAMOND, f=["b", "e"]), {})
        schedule.take(), schedule.take()
        self.assertEqual(schedule.fail("a"), ["b", "c", "f"])
        self.assertEqual(schedule.fail("a"), [])
        schedule.complete("d")
        self.assertEqual(schedule.take(), "e")
        schedule.complete("e")
        self.assertFalse(schedule)

    def test_giving_up(self):
        schedule = Schedule(DIAMOND, {})
        self.assertEqual(schedule.take(), "a")
        self.assertEqual(schedule.give_up(), ["b", "c", "d", "e"])
        schedule.complete("a")
        self.assertFalse(schedule or schedule.is_ready)


if __name__ == "__main__":
    unittest.main()
