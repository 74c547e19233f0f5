# SPDX-License-Identifier: Apache-2.0
"""Which files clang-tidy checks again: one too few would hide a finding. The programs are stand-ins."""
import importlib.util
import io
import json
import os
import pathlib
import shutil
import tempfile
import unittest
from contextlib import redirect_stdout
from unittest import mock

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "tidy.py"
spec = importlib.util.spec_from_file_location("tidy", SOURCE)
tidy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tidy)

# Keeps a list of what it was asked to check; a file with the word BAD has a finding.
TIDY = """#!/bin/sh
if [ "$1" = --version ]; then cat "$(dirname "$0")/version"; exit; fi
echo "$(basename "$4")" >>"$(dirname "$0")/checked"
echo "7 warnings generated."
if grep -H BAD "$4"; then exit 1; fi
"""
NINJA = """#!/bin/sh
cat "$2/deps"
"""


class TestTidy(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix="cdd-tidy-"))
        self.addCleanup(shutil.rmtree, self.top)
        for name, text in (("bin/tidy", TIDY), ("bin/ninja", NINJA), ("bin/version", "14\n"), (".clang-tidy", "Checks: all\n"),
                           ("src/a.c", "int a;\n"), ("src/b.c", "int b;\n"), ("src/a.h", "extern int a;\n")):
            self.write(name, text)
        self.options = "-O2"
        self.valid = "(VALID)"
        for patch in (mock.patch.object(tidy, "TOP", self.top),
                      mock.patch.dict(os.environ, PATH="%s:%s" % (self.top / "bin", os.environ["PATH"]))):
            patch.start()
            self.addCleanup(patch.stop)

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run_tidy(self):
        """The exit code, and the files that were checked."""
        commands = [{"directory": str(self.top / "build"), "file": "../src/%s.c" % name, "output": "%s.o" % name,
                     "command": "cc %s ../src/%s.c" % (self.options, name)} for name in "ab"]
        self.write("build/compile_commands.json", json.dumps(commands))
        self.write("build/deps", "a.o: #deps 2, deps mtime 1 %s\n    ../src/a.c\n    ../src/a.h\n\n"
                                 "b.o: #deps 1, deps mtime 1 (VALID)\n    ../src/b.c\n\n" % self.valid)
        tidy.digest_of.cache_clear()
        with redirect_stdout(io.StringIO()) as self.stdout:
            code = tidy.main([str(self.top / "bin/tidy"), str(self.top / "build"), str(self.top / "cache"),
                              str(self.top / "src/a.c"), str(self.top / "src/b.c")])
        checked = self.top / "bin/checked"
        names = sorted(checked.read_text().split()) if checked.exists() else []
        checked.unlink(missing_ok=True)
        return code, names

    def assert_checked(self, *names, code=0):
        self.assertEqual((code, sorted(names)), self.run_tidy())

    def test_what_has_passed_is_not_checked_again(self):
        self.assert_checked("a.c", "b.c")
        self.assert_checked()

    def test_a_change_of_the_file_or_of_what_it_includes(self):
        self.run_tidy()
        self.write("src/b.c", "int b = 1;\n")
        self.assert_checked("b.c")
        self.write("src/a.h", "extern int  a;\n")
        self.assert_checked("a.c")
        self.write("src/b.c", "int b;\n")
        self.assert_checked()

    def test_a_change_of_the_checks_the_program_or_the_options(self):
        self.run_tidy()
        self.write(".clang-tidy", "Checks: more\n")
        self.assert_checked("a.c", "b.c")
        self.write("bin/version", "15\n")
        self.assert_checked("a.c", "b.c")
        self.options = "-O0"
        self.assert_checked("a.c", "b.c")
        self.write("src/.clang-tidy", "Checks: most\n")
        self.assert_checked("a.c", "b.c")

    def test_a_finding_is_told_each_time(self):
        self.write("src/a.c", "BAD\n")
        self.assert_checked("a.c", "b.c", code=1)
        self.assert_checked("a.c", code=1)
        self.assertIn("src/a.c:BAD", self.stdout.getvalue())
        self.assertNotIn("warnings generated", self.stdout.getvalue())

    def test_without_a_valid_list_of_includes_a_file_is_always_checked(self):
        self.valid = "(STALE)"
        self.assert_checked("a.c", "b.c")
        self.assert_checked("a.c")

    def test_a_program_that_dies_is_a_finding(self):
        self.write("bin/tidy", "#!/bin/sh\n[ \"$1\" = --version ] || exit 9\n")
        self.assertEqual(1, self.run_tidy()[0])
        self.assertIn("ended with code 9", self.stdout.getvalue())


if __name__ == "__main__":
    unittest.main()
