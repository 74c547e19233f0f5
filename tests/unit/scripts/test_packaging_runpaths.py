# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import unittest
from unittest import mock

from support import InDirectory

from colcon_deb.packaging import runpaths


@unittest.skipUnless(all(map(shutil.which, ("gcc", "readelf", "cmake"))), "needs a compiler and cmake")
class Runpaths(InDirectory):
    """A library and a program, built in work/ and installed below stage/."""

    def setUp(self):
        super().setUp()
        self.build = os.path.join(self.directory, "work")
        self.stage = os.path.join(self.build, "stage")
        self.write("work/tree/a.c", "int a(void) { return 0; }")
        self.write("work/main.c", "int a(void); int main(void) { return a(); }")
        self.gcc("-shared", "-Wl,-soname,liba.so.1", "-o", "tree/liba.so.1", "tree/a.c")

    def gcc(self, *arguments):
        subprocess.run(["gcc", *arguments], cwd=self.build, check=True)

    def install(self, runpath, library="lib/liba.so.1"):
        os.makedirs(os.path.join(self.stage, "bin"), exist_ok=True)
        os.makedirs(os.path.join(self.stage, os.path.dirname(library)), exist_ok=True)
        shutil.copy(os.path.join(self.build, "tree/liba.so.1"), os.path.join(self.stage, library))
        self.gcc("-o", "stage/bin/a", "main.c", "tree/liba.so.1", "-Wl,-rpath," + runpath)

    def read(self):
        text = subprocess.run(["readelf", "-d", os.path.join(self.stage, "bin/a")], capture_output=True, text=True).stdout
        return text.split("path: [")[1].split("]")[0] if "path: [" in text else None

    def test_an_entry_becomes_the_place_where_its_library_was_installed(self):
        self.install("/opt/x/lib:%s/tree:/opt/y" % self.build)
        self.assertEqual([("/bin/a", self.build + "/tree")], runpaths.into(self.stage, self.build))
        change, = runpaths.mend(self.stage, self.build)
        self.assertEqual("/opt/x/lib:$ORIGIN/../lib:/opt/y", self.read())
        self.assertEqual("The RUNPATH of /bin/a led into the build directory (/opt/x/lib:%s/tree:/opt/y): it is now "
                         "/opt/x/lib:$ORIGIN/../lib:/opt/y" % self.build, str(change))
        self.assertEqual([], runpaths.into(self.stage, self.build))
        subprocess.run([os.path.join(self.stage, "bin/a")], env={}, check=True)
        self.assertEqual([], runpaths.mend(self.stage, self.build))

    def test_an_entry_without_any_use_is_removed(self):
        self.install(self.build + "/empty/../none")
        self.assertTrue(str(runpaths.mend(self.stage, self.build)[0]).endswith("it was removed"))
        self.assertIsNone(self.read())

    def test_others_stay(self):
        for runpath in ("/opt/x/lib", "$ORIGIN", self.build + "-other/lib", "relative"):
            self.install(runpath)
            self.assertEqual([], runpaths.mend(self.stage, self.build))
            self.assertEqual(runpath, self.read())

    def test_without_cmake_the_file_and_the_path_are_named(self):
        self.install(self.build + "/tree")
        with mock.patch("shutil.which", return_value=None):
            with self.assertRaisesRegex(runpaths.RunpathError, "/bin/a .*/work/tree.*install cmake"):
                runpaths.mend(self.stage, self.build)

    def test_a_file_that_cmake_cannot_change_is_named(self):
        self.install(self.build + "/tree")
        failed = subprocess.CompletedProcess([], 1, "no\n  way\n")
        real = subprocess.run
        with mock.patch("subprocess.run", lambda command, **more: real(command, **more) if command[0] == "readelf" else failed):
            with self.assertRaisesRegex(runpaths.RunpathError, "/bin/a .*cmake cannot change it: no way"):
                runpaths.mend(self.stage, self.build)


if __name__ == "__main__":
    unittest.main()
