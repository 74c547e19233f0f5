# SPDX-License-Identifier: Apache-2.0
"""The record of the binary interface: what breaks programs is told from what only has to be recorded."""
import importlib.util
import pathlib
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "abi.py"
spec = importlib.util.spec_from_file_location("abi", SOURCE)
abi = importlib.util.module_from_spec(spec)
sys.modules["abi"] = abi
spec.loader.exec_module(abi)

BEFORE = """
typedef enum { CDD_ONE, CDD_FOUR = 1 << 2 } CddNumber;
typedef struct { int a; const char *b; gpointer reserved[2]; } CddFilled;
typedef struct { int a; void (*func)(int x, int y); } CddMade;
typedef struct { struct { int x; } inner; int b; } CddNested;
typedef void (*CddFunc)(int a, gpointer user_data);
struct _CddOpenInterface { GTypeInterface parent; void (*open)(int a); };
typedef struct _CddOpenInterface CddOpenInterface;
CDD_API GType cdd_filled_get_type(void);
CDD_API void
cdd_do(const CddFilled *filled, int count);
"""


class Abi(unittest.TestCase):
    def read(self, text):
        with tempfile.TemporaryDirectory() as directory:
            folder = pathlib.Path(directory, abi.HEADERS)
            folder.mkdir()
            head = "#include <glib-object.h>\n#define CDD_API extern\n"
            (folder / "colcon-deb-docker.h").write_text(head + text)
            return abi.read_interface([directory])

    def compare(self, *changes):
        text = BEFORE
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return abi.compare(self.read(BEFORE), self.read(text))

    def test_all_is_recorded(self):
        lines = self.read(BEFORE)
        for line in ("function void cdd_do(const CddFilled *filled, int count)", "enum CddNumber: CDD_FOUR = 4",
                     "struct CddFilled: 32 bytes", "struct CddFilled.b at 8, 8 bytes: const char *b",
                     "struct CddMade.func at 8, 8 bytes: void (*func)(int x, int y)", "struct CddNested.b at 4, 4 bytes: int b",
                     "callback void (*CddFunc)(int a, gpointer user_data)",
                     "struct CddOpenInterface.open at 16, 8 bytes: void (*open)(int a)", "function GType cdd_filled_get_type(void)"):
            self.assertIn(line, lines)
        self.assertEqual([], self.compare())

    def test_what_breaks_programs(self):
        for change in (("int count", "long count"), ("CDD_ONE,", "CDD_ONE = 1,"), ("int a; const", "gint64 a; const"),
                       ("gpointer reserved[2];", "gpointer reserved[3];"), ("int a; void", "void"),
                       ("const char *b; gpointer", "gpointer c; const char *b; gpointer"),
                       ("const char *b;", "const int *b;"), ("(int a, gpointer", "(long a, gpointer"),
                       ("struct { int x; }", "struct { unsigned x; }"), ("(*open)(int a)", "(*open)(long a)")):
            with self.subTest(change):
                self.assertTrue([fault for fault in self.compare(change) if fault.startswith("gone: ")])

    def test_what_is_only_new(self):
        for change in (("gpointer reserved[2];", "gpointer c; gpointer reserved[1];"), ("y); }", "y); int c; }"),
                       ("CDD_FOUR = 1 << 2", "CDD_FOUR = 1 << 2, CDD_FIVE"), ("CDD_API GType", "CDD_API int cdd_new(int a);\nCDD_API GType")):
            with self.subTest(change):
                faults = self.compare(change)
                self.assertTrue(faults)
                self.assertEqual([], [fault for fault in faults if fault.startswith("gone: ")])


class TestSymbols(unittest.TestCase):
    """The symbols file of the Debian package."""

    def test_functions_and_the_types_of_macros(self):
        text = """
            #define CDD_API __attribute__((visibility("default")))
            /* CDD_API void cdd_in_a_comment(void); */
            CDD_API char *cdd_two(int a, void (*func)(int b));
            CDD_API GType cdd_one_get_type(void) G_GNUC_CONST;
            CDD_API
            G_DECLARE_FINAL_TYPE(CddThing, cdd_thing, CDD, THING, GObject)
        """
        self.assertEqual(["cdd_one_get_type", "cdd_thing_get_type", "cdd_two"], abi.exported_symbols(text))

    def test_a_symbol_keeps_its_first_version(self):
        first = abi.update_symbols("", ["cdd_gone", "cdd_old"], "0.1.0")
        second = abi.update_symbols(first, ["cdd_new", "cdd_old"], "0.2.0")
        self.assertEqual([" cdd_new@Base 0.2.0", " cdd_old@Base 0.1.0"], second.splitlines()[2:])

    def test_the_file_is_that_of_the_headers(self):
        top = SOURCE.parents[1]
        text = "\n".join(path.read_text() for path in sorted((top / "include" / abi.HEADERS).glob("*.h")))
        recorded = (top / "debian/libcolcon-deb-docker0.symbols").read_text()
        self.assertEqual(abi.update_symbols(recorded, abi.exported_symbols(text), "new: run make abi"), recorded)


if __name__ == "__main__":
    unittest.main()
