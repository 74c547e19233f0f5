# SPDX-License-Identifier: Apache-2.0
"""The check of files: a call that goes round the safe functions fails, unless docs/files.md lists the file."""
import importlib.util
import pathlib
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "check-files.py"
spec = importlib.util.spec_from_file_location("check_files", SOURCE)
check_files = importlib.util.module_from_spec(spec)
sys.modules["check_files"] = check_files
spec.loader.exec_module(check_files)

PYTHON, C = "scripts/helpers/colcon_deb/a.py", "src/colcon-deb/room/a.c"


class Files(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.top = pathlib.Path(work.name)
        self.write("docs/files.md", "# Files\n")

    def write(self, name, text):
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def faults(self):
        return check_files.check(self.top)

    def test_each_call_of_python(self):
        for line in ("with open(path) as stream:\n    pass", "os.open(path, 0)", "os.replace(path, target)", "os.rename(a, b)",
                     "os.makedirs(path)", "shutil.rmtree(path)", "shutil.copyfile(a, b)", "os.unlink(path)",
                     "for _ in os.walk(path):\n    pass", "from os import replace", "from shutil import rmtree as r",
                     "import pathlib", "import os as system", "opener = open", "json.load(stream)",
                     "yaml.safe_load(stream)", "yaml.load(stream, loader)", "tempfile.mkdtemp()", "gzip.open(path)",
                     "lzma.open(path)", "from tempfile import TemporaryFile"):
            with self.subTest(line):
                self.write(PYTHON, "# open(\n" + line + "\n")
                faults = self.faults()
                self.assertEqual(1, len(faults), faults)
                self.assertTrue(faults[0].startswith(PYTHON + ":2: calls "), faults)

    def test_each_call_of_c(self):
        for line in ("fd = open(path, 0);", "fd = openat(fd, name, 0);", "g_file_get_contents(path, &text, NULL, NULL);",
                     "rename(a, b);", "g_mkdir_with_parents(path, 0755);", "g_unlink(path);", "file = g_fopen(path, \"r\");",
                     "g_dir_open(path, 0, NULL);", "file = fopen (path, mode);",
                     "g_mkdtemp(pattern);", "fd = mkstemp(pattern);", "mkdtemp(pattern);", "fd = g_mkstemp_full(pattern, 0, 0600);"):
            with self.subTest(line):
                self.write(C, "/* open(2) */\n    " + line + "\n")
                self.assertEqual(1, len(self.faults()), self.faults())

    def test_what_is_safe(self):
        self.write(PYTHON, "files.open_file(path)\nfiles.replace(path, data)\ntext.replace(a, b)\nos.listdir(path)\n")
        self.write(C, "folder_open(path, error);\nfolder_rename(folder, a, b, error);\nstream_open(stream);\n")
        self.assertEqual([], self.faults())

    def test_a_listed_file(self):
        self.write(PYTHON, "open(path)\n")
        self.write(C, "open(path, 0);\n")
        self.assertEqual(2, len(self.faults()))
        self.write("docs/files.md", "| `%s` | the sources |\n| `%s` | the same |\n" % (PYTHON, C))
        self.assertEqual([], self.faults())
        # A reason is needed.
        self.write("docs/files.md", "| `%s` | |\n| `%s` | the same |\n" % (PYTHON, C))
        self.assertEqual(1, len(self.faults()))

    def test_a_file_that_is_listed_in_vain(self):
        self.write("docs/files.md", "| `%s` | the sources |\n" % PYTHON)
        self.assertEqual(["docs/files.md:1: lists %s, which calls nothing of the kind" % PYTHON], self.faults())

    def test_this_tree_is_clean(self):
        self.assertEqual([], check_files.check(check_files.TOP))


if __name__ == "__main__":
    unittest.main()
