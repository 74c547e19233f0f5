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

    def test_a_name_that_is_not_there(self):
        with self.assertRaises(selection.SelectionError) as caught:
            self.select(PACKAGES_UP_TO="drivers")
        self.assertIn("--packages-up-to: there is no package drivers in the workspace; did you mean driver?", str(caught.exception))

    def test_nothing_is_left(self):
        with self.assertRaises(selection.SelectionError):
            self.select(PACKAGES_SELECT="aa", PACKAGES_ABOVE="bb")


if __name__ == "__main__":
    unittest.main()
