# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory

from colcon_deb.base import selection


class Selection(InDirectory):
    CHAIN = {"aa": [], "bb": ["aa"], "cc": ["bb"], "dd": [], "driver": []}

    def select(self, **wishes):
        return selection.select(self.settings(**wishes), self.CHAIN)

    def test_as_colcon_does(self):
        self.assertEqual(self.select(), set(self.CHAIN))
        self.assertEqual(self.select(PACKAGES_SELECT="bb dd"), {"bb", "dd"})
        self.assertEqual(self.select(PACKAGES_UP_TO="bb"), {"aa", "bb"})
        self.assertEqual(self.select(PACKAGES_ABOVE="bb"), {"bb", "cc"})
        self.assertEqual(self.select(PACKAGES_UP_TO="cc", PACKAGES_ABOVE="bb"), {"bb", "cc"})

    def test_names_and_patterns_are_one_list(self):
        self.assertEqual(self.select(PACKAGES_SELECT_REGEX="d"), {"dd", "driver"})
        self.assertEqual(self.select(PACKAGES_SELECT_REGEX="dd$ .b"), {"bb", "dd"})
        self.assertEqual(self.select(PACKAGES_SELECT="aa", PACKAGES_SELECT_REGEX="dr"), {"aa", "driver"})
        # As re.match() of colcon does, from the beginning.
        with self.assertRaises(selection.SelectionError):
            self.select(PACKAGES_SELECT_REGEX="river")

    def test_what_is_skipped_is_left_out_of_the_rest(self):
        self.assertEqual(self.select(PACKAGES_SKIP="dd driver"), {"aa", "bb", "cc"})
        self.assertEqual(self.select(PACKAGES_SKIP_REGEX="d"), {"aa", "bb", "cc"})
        self.assertEqual(self.select(PACKAGES_UP_TO="cc", PACKAGES_SKIP="bb"), {"aa", "cc"})
        self.assertEqual(self.select(PACKAGES_SKIP="unknown"), set(self.CHAIN))

    def test_what_matches_nothing_is_said(self):
        settings = self.settings(PACKAGES_SKIP="x aa", PACKAGES_IGNORE="y", PACKAGES_SELECT_REGEX="z a", PACKAGES_SKIP_REGEX="dr")
        self.assertEqual(selection.without_match(settings, self.CHAIN), [
            "--packages-skip: there is no package x in the workspace.", "--packages-ignore: there is no package y in the workspace.",
            "--packages-select-regex: z matches no package of the workspace."])

    def test_a_pattern_that_is_none(self):
        with self.assertRaises(selection.SelectionError) as caught:
            selection.check_patterns(self.settings(PACKAGES_SKIP_REGEX="a("))
        self.assertIn("--packages-skip-regex: 'a(' is not a regular expression: ", str(caught.exception))

    def test_what_is_ignored(self):
        def ignored(**wishes):
            return selection.is_ignored(self.settings(**wishes), "nav", "group/nav")
        self.assertFalse(ignored())
        self.assertTrue(ignored(PACKAGES_IGNORE="nav") and ignored(PACKAGES_IGNORE_REGEX="na"))
        self.assertFalse(ignored(PACKAGES_IGNORE="na") or ignored(PACKAGES_IGNORE_REGEX="av"))
        for base in (".", "group", "group/", "group/nav"):
            self.assertFalse(ignored(BASE_PATHS="other " + base), base)
        self.assertTrue(ignored(BASE_PATHS="gro other"))

    def test_a_name_that_is_not_there(self):
        with self.assertRaises(selection.SelectionError) as caught:
            self.select(PACKAGES_UP_TO="drivers")
        self.assertIn("--packages-up-to: there is no package drivers in the workspace; did you mean driver?", str(caught.exception))

    def test_nothing_is_left(self):
        with self.assertRaises(selection.SelectionError):
            self.select(PACKAGES_SELECT="aa", PACKAGES_ABOVE="bb")


if __name__ == "__main__":
    unittest.main()
