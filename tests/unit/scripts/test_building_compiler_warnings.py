# SPDX-License-Identifier: Apache-2.0
import os
import time
import unittest

from support import InDirectory, make_package

from colcon_deb.building import compiler_warnings
from colcon_deb.building.host_paths import HostPaths

LOG = """\
$ debian/rules binary
CMake Warning at CMakeLists.txt:3 (message):
  the lamp is old

  and dusty

CMake Warning (dev) in CMakeLists.txt:
CMake Warning (dev) at CMakeLists.txt:7 (find_package):

  Policy CMP0074 is not set.
CMake Deprecation Warning at CMakeLists.txt:1 (cmake_minimum_required):
  Compatibility with CMake < 3.5 will be removed.
CMake Warning:
  Manually-specified variables were not used by the project:
%(work)s/a/source/src/main.cpp:3:7: warning: unused variable ‘x’ [-Wunused-variable]
In file included from %(work)s/a/source/src/other.cpp:1:
%(work)s/a/source/src/main.cpp:3:7: warning: unused variable ‘x’ [-Wunused-variable]
../src/a.c:1:2: warning: \x1b[31mred
../src/a.c:1:2: error: no warning: here
  ../src/a.c:1:2: warning: a quotation
/usr/bin/ld: warning: liba.so, needed by libb.so, not found
src/a.h:12: warning: Member lamp is not documented.
/usr/lib/python3/dist-packages/setuptools/command/install.py:34: SetuptoolsDeprecationWarning: setup.py install
dpkg-shlibdeps: warning: diversions involved
2 warnings generated.
"""
KEPT = """\
CMake Warning at CMakeLists.txt:3 (message): the lamp is old
CMake Warning (dev) in CMakeLists.txt:
CMake Warning (dev) at CMakeLists.txt:7 (find_package): Policy CMP0074 is not set.
CMake Deprecation Warning at CMakeLists.txt:1 (cmake_minimum_required): Compatibility with CMake < 3.5 will be removed.
src/a/src/main.cpp:3:7: warning: unused variable ‘x’ [-Wunused-variable]
src/a/src/a.c:1:2: warning: red
"""


class CompilerWarnings(InDirectory):
    def collect(self, text):
        self.log = self.write("output/logs/a.log", text)
        return compiler_warnings.collect(self.log, HostPaths(self.settings(), make_package("a")))

    def kept(self):
        path = compiler_warnings.path_of(self.log)
        self.assertEqual(os.path.basename(path), "a.warnings")
        with open(path, encoding="utf-8") as stream:
            return stream.read()

    def test_each_line_counts_and_is_kept_once(self):
        self.assertEqual(self.collect(LOG % {"work": self.settings().build_root}), 7)
        self.assertEqual(self.kept(), KEPT)

    def test_without_warnings_there_is_no_file(self):
        self.collect("a.c:1:2: warning: one\n")
        self.kept()
        self.assertEqual(self.collect("all is well\n"), 0)
        self.assertEqual(os.listdir(os.path.dirname(self.log)), ["a.log"])

    def test_a_link_in_the_way_is_not_followed(self):
        target = self.write("precious", "x")
        os.makedirs(self.directory + "/output/logs")
        os.symlink(target, self.directory + "/output/logs/a.warnings")
        self.assertEqual(self.collect("a.c:1:2: warning: one\n"), 1)
        with open(target, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), "x")

    def test_what_is_kept_is_bounded(self):
        self.assertEqual(self.collect("".join("a.c:%d:2: warning: %s\n" % (n, "x" * 9000) for n in range(200))), 200)
        lines = self.kept().splitlines()
        self.assertEqual(len(lines), compiler_warnings.MAX_KEPT + 1)
        self.assertLess(max(map(len, lines)), 2100)

    def test_a_large_log_takes_no_time(self):
        text = "".join("[%d/9] Building CXX object CMakeFiles/x.dir/some/where/file.cpp.o -Wall\n" % n for n in range(300000))
        started = time.monotonic()
        self.assertEqual(self.collect(text + "a.c:1:2: warning: one\n"), 1)
        self.assertLess(time.monotonic() - started, 5)


if __name__ == "__main__":
    unittest.main()
