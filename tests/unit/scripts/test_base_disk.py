# SPDX-License-Identifier: Apache-2.0
import collections
import errno
import types
import unittest
from unittest import mock

from support import InDirectory

from colcon_deb.base import disk

Usage = collections.namedtuple("Usage", "total used free")
FREE = {"/workspace/output": 1 << 30, "/workspace/debian_dirs": 2048, "/workspace/build": 1 << 20}
FULL = OSError(errno.ENOSPC, "No space left on device")


class Disk(InDirectory):
    def setUp(self):
        super().setUp()
        self.places = {"/workspace/output": "the output directory", "/workspace/debian_dirs": "debian_dirs"}
        patch = mock.patch("shutil.disk_usage", lambda path: Usage(1 << 40, 0, FREE[path]))
        patch.start()
        self.addCleanup(patch.stop)

    def test_the_full_one_is_named(self):
        said = "no space left on the disk of debian_dirs: 2 KiB are free"
        self.assertEqual((disk.full(self.places), disk.full(self.places, FULL), disk.explain(FULL, self.places)), (said,) * 3)

    def test_only_what_is_true_is_said(self):
        place = {"/workspace/output": "the output directory"}
        denied = PermissionError(errno.EACCES, "Permission denied", "/workspace/output/logs")
        self.assertIsNone(disk.full(place))
        self.assertIsNone(disk.full(place, denied))
        self.assertIsNone(disk.full({}, FULL))
        self.assertEqual(disk.explain(denied, place), "output/logs: Permission denied")

    def test_a_file_system_that_reports_zeros_is_not_full(self):
        with mock.patch("shutil.disk_usage", lambda _path: Usage(0, 0, 0)):
            self.assertIsNone(disk.full(self.places))
            self.assertEqual(disk.explain(FULL, self.places), "No space left on device")

    def test_a_quota(self):
        place = {"/workspace/output": "the output directory"}
        self.assertEqual(disk.full(place, OSError(errno.EDQUOT, "")),
                         "not enough space left on the disk of the output directory: 1048576 KiB are free")

    def test_no_inodes_are_left(self):
        place = {"/workspace/output": "the output directory"}
        for error in (None, FULL):
            self.assertEqual(self.full_with(place, error, f_files=1000, f_favail=3),
                             "no inodes left on the disk of the output directory: 3 are free")
        # Btrfs has no limit, and reports 0 of 0.
        for status in ({"f_files": 0, "f_favail": 0}, {"f_files": 1000, "f_favail": 500}):
            self.assertIsNone(self.full_with(place, None, **status))

    def full_with(self, place, error, **status):
        with mock.patch("os.statvfs", lambda path: types.SimpleNamespace(**status)):
            return disk.full(place, error)

    def test_every_directory_that_a_build_writes_to_has_a_name(self):
        settings = self.settings()
        self.assertEqual(set(disk.places(settings)), {settings.output, settings.debian_dirs, settings.build_root})


if __name__ == "__main__":
    unittest.main()
