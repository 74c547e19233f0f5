# SPDX-License-Identifier: Apache-2.0
import os
import stat
import unittest

from support import InDirectory

from colcon_deb.packaging import pyproject


class Pyproject(InDirectory):
    def project(self, text="[build-system]\nbuild-backend = 'setuptools.build_meta'\n", *files):
        for path in files:
            self.write("p/" + path)
        self.write("p/pyproject.toml", text)
        return os.path.join(self.directory, "p")

    def test_alone(self):
        source = self.project()
        self.assertTrue(pyproject.is_alone(source))
        self.assertIn("export PYBUILD_SYSTEM=pyproject", pyproject.exports(source, "/opt/x"))
        self.project("", "setup.py")
        self.assertFalse(pyproject.is_alone(source))
        self.assertEqual(["export PYBUILD_SYSTEM=distutils"], pyproject.exports(source, "/opt/x"))
        self.assertFalse(pyproject.is_alone("/nowhere"))

    def test_what_builds_it(self):
        for text, expected in (("", ["python3-setuptools", "python3-wheel"]), ('build-backend="flit_core.buildapi"', ["flit"]),
                               ('build-backend = "mine.backend"', [])):
            self.assertEqual([pyproject.PLUGIN] + expected, pyproject.build_relations(self.project(text)))

    @unittest.skipUnless(__import__("importlib.util").util.find_spec("tomllib"), "needs Python 3.11")
    def test_setuptools_is_told_the_module_unless_upstream_tells_it(self):
        def told(*arguments):
            source = self.project(*arguments)
            pyproject.limit_discovery("kayak", source)
            path = os.path.join(source, "setup.cfg")
            if not os.path.exists(path):
                return None
            with open(path, encoding="utf-8") as stream:
                text = stream.read()
            os.unlink(path)
            return text
        plain = "[project]\nname = 'kayak'\n"
        self.assertIsNone(told(plain))
        self.assertIn("kayak.*", told(plain, "kayak/__init__.py", "resource/kayak"))
        self.assertIsNone(told(plain + "[tool.setuptools]\npackages = ['kayak']\n"))
        self.assertIsNone(told("[build-system]\nbuild-backend = 'flit_core.buildapi'\n"))
        self.assertIsNone(told(plain, "src/kayak/__init__.py"))

    def test_files_are_moved_to_the_prefix(self):
        self.write("stage/usr/bin/node", "#!python3\nx\n", mode=0o755)
        self.write("stage/usr/bin/shell", "#!/bin/sh\npython3\n", mode=0o755)
        self.write("stage/usr/share/ament_index/resource_index/packages/kayak")
        self.write("stage/opt/x/lib/python3.11/site-packages/kayak-1.dist-info/RECORD")
        self.write("stage/opt/x/share/y")
        self.write("p/setup.cfg", "[install]\ninstall_scripts=$base/lib/kayak\n")
        stage = os.path.join(self.directory, "stage")
        pyproject.relocate(stage, "/opt/x", os.path.join(self.directory, "p"))
        found = sorted(os.path.relpath(os.path.join(path, name), stage) for path, _, names in os.walk(stage) for name in names)
        self.assertEqual(["opt/x/lib/kayak/node", "opt/x/lib/kayak/shell", "opt/x/share/ament_index/resource_index/packages/kayak",
                          "opt/x/share/y"], found)
        node = os.path.join(stage, "opt/x/lib/kayak/node")
        with open(node, encoding="utf-8") as stream:
            self.assertEqual("#!/usr/bin/python3\nx\n", stream.read())
        self.assertTrue(os.stat(node).st_mode & stat.S_IXUSR)
        self.assertFalse(os.path.exists(os.path.join(stage, "usr")))


if __name__ == "__main__":
    unittest.main()
