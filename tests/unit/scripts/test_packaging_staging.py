# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import sys
import unittest

from support import HELPERS, InDirectory

from colcon_deb.packaging import private_libraries, staging


class Staging(InDirectory):
    @unittest.skipUnless(shutil.which("cc"), "needs a compiler")
    def test_directories_of_allowed_libraries(self):
        self.write("stage/opt/p.libs/libin.so.1")
        stage, stand_ins = os.path.join(self.directory, "stage"), os.path.join(self.directory, "none")
        self.assertEqual([stage + "/opt/p.libs"], private_libraries.directories(stage, ["libin.so.1"], stand_ins))
        self.assertFalse(os.path.exists(stand_ins))
        self.assertEqual([stage + "/opt/p.libs", stand_ins],
                         private_libraries.directories(stage, ["libin.so.1", "libdriver.so.9"], stand_ins))
        text = subprocess.run(["readelf", "-d", stand_ins + "/libdriver.so.9"], capture_output=True, text=True).stdout
        self.assertIn("soname: [libdriver.so.9]", text)

    def test_warnings_are_read_with_care(self):
        for text, expected in (('["a", 1, "b"]', ["a", "b"]), ("{}", []), ("[", []), ("", [])):
            self.write("source/debian/.colcon-deb-warnings", text)
            self.assertEqual(expected, staging.warnings_of(os.path.join(self.directory, "source")))
        self.assertEqual([], staging.warnings_of("/nowhere"))

    def run_helper(self, *command):
        return subprocess.run([sys.executable, "-B", os.path.join(HELPERS, command[0]), *command[1:]], cwd=self.directory,
                              capture_output=True, text=True, check=False)

    def test_a_helper_fails_in_one_line(self):
        self.write("debian/a/opt/x/f")
        ended = self.run_helper("fast-package.py", "a", "/opt/x")
        self.assertEqual((1, "colcon-deb: error: packing a: [Errno 2] No such file or directory: 'debian/copyright'\n"),
                         (ended.returncode, ended.stderr))
        self.write("setup.cfg", "no section")
        self.write("debian/a/usr/bin/x")
        ended = self.run_helper("staged-files.py", "relocate", "a", "/opt/x")
        self.assertEqual(1, ended.returncode)
        self.assertRegex(ended.stderr, r"\Acolcon-deb: error: .*setup.cfg.*\n\Z")


if __name__ == "__main__":
    unittest.main()
