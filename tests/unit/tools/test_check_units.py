# SPDX-License-Identifier: Apache-2.0
"""The check that public headers say the unit of each time."""
import importlib.util
import pathlib
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "check-units.py"
spec = importlib.util.spec_from_file_location("check_units", SOURCE)
check_units = importlib.util.module_from_spec(spec)
sys.modules["check_units"] = check_units
spec.loader.exec_module(check_units)

HEADER = """
/**
 * CddThing:
 * @name: its name
 * @timeout: how long to wait, and what
 *   then, in milliseconds
 * @created_at: creation time (RFC 3339)
 * @since: when, in microseconds since 1970
 *
 * A thing; its period is its own business.
 */
typedef struct {
    char *name;
    guint timeout;
    char *created_at;
    gint64 since;
    /*< private >*/
    gpointer reserved[8];
} CddThing;

/**
 * cdd_thing_wait:
 * @self: a thing
 * @interval: milliseconds between two looks
 * @time: (out): nanoseconds that it took
 */
CDD_API gboolean cdd_thing_wait(CddThing *self,
                                guint interval,
                                gint64 *time);
"""


class Units(unittest.TestCase):
    def check(self, old, new):
        self.assertIn(old, HEADER)
        return list(check_units.check(HEADER.replace(old, new)))

    def test_units_that_are_said(self):
        self.assertEqual([], list(check_units.check(HEADER)))

    def test_units_that_are_not_said(self):
        for old, new, fault in (
                ("then, in milliseconds", "then", "CddThing: @timeout does not say its unit"),
                ("then, in milliseconds", "then, in seconds", "CddThing: @timeout does not say its unit"),
                (" * @timeout: how", " * @other: how", "CddThing: @timeout does not say its unit"),
                ("(RFC 3339)", "in milliseconds", "CddThing: @created_at does not say its unit (RFC 3339)"),
                ("when, in microseconds since 1970", "when\n *\n * microseconds", "CddThing: @since does not say its unit"),
                ("milliseconds between two looks", "between two looks", "cdd_thing_wait: @interval does not say its unit"),
                ("nanoseconds that it took", "what it took", "cdd_thing_wait: @time does not say its unit")):
            with self.subTest(new):
                self.assertEqual([fault], self.check(old, new))

    def test_other_names_need_none(self):
        self.assertEqual([], self.check("gint64 since", "gint64 runtime"))


if __name__ == "__main__":
    unittest.main()
