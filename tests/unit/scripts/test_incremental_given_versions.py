# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory

from colcon_deb.incremental.given_versions import GivenVersions


class Given(InDirectory):
    def test_the_newest_is_kept_for_later_runs(self):
        given = GivenVersions(self.directory, "suite-z80")
        self.assertEqual(given.newest("a"), 0)
        for moment in (5, 7, 6):
            given.give("a", moment)
        given.give("b", 1)
        later = GivenVersions(self.directory, "suite-z80")
        self.assertEqual((later.newest("a"), later.newest("b"), later.newest("c")), (7, 1, 0))
        # The same sources have the same version for another architecture.
        self.assertEqual(GivenVersions(self.directory, "suite-arm64").newest("a"), 0)

    def test_a_file_that_cannot_be_used(self):
        for text in ("", "{", "[1]", '{"format": 2, "targets": {"t": {"a": 1}}}', '{"format": 1, "targets": [1]}',
                     '{"format": 1, "targets": {"t": [1]}}', "[" * 100000):
            self.write(".colcon-deb/versions.json", text)
            self.assertEqual(GivenVersions(self.directory, "t").newest("a"), 0, text[:40])
        self.write(".colcon-deb/versions.json", '{"format": 1, "targets": {"t": {"a": "x", "b": 2}}}')
        given = GivenVersions(self.directory, "t")
        self.assertEqual((given.newest("a"), given.newest("b")), (0, 2))


if __name__ == "__main__":
    unittest.main()
