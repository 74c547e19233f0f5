# SPDX-License-Identifier: Apache-2.0
import dataclasses
import sys
import unittest

from support import InDirectory

from colcon_deb.base.machine import Machine
from colcon_deb.building import environment

MACHINE = Machine("z80", "x-y", {"DEB_HOST_ARCH": "z80"})


class Environment(InDirectory):
    def environment(self, environ, **settings):
        settings = dataclasses.replace(self.settings(**settings), prefix=self.directory)
        return environment.build_environment(settings, MACHINE, "/slots", environ)

    def test_paths_of_the_prefix(self):
        result = self.environment({"PATH": "/bin", "http_proxy": "p"}, PARALLEL_JOBS="3")
        self.assertEqual(result["PATH"], self.directory + "/bin:/bin")
        self.assertEqual(result["LD_LIBRARY_PATH"], "%s/lib:%s/lib/x-y" % (self.directory, self.directory))
        self.assertIn(self.directory + "/lib/python3/dist-packages", result["PYTHONPATH"].split(":"))
        self.assertIn("%s/lib/python3.%d/site-packages" % (self.directory, sys.version_info[1]), result["PYTHONPATH"])
        self.assertEqual(result["DEB_BUILD_OPTIONS"], "parallel=3 notrimdch nocheck noautodbgsym")
        self.assertEqual((result["DEB_BUILD_PROFILES"], result["http_proxy"]), ("nocheck", "p"))
        self.assertEqual((result["DEB_HOST_ARCH"], result["COLCON_DEB_SLOTS"]), ("z80", "/slots"))

    def test_with_tests(self):
        result = self.environment({}, RUN_TESTS="1", PARALLEL_JOBS="1")
        self.assertEqual((result["DEB_BUILD_OPTIONS"], result["DEB_BUILD_PROFILES"]), ("parallel=1 notrimdch noautodbgsym", ""))

    def test_debug_information_is_made_only_when_it_is_kept(self):
        self.assertEqual(self.environment({})["DEB_CXXFLAGS_STRIP"], "-g")
        kept = self.environment({}, DEBUG_SYMBOLS="1")
        self.assertNotIn("DEB_CXXFLAGS_STRIP", kept)
        self.assertNotIn("noautodbgsym", kept["DEB_BUILD_OPTIONS"])


if __name__ == "__main__":
    unittest.main()
