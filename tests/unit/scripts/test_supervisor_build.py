# SPDX-License-Identifier: Apache-2.0
"""build-supervisor.py: what it says of the caller's directories."""
import dataclasses
import importlib.util
import os
import unittest
from unittest import mock

from support import HELPERS, InDirectory

from colcon_deb.base import files

spec = importlib.util.spec_from_file_location("build_supervisor", os.path.join(HELPERS, "build-supervisor.py"))
build_supervisor = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build_supervisor)


@unittest.skipUnless(os.getuid() == 0, "needs two users")
class Directories(InDirectory):
    def setUp(self):
        super().setUp()
        os.chmod(self.directory, 0o755)
        # As root of a rootless engine, which is an ordinary user of the host.
        settings = dataclasses.replace(self.settings(), uid=1234, gid=1234)
        for path in (settings.output, settings.debian_dirs):
            os.mkdir(path)
            os.chown(path, 1234, 1234)
        self.supervisor = build_supervisor.Supervisor.__new__(build_supervisor.Supervisor)
        self.supervisor._known_settings = settings
        self.supervisor._mode = "build"
        self.supervisor._foreign = {}
        self.supervisor._emitter = mock.Mock()
        self.output = settings.output

    def run_as_user(self, step):
        with files.as_user(1234, 1234), mock.patch.object(build_supervisor.handover, "end_everything"):
            step()

    def test_a_directory_of_another_user_that_cannot_be_read_is_no_error(self):
        os.mkdir(self.output + "/theirs", 0o700)
        os.chown(self.output + "/theirs", 777, 777)
        self.run_as_user(self.supervisor._check_directories)
        self.run_as_user(self.supervisor._hand_over)
        self.supervisor._emitter.error.assert_not_called()
        self.supervisor._emitter.warning.assert_not_called()

    def test_a_directory_whose_owners_are_unknown_is_not_handed_over(self):
        real = build_supervisor.handover.foreign

        def foreign(path, uid):
            if path == self.output:
                raise PermissionError(13, "Permission denied", path)
            return real(path, uid)
        with mock.patch.object(build_supervisor.handover, "foreign", foreign), \
                mock.patch.object(build_supervisor.handover, "hand_over") as hand_over:
            self.run_as_user(self.supervisor._check_directories)
            self.run_as_user(self.supervisor._hand_over)
        self.assertEqual([call.args[0] for call in hand_over.call_args_list], [self.supervisor._settings.debian_dirs])
        self.supervisor._emitter.error.assert_not_called()
        self.assertEqual([call.args[0] for call in self.supervisor._emitter.warning.call_args_list], ["hand_over"])

    def test_a_directory_that_cannot_be_written_is_an_error(self):
        os.chown(self.output, 0, 0)
        with self.assertRaises(build_supervisor.Failed):
            self.run_as_user(self.supervisor._check_directories)
        self.assertIn("cannot write to ", self.supervisor._emitter.error.call_args.args[0])


if __name__ == "__main__":
    unittest.main()
