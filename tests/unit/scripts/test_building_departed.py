# SPDX-License-Identifier: Apache-2.0
"""Logs and test results of packages that the workspace no longer has."""
import dataclasses
import os
import unittest

from support import InDirectory, make_package

from colcon_deb.base import files
from colcon_deb.building import departed
from colcon_deb.incremental.records import Records
from colcon_deb.workspace.package import Plan

OURS = ["gone.log", "gone.warnings", "a.log", "elsewhere.log"]
NOT_OURS = ["stage.prepare.log", "stage.dependencies.log", "gone.txt", "notes", ".hidden.log", "gone.log.gz"]


class Departed(InDirectory):
    def setUp(self):
        super().setUp()
        for name in OURS + NOT_OURS:
            self.write("logs/" + name)
        for name in ("gone", "a", "elsewhere"):
            self.write("test-results/%s/ctest.xml" % name)
        self.write("test-results/mine.txt")
        os.symlink("/etc/passwd", os.path.join(self.directory, "logs", "link.log"))
        os.mkdir(os.path.join(self.directory, "logs", "directory.log"))
        files.make_directory(os.path.join(self.directory, ".colcon-deb"))
        files.write_json(os.path.join(self.directory, ".colcon-deb/state.json"),
                         {"format": 2, "targets": {"other-z80": {"elsewhere": {}}, "suite-z80": {"gone": {}}}})

    def clear(self, *packages):
        departed.clear(self.directory, Plan(list(packages), [], []), Records(self.directory, "suite-z80"))
        return set(os.listdir(os.path.join(self.directory, "logs")))

    def test_only_logs_of_packages_that_left_go(self):
        self.assertEqual(self.clear(make_package("a")),
                         {"a.log", "elsewhere.log", "link.log", "directory.log", *NOT_OURS})
        self.assertEqual(sorted(os.listdir(os.path.join(self.directory, "test-results"))), ["a", "elsewhere", "mine.txt"])

    def test_a_part_of_the_workspace_leaves_all(self):
        other = dataclasses.replace(make_package("b"), selected=False)
        self.assertEqual(self.clear(make_package("a"), other), {*OURS, *NOT_OURS, "link.log", "directory.log"})


if __name__ == "__main__":
    unittest.main()
