# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory, make_package

from colcon_deb.building import explain
from colcon_deb.building.host_paths import HostPaths

LOST = ("dpkg-shlibdeps: error: cannot find library %s needed by debian/ros-rolling-a/opt/x/lib/%s (ELF format: "
        "'elf64-x86-64' abi: '0201003e00000000'; RPATH: '/opt/x/lib')\n")
UNOWNED = ("dpkg-shlibdeps: error: no dependency information found for /usr/local/lib/libc.so.7 (used by "
           "debian/ros-rolling-a/opt/x/lib/prog)\nHint: check if the library actually comes from a package.\n")


class ShlibsAdvice(InDirectory):
    def reason(self, log):
        return explain.cause(2, self.write("logs/my_pkg.log", log),
                             HostPaths(self.settings(), make_package("my_pkg"))).text

    def test_each_library_and_the_line_that_allows_all_of_them(self):
        text = self.reason(LOST % ("liba.so.1", "prog") + LOST % ("libb.so.2", "libx.so") + LOST % ("liba.so.1", "other"))
        self.assertTrue(text.startswith("/opt/x/lib/prog needs liba.so.1; /opt/x/lib/libx.so needs libb.so.2. No package"), text)
        self.assertIn("`shlibs_allow: [liba.so.1, libb.so.2]` to debian_dirs/my_pkg/override.yaml", text)

    def test_a_library_that_no_package_owns(self):
        text = self.reason(UNOWNED)
        self.assertTrue(text.startswith("/opt/x/lib/prog needs libc.so.7. No package has it."), text)
        self.assertIn("`shlibs_allow: [libc.so.7]`", text)

    def test_a_warning_is_no_reason(self):
        self.assertNotIn("shlibs_allow", self.reason(LOST.replace("error", "warning") % ("liba.so", "prog")))


if __name__ == "__main__":
    unittest.main()
