# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory, make_package

from colcon_deb.building import explain, git_advice
from colcon_deb.building.host_paths import HostPaths


class GitAdvice(InDirectory):
    def reason(self, log):
        return explain.cause(2, log, HostPaths(self.settings(), make_package("p"))).text

    def test_a_build_that_asks_git(self):
        for line in ("fatal: not a git repository (or any of the parent directories): .git", "/bin/sh: 1: git: not found",
                     "-- Could NOT find Git (missing: GIT_EXECUTABLE)", "sh: git: command not found",
                     "FileNotFoundError: [Errno 2] No such file or directory: 'git'",
                     "LookupError: setuptools-scm was unable to detect version for /x."):
            log = self.write("p.log", "before\n%s\nafter\n" % line)
            self.assertEqual(git_advice.ADVICE, git_advice.advice(log))
            self.assertTrue(self.reason(log).endswith("Perhaps: " + git_advice.ADVICE))

    def test_another_build(self):
        log = self.write("p.log", "-- Found Git: /usr/bin/git\n-- Could NOT find GitHub\ngit: found\n")
        self.assertIsNone(git_advice.advice(log))
        self.assertNotIn(git_advice.ADVICE, self.reason(log))


if __name__ == "__main__":
    unittest.main()
