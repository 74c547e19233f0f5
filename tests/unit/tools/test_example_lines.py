# SPDX-License-Identifier: Apache-2.0
"""The table of docs/library.md: the lines of the examples in C beside those of the same with docker-py."""
import ast
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[3]
EXAMPLES = TOP / "examples"
ROW = re.compile(r"^\| [^|]+ \| \[(?P<c>\S+)\]\(\.\./examples/c/(?P=c)\) \| (?P<c_lines>\d+) "
                 r"\| \[(?P<py_lines>\d+)\]\(\.\./examples/docker-py/(?P<py>\S+)\) \| (?P<calls>\w+) \|$", re.MULTILINE)


def count_c(text):
    """Lines of code, without comments, empty lines and includes."""
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return sum(1 for line in without_comments.splitlines() if line.strip() and not line.startswith("#include"))


def left_out(node):
    """The lines of an import, or of the text that describes a module, a class or a function."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return range(node.lineno, node.end_lineno + 1)
    if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
        return range(node.body[0].lineno, node.body[0].end_lineno + 1)
    return ()


def count_python(text):
    out = {number for node in ast.walk(ast.parse(text)) for number in left_out(node)}
    return sum(1 for number, line in enumerate(text.splitlines(), 1)
               if number not in out and line.strip() and not line.strip().startswith("#"))


class TestCounting(unittest.TestCase):
    def test_c(self):
        self.assertEqual(2, count_c("/* one\n * two */\n#include <stdio.h>\n\nint a; /* here */\n#define B 1\n"))

    def test_python(self):
        self.assertEqual(3, count_python('# one\n"""Two\nlines."""\nimport os\nfrom os import (\n  path,\n)\n\n'
                                         'def f():\n    """What."""\n    # why\n    x = """\n"""\n'))


class TestTable(unittest.TestCase):
    def setUp(self):
        self.rows = [match.groupdict() for match in ROW.finditer((TOP / "docs" / "library.md").read_text(encoding="utf-8"))]

    def test_each_task_has_a_row(self):
        tasks = sorted(path.stem for path in (EXAMPLES / "docker-py").glob("*.py"))
        self.assertEqual(12, len(tasks))
        self.assertEqual(tasks, sorted(row["py"][:-len(".py")] for row in self.rows))
        self.assertEqual(tasks, sorted(row["c"][:-len(".c")] for row in self.rows))

    def test_the_numbers_are_right(self):
        for row in self.rows:
            with self.subTest(row["c"]):
                self.assertEqual(int(row["c_lines"]), count_c((EXAMPLES / "c" / row["c"]).read_text(encoding="utf-8")))
                self.assertEqual(int(row["py_lines"]),
                                 count_python((EXAMPLES / "docker-py" / row["py"]).read_text(encoding="utf-8")))

    def test_blocking_calls_take_at_most_twice_the_lines(self):
        for row in self.rows:
            text = (EXAMPLES / "c" / row["c"]).read_text(encoding="utf-8")
            blocking = re.search(r"\bcdd_service_\w+_async\(", text) is None and "_run_many_async(" not in text
            with self.subTest(row["c"]):
                self.assertEqual("blocking" if blocking else "asynchronous", row["calls"])
                if blocking:
                    self.assertLessEqual(int(row["c_lines"]), 2 * int(row["py_lines"]))


if __name__ == "__main__":
    unittest.main()
