# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import subprocess
import unittest

from support import InDirectory, make_deb

from colcon_deb.packaging import undeclared_libraries


@unittest.skipUnless(all(map(shutil.which, ("gcc", "readelf", "dpkg-query", "dpkg-deb"))), "needs a compiler and dpkg")
class Needed(InDirectory):
    def test_a_library_that_nothing_brings(self):
        staging = os.path.join(self.directory, "staging")
        libraries = os.path.join(self.directory, "lib")
        os.makedirs(staging)
        os.makedirs(libraries)
        self.write("lib.c", "int answer(void) { return 42; }")
        self.write("main.c", "int answer(void); int main(void) { return answer(); }")
        library, binary = os.path.join(libraries, "libanswer.so"), os.path.join(staging, "main")
        subprocess.run(["gcc", "-shared", "-o", library, self.directory + "/lib.c", "-Wl,-soname,libanswer.so"], check=True)
        subprocess.run(["gcc", "-o", binary, self.directory + "/main.c", library], check=True)
        deb = make_deb(self.directory, "ros-x-a", fields="Depends: libc6\n")
        self.assertEqual(undeclared_libraries.undeclared(deb, staging, [libraries], {}), [("libanswer.so", None)])
        without = make_deb(self.directory, "ros-x-b")
        self.assertEqual(undeclared_libraries.undeclared(without, staging, [libraries], {}), [("libanswer.so", None), ("libc.so.6", "libc6")])
        shutil.copy(library, staging)
        self.assertEqual(undeclared_libraries.undeclared(deb, staging, [libraries], {}), [])

    def test_a_library_of_a_sibling(self):
        """Made at the same time, from the same source: it is not installed, or a former version of it is."""
        tools, base = os.path.join(self.directory, "tools"), os.path.join(self.directory, "base")
        os.makedirs(tools)
        os.makedirs(base)
        self.write("lib.c", "int answer(void) { return 42; }")
        self.write("main.c", "int answer(void); int main(void) { return answer(); }")
        library = os.path.join(base, "libanswer.so.1")
        subprocess.run(["gcc", "-shared", "-o", library, self.directory + "/lib.c", "-Wl,-soname,libanswer.so.1"], check=True)
        subprocess.run(["gcc", "-o", os.path.join(tools, "main"), self.directory + "/main.c", library], check=True)
        siblings = {"ros-x-base": (make_deb(self.directory, "ros-x-base", fields="Depends: libc6\n"), base)}
        found = {}
        for depends in ("libc6", "ros-x-base (= 1.0)", "ros-x-middle"):
            siblings["ros-x-middle"] = (make_deb(self.directory, "ros-x-middle", fields="Depends: ros-x-base\n"), self.source)
            deb = make_deb(self.directory, "ros-x-tools", fields="Depends: %s\n" % depends)
            found[depends] = undeclared_libraries.undeclared(deb, tools, [], siblings)
        self.assertEqual(found, {"libc6": [("libanswer.so.1", "ros-x-base")], "ros-x-base (= 1.0)": [], "ros-x-middle": []})

    def test_nothing_to_look_at(self):
        self.assertEqual(undeclared_libraries.undeclared("/nowhere", self.source, [], {}), [])


if __name__ == "__main__":
    unittest.main()
