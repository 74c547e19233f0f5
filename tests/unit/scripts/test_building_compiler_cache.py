# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.building import compiler_cache


class CompilerCache(InDirectory):
    def setUp(self):
        super().setUp()
        self.links = os.path.join(self.directory, "links")
        before, compiler_cache.LINKS = compiler_cache.LINKS, self.links
        self.addCleanup(setattr, compiler_cache, "LINKS", before)
        self.write("bin/ccache", "#!/bin/sh\n", mode=0o755)
        path, os.environ["PATH"] = os.environ["PATH"], os.path.join(self.directory, "bin")
        self.addCleanup(os.environ.__setitem__, "PATH", path)

    def test_the_links_come_before_the_compilers(self):
        os.mkdir(self.links)
        added = compiler_cache.environment(self.settings(COMPILER_CACHE="1"), {"PATH": "/usr/bin:/bin"})
        self.assertEqual(added["PATH"], self.links + ":/usr/bin:/bin")
        self.assertEqual(added["CCACHE_DIR"], "/var/cache/colcon-deb/ccache")
        self.assertEqual(added["CCACHE_BASEDIR"], os.path.join(self.directory, "build_root"))

    def test_nothing_changes_unless_it_is_wanted_and_there(self):
        self.assertEqual(compiler_cache.environment(self.settings(COMPILER_CACHE="1")), {})
        os.mkdir(self.links)
        self.assertEqual(compiler_cache.environment(self.settings()), {})

    def test_counts_are_read_and_rubbish_is_not(self):
        self.assertEqual(compiler_cache.counts(b"direct_cache_hit\t5\npreprocessed_cache_hit\t2\ncache_miss\t3\nx\ty\n"), (7, 3))
        self.assertEqual(compiler_cache.counts(b"\xff\n\ncache_miss\t-1\ndirect_cache_hit\t" + b"9" * 99), (0, 0))


if __name__ == "__main__":
    unittest.main()
