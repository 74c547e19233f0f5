# SPDX-License-Identifier: Apache-2.0
"""The check of the documents: what it must find, and what it must leave alone."""
import importlib.util
import pathlib
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "check-docs.py"
spec = importlib.util.spec_from_file_location("check_docs", SOURCE)
check_docs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_docs)

LONG = "word " * 30


class TestCheck(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = pathlib.Path(directory.name)
        (self.place / "other.md").write_text("# One two: `three`\n\n## Same\n\n## Same\n")

    def faults(self, text):
        page = self.place / "page.md"
        page.write_text(text)
        return list(check_docs.check(page))

    def test_links_that_resolve(self):
        self.assertEqual([], self.faults("# Here\n\n[a](other.md) [b](other.md#one-two-three) [c](#here) "
                                         "[d](other.md#same-1)\n[e](https://example.com/x) [f](.)\n"))

    def test_missing_file(self):
        self.assertEqual([(2, "gone.md does not exist")], self.faults("text\n[a](gone.md)\n"))

    def test_link_whose_words_are_wrapped(self):
        self.assertEqual([(3, "gone.md does not exist")], self.faults("text `co\nde` [a\nb](gone.md)\n"))

    def test_missing_heading(self):
        self.assertEqual([(1, "other.md has no heading #three")], self.faults("[a](other.md#three)\n"))
        self.assertEqual([(1, "page.md has no heading #three")], self.faults("[a](#three)\n"))

    def test_heading_in_code_is_none(self):
        self.assertEqual([(5, "page.md has no heading #no")], self.faults("```sh\n# no\n```\n\n[a](#no)\n"))

    def test_link_in_code_is_not_followed(self):
        self.assertEqual([], self.faults("`[a](gone.md)`\n\n    [a](gone.md)\n\n```\n[a](gone.md)\n```\n"))

    def test_long_prose(self):
        self.assertEqual([(1, "150 columns; wrap prose at 100")], self.faults(LONG + "\n"))
        self.assertEqual([(1, "152 columns; wrap prose at 100")], self.faults("- " + LONG + "\n"))

    def test_tables_code_and_single_words_may_be_long(self):
        self.assertEqual([], self.faults("| %s |\n\n    %s\n\n```\n%s\n```\n\n%s\n" % (LONG, LONG, LONG, "x" * 120)))


if __name__ == "__main__":
    unittest.main()
