# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
import unittest

from support import InDirectory, make_package

from colcon_deb.packaging import prefix_files
from colcon_deb.workspace.package import Plan

PREFIX_LEVEL = {"setup.sh.in": ': ${AMENT_CURRENT_PREFIX:=@CMAKE_INSTALL_PREFIX@}\nskip="@SKIP_PARENT_PREFIX_PATH@@other@"\n',
                "setup.bash": "kept @as_it_is@", "local_setup.sh.in": "python=@ament_package_PYTHON_EXECUTABLE@\n",
                "local_setup.bash": "", "_local_setup_util.py": "", "setup.bat.in": "not here", "__init__.py": ""}
PACKAGE_LEVEL = {"local_setup.%s.in" % shell: "@ENVIRONMENT_HOOKS@" for shell in ("sh", "bash", "zsh", "bat")}


class TemplateCase(InDirectory):
    """With templates that are like those of ament_package."""

    def write_templates(self, place="src/ament_package", without=""):
        for level, texts in (("prefix_level", PREFIX_LEVEL), ("package_level", PACKAGE_LEVEL)):
            for name, text in texts.items():
                if name != without:
                    os.utime(self.write("%s/ament_package/template/%s/%s" % (place, level, name), text), (86400, 86400))

    def templates(self, **environ):
        plan = Plan([make_package("ament_package")], [], [])
        before, sys.path = sys.path, []
        try:
            return prefix_files.find_templates(self.settings(**environ), plan)
        finally:
            sys.path = before

    def files(self, underlay=None, **environ):
        return prefix_files.prefix_files(self.settings(**environ), self.templates(**environ), "x-y", underlay)


class PrefixFiles(TemplateCase):
    def test_none(self):
        self.assertIsNone(self.templates())

    def test_prefix_level(self):
        self.write_templates()
        self.assertEqual(self.templates().epoch, 86400)
        files = self.files()
        self.assertEqual(files["setup.sh"], ': ${AMENT_CURRENT_PREFIX:=/opt/ros/rolling}\nskip="1"\n')
        self.assertEqual(files["setup.bash"], "kept @as_it_is@")
        self.assertEqual(files["local_setup.sh"], "python=/usr/bin/python3\n")
        self.assertFalse([name for name in files if "bat" in name or "__init__" in name])

    def test_an_underlay_comes_first(self):
        self.write_templates()
        files = self.files("/opt/ros/rolling", INSTALL_PREFIX="/opt/own")
        self.assertIn('skip=""', files["setup.sh"])
        self.assertEqual(files["share/ament_index/resource_index/parent_prefix_path/colcon_deb_setup"], "/opt/ros/rolling")

    def test_hooks(self):
        self.write_templates()
        files = self.files()
        share = "share/colcon_deb_setup/"
        self.assertIn("share/ament_index/resource_index/packages/colcon_deb_setup", files)
        self.assertIn("source;%slocal_setup.dsv\n" % share, files[share + "package.dsv"])
        self.assertIn("source;%senvironment/pythonpath.sh\n" % share, files[share + "local_setup.dsv"])
        self.assertEqual(files[share + "environment/library_path.dsv"],
                         "prepend-non-duplicate;LD_LIBRARY_PATH;lib/x-y\nprepend-non-duplicate;LD_LIBRARY_PATH;lib\n")
        self.assertEqual(files[share + "environment/ament_prefix_path.dsv"], "prepend-non-duplicate;AMENT_PREFIX_PATH;\n")
        self.assertIn("dist-packages", files[share + "environment/pythonpath.sh"])
        self.assertIn("site-packages", files[share + "environment/pythonpath.sh"])
        self.assertEqual(files[share + "local_setup.bash"], "")

    def test_hooks_of_the_shell(self):
        self.write_templates()
        files = self.files()
        define = 'ament_append_value() { eval "$1=\\"\\${$1}$2:\\""; }\nament_prepend_unique_value() { eval "$1=$2:\\$$1"; }\n'
        hooks = subprocess.run(["sh", "-c", define + files["share/colcon_deb_setup/local_setup.sh"]
                                + "echo $AMENT_ENVIRONMENT_HOOKS"], env={"AMENT_CURRENT_PREFIX": "/p"}, check=True,
                               stdout=subprocess.PIPE, text=True).stdout.strip().rstrip(":").split(":")
        self.assertEqual(hooks[1], "/p/share/colcon_deb_setup/environment/path.sh")
        text = "".join(files[hook[len("/p/"):]] for hook in hooks)
        said = subprocess.run(["sh", "-c", define + text + "echo $AMENT_PREFIX_PATH $LD_LIBRARY_PATH"], check=True,
                              env={"AMENT_CURRENT_PREFIX": "/p", "PATH": "/bin"}, stdout=subprocess.PIPE, text=True).stdout
        self.assertEqual(said.split(), ["/p:", "/p/lib:/p/lib/x-y:"])

    def test_templates_that_are_not_as_expected(self):
        self.write_templates(without="setup.sh.in")
        with self.assertRaisesRegex(prefix_files.TemplateError, "setup.sh"):
            self.files()


if __name__ == "__main__":
    unittest.main()
