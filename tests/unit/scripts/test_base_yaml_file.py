# SPDX-License-Identifier: Apache-2.0
import os
import time
import unittest

from support import InDirectory, have

if have("yaml"):
    from colcon_deb.base import yaml_file


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class YamlFile(InDirectory):
    def problem(self, text):
        """And that it is found at once."""
        started = time.monotonic()
        with self.assertRaises(yaml_file.UnusableError) as caught:
            yaml_file.parse(text)
        self.assertLess(time.monotonic() - started, 5)
        return caught.exception.at("f") + ": " + str(caught.exception)

    def test_data_and_places(self):
        document = yaml_file.parse("a: &x [1, text]\nb: *x\n")
        self.assertEqual(document.data, {"a": [1, "text"], "b": [1, "text"]})
        self.assertEqual(document.node.value[1][0].start_mark.line, 1)
        self.assertEqual(yaml_file.parse("# nothing\n"), yaml_file.Document(None, None))

    def test_merge_keys(self):
        refused = "merge keys (<<) are not supported here"
        levels = "a0: &a0 {k: v}\n" + "".join(
            "a%d: &a%d {<<: [%s]}\n" % (n, n, ",".join(["*a%d" % (n - 1)] * 10)) for n in range(1, 8))
        self.assertEqual(self.problem(levels), "f:2:10: " + refused)
        self.assertEqual(self.problem("!!merge x: {a: b}\n"), "f:1:1: " + refused)
        self.assertEqual(self.problem("? !!merge [x]\n: {a: b}\n"), "f:1:3: " + refused)
        self.assertEqual(yaml_file.parse("'<<': 1\n").data, {"<<": 1})

    def test_depth(self):
        deep = yaml_file.MAX_DEPTH
        self.assertIsNotNone(yaml_file.parse("[" * deep + "]" * deep).data)
        self.assertEqual(self.problem("[" * (deep + 1) + "]" * (deep + 1)), "f:1:33: it is nested too deeply")
        for text in ("[" * 100000, "{a: " * 100000, "- " * 100000, "".join(" " * n + "a:\n" for n in range(400))):
            self.assertIn("it is nested too deeply", self.problem(text))

    def test_aliases(self):
        wide = "a0: &a0 [x]\n" + "".join("a%d: &a%d [%s]\n" % (n, n, ",".join(["*a%d" % (n - 1)] * 10)) for n in range(1, 9))
        self.assertEqual(self.problem(wide), "f:8:5: its aliases make it too large")
        long = "a: &a %s\nb: [%s]\n" % ("x" * 100000, ", ".join(["*a"] * 50))
        self.assertEqual(self.problem(long), "f:2:4: its aliases make it too large")
        deep = "a0: &a0 [x]\n" + "".join("a%d: &a%d [*a%d]\n" % (n, n, n - 1) for n in range(1, 100))
        self.assertEqual(self.problem(deep), "f:33:6: it is nested too deeply")
        self.assertEqual(self.problem("a: &a [*a]\n"), "f:1:8: an alias is a part of what it stands for")
        self.assertEqual(self.problem("!!str &a {=: *a}\n"), "f:1:14: an alias is a part of what it stands for")

    def test_values(self):
        for text in ("!!int ''", "!!bool x", "!!timestamp x", "2001-02-31", "!!float x"):
            self.assertIn("f: a value does not fit its type", self.problem(text))
        self.assertEqual(self.problem("a: 1" + ":1" * 100000), "f:1:4: a value that is no text has more than 256 characters")
        self.assertIn("f:1:1: ", self.problem("!!python/object:os.system x"))

    def test_files(self):
        path = self.write("f.yaml", "a: b\n")
        os.symlink("f.yaml", self.directory + "/link")
        self.assertEqual(yaml_file.read(self.directory + "/link", 5).data, {"a": "b"})
        for where, why in ((path, "larger than 4 bytes"), (self.directory, "Is a directory|not a regular file"),
                           (path + ".none", "No such file or directory")):
            with self.assertRaisesRegex(yaml_file.UnusableError, "^(%s)$" % why):
                yaml_file.read(where, 4)


if __name__ == "__main__":
    unittest.main()
