# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory, have, make_package

if have("yaml"):
    from colcon_deb.packaging import colcon_pkg


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class ColconPkg(InDirectory):
    def read(self, text, build_type="ament_cmake"):
        if text is not None:
            self.write("src/a/colcon.pkg", text)
        return colcon_pkg.read(self.source, make_package("a", build_type=build_type))

    def test_arguments_of_the_build_type(self):
        text = "cmake-args: [-DA=1]\nament-cmake-args: [-DB=2]\n"
        self.assertEqual(self.read(None), ([], None))
        self.assertEqual(self.read(text), (["-DA=1", "-DB=2"], None))
        self.assertEqual(self.read('{"cmake-args": ["-DA=1"]}', "cmake"), (["-DA=1"], None))
        self.assertEqual(self.read(text, "catkin"), (["-DA=1"], "src/a/colcon.pkg: not used: ament-cmake-args. A package with "
                         "the build type catkin gets cmake-args and catkin-cmake-args from there; dependencies belong into "
                         "package.xml."))
        self.assertEqual(self.read("", "cmake"), ([], None))

    def test_other_keys_are_named(self):
        arguments, unused = self.read("cmake-args: [-DA=1]\nhooks: [x]\ndependencies: [b]\n7: 8\n")
        self.assertEqual(arguments, ["-DA=1"])
        self.assertIn("not used: 7, dependencies, hooks. ", unused)
        self.assertIn("ament_python gets nothing", self.read("cmake-args: [-DA=1]\n", "ament_python")[1])

    def test_what_cannot_be_used_is_not(self):
        for text, why in (("cmake-args: [\n", "line 2, column 1: "), ("- a\n", "a mapping of keys is needed."),
                          ("cmake-args: -DA=1\n", "cmake-args: a list of strings is needed."),
                          ("cmake-args: [-DA=1, '-DB=$(shell x)']\n", "cmake-args: '-DB=$(shell x)': no blanks"),
                          ("[" * 1000, "line 1, column 33: it is nested too deeply."),
                          ("<<: {a: b}\n", "line 1, column 1: merge keys (<<) are not supported here."),
                          ("#" * 70000, "larger than 65536 bytes."), ("a: \x01", "")):
            with self.subTest(text[:30]):
                arguments, unused = self.read(text)
                self.assertEqual(arguments, [])
                self.assertTrue(unused.startswith("src/a/colcon.pkg is not used: " + why), unused)


if __name__ == "__main__":
    unittest.main()
