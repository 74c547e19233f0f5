# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory

from colcon_deb.workspace.discovery import find_packages


class Discovery(InDirectory):
    def found(self):
        return find_packages(self.source)[0]

    def test_sorted_and_not_descended(self):
        for path in ("b", "a", "group/c", "a/nested"):
            self.write("src/%s/package.xml" % path)
        self.assertEqual(self.found(), ["a", "b", "group/c"])

    def test_ignore_markers_prune(self):
        for marker in ("COLCON_IGNORE", "AMENT_IGNORE", "CATKIN_IGNORE"):
            self.write("src/%s/deep/package.xml" % marker.lower())
            self.write("src/%s/%s" % (marker.lower(), marker))
        self.assertEqual(self.found(), [])

    def test_a_dangling_marker_counts(self):
        self.write("src/a/package.xml")
        os.symlink("/nowhere/at/all", os.path.join(self.source, "a", "COLCON_IGNORE"))
        self.assertEqual(self.found(), [])

    def test_hidden_directories_are_skipped(self):
        self.write("src/.hidden/a/package.xml")
        self.assertEqual(self.found(), [])

    def test_links_are_followed_once_and_loops_end(self):
        self.write("elsewhere/package.xml")
        for name in ("one", "two"):
            os.symlink(os.path.join(self.directory, "elsewhere"), os.path.join(self.source, name))
        os.symlink("..", os.path.join(self.source, "up"))
        os.symlink(self.source, os.path.join(self.source, "self"))
        self.assertEqual(self.found(), ["one"])

    def test_dangling_links_are_said_but_not_those_in_packages(self):
        self.write("src/group/a/package.xml")
        for name in ("group/out", "group/a/inside", "ignored/COLCON_IGNORE", "manifest/package.xml"):
            os.makedirs(os.path.dirname(os.path.join(self.source, name)), exist_ok=True)
            os.symlink("../nowhere", os.path.join(self.source, name))
        found, warnings = find_packages(self.source)
        self.assertEqual((found, [warning.code for warning in warnings]), (["group/a"], ["dangling_link", "dangling_link"]))
        self.assertIn("src/group/out is a link to ../nowhere", warnings[0].msg)
        self.assertIn("src/manifest/package.xml is a link", warnings[1].msg)

    def test_a_build_file_without_manifest_is_said(self):
        self.write("src/plain/setup.py", "raise SystemExit('executed')")
        self.assertEqual([warning.code for warning in find_packages(self.source)[1]], ["no_manifest"])


if __name__ == "__main__":
    unittest.main()
