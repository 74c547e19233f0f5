# SPDX-License-Identifier: Apache-2.0
"""The check of layers: an import upward fails, and so does a room that has no rank."""
import importlib.util
import pathlib
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[3] / "tools" / "check-layers.py"
spec = importlib.util.spec_from_file_location("check_layers", SOURCE)
check_layers = importlib.util.module_from_spec(spec)
sys.modules["check_layers"] = check_layers
spec.loader.exec_module(check_layers)

TREE = check_layers.Tree("tree/pkg", (".py",), check_layers.python_uses, (("base",), ("left", "right"), ("top",)))


class Layers(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.top = pathlib.Path(work.name)
        for room in ("base", "left", "right", "top"):
            self.write("%s/__init__.py" % room, "")
        self.write("__init__.py", "from .top import all_of_it\n")

    def write(self, name, text):
        path = self.top / "tree/pkg" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def faults(self):
        return check_layers.check(self.top, (TREE,), ())

    def test_a_clean_tree(self):
        self.write("left/a.py", "import os\nfrom pkg.base import z\nfrom . import b\nfrom .b import c\n")
        self.write("top/a.py", "from ..left import a\nfrom ..right.b import c\nimport pkg.base.d\nimport pkg\n")
        self.assertEqual([], self.faults())

    def test_an_import_upward_in_each_form(self):
        for line in ("from ..top import a", "from ..top.a import b", "from .. import top", "import pkg.top.a",
                     "from pkg.top import a", "from pkg import top", "def late():\n    from ..top import a"):
            with self.subTest(line):
                self.write("base/files.py", "import os\n%s\n" % line)
                number = 3 if "def" in line else 2
                self.assertEqual(["tree/pkg/base/files.py:%d: base uses top, which is not below it" % number],
                                 self.faults())

    def test_rooms_of_one_floor_are_strangers(self):
        self.write("left/a.py", "from ..right import b\n")
        self.assertEqual(["tree/pkg/left/a.py:1: left uses right, which is not below it"], self.faults())

    def test_each_line_is_named(self):
        self.write("base/a.py", "from ..top import a\nfrom ..left import b\n")
        self.assertEqual(2, len(self.faults()))

    def test_a_room_without_a_rank(self):
        self.write("attic/a.py", "from ..base import b\n")
        self.write("top/b.py", "from ..attic import a\n")
        self.assertEqual(["tree/pkg/attic/a.py:1: the room attic is not in the table of tools/check-layers.py",
                          "tree/pkg/top/b.py:1: top uses attic, which is not in the table of tools/check-layers.py"],
                         self.faults())

    def test_a_rank_without_a_room(self):
        tree = TREE._replace(floors=TREE.floors + (("roof",),))
        self.assertEqual(["tree/pkg:1: the room roof is in the table of tools/check-layers.py, but is no folder"],
                         check_layers.check(self.top, (tree,), ()))

    def test_an_include_upward(self):
        tree = check_layers.Tree("tree/pkg", (".c", ".h"), check_layers.c_uses, TREE.floors)
        self.write("top/a.c", '#include "a.h"\n#include "../base/b.h"\n#include <gio/gio.h>\n')
        self.assertEqual([], check_layers.check(self.top, (tree,), ()))
        for line in ('#include "../top/a.h"', '# include "top/a.h"', '#include "../../pkg/top/a.h"', "#include <top/a.h>",
                     '#include "../base/../top/a.h"', '/* x */ #include "../top/a.h"', '#include/**/"../top/a.h"',
                     '#import "../top/a.h"', "#include HEADER", "#include \\"):
            with self.subTest(line):
                self.write("base/a.h", "#pragma once\n%s\n" % line)
                faults = check_layers.check(self.top, (tree,), ())
                self.assertEqual(1, len(faults))
                self.assertTrue(faults[0].startswith("tree/pkg/base/a.h:2: base uses "), faults)

    def test_what_only_one_file_may_do(self):
        rule = check_layers.Only("tree/pkg", check_layers.JSON_PARSING, ("base/json.h",), "use base/json.h")
        self.write("base/json.h", "#include <json-glib/json-glib.h>\n")
        self.assertEqual([], check_layers.check(self.top, (), (rule,)))
        self.write("top/a.c", "\n    text = json_to_string(node, FALSE);\n")
        self.write("top/b.h", "#include <json-glib/json-glib.h>\n")
        self.assertEqual(["tree/pkg/top/a.c:2: use base/json.h", "tree/pkg/top/b.h:1: use base/json.h"],
                         check_layers.check(self.top, (), (rule,)))

    def test_a_public_header_includes_public_headers(self):
        rule = check_layers.Only("tree/pkg", check_layers.FOREIGN_INCLUDE, (), "not public")
        self.write("top/a.h", "#include <colcon-deb-docker/cdd-macros.h>\n#include <gio/gio.h>\n")
        self.assertEqual([], check_layers.check(self.top, (), (rule,)))
        for line in ('#include "../../src/docker/wire/json.h"', "#include <json-glib/json-glib.h>",
                     "#include <colcon-deb-docker/cdd-../../../src/docker/wire/json.h>", "#include <glib/../../x.h>"):
            self.write("top/b.h", line + "\n")
            self.assertEqual(["tree/pkg/top/b.h:1: not public"], check_layers.check(self.top, (), (rule,)))

    def test_this_tree_is_clean(self):
        self.assertEqual([], check_layers.check(check_layers.TOP))


if __name__ == "__main__":
    unittest.main()
