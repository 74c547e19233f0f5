# SPDX-License-Identifier: Apache-2.0
"""colcon-deb init: a colcon-deb.yaml from what the workspace and the engine have."""
import re
import signal
import socket

from support import IMAGE, ProgramCase, add_package


class Init(ProgramCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "lamp")
        self.file = self.workspace / "colcon-deb.yaml"

    def init(self, *arguments, **options):
        return self.run_program("init", self.workspace, *arguments, timeout=120, **options)

    def test_what_it_writes_is_valid(self):
        outcome = self.init("--ros-distro", "rolling", "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assertEqual(outcome.stdout, "%s\n" % self.file)
        text = self.file.read_text()
        self.assertIn("\nros_distro: rolling\n", text)
        self.assertRegex(text, r"\n  image: '?%s'?\n" % re.escape(IMAGE))
        self.assert_ended(self.run_program("validate", self.workspace), 0)
        # And so it is with all its keys.
        self.file.write_text(re.sub(r"(?m)^( *)# ([a-z_]+: )", r"\1\2", text))
        self.assertIn("\nparallel_jobs: 0\n", self.file.read_text())
        self.assert_ended(self.run_program("validate", self.workspace), 0)

    def test_a_file_is_replaced_only_by_force(self):
        self.file.write_text("no: such key\n")
        outcome = self.init("--ros-distro", "rolling")
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, "colcon-deb.yaml exists: --force replaces it")
        printed = self.init("--ros-distro", "rolling", "--print")
        self.assert_ended(printed, 0)
        self.assertEqual(self.file.read_text(), "no: such key\n")
        self.assert_ended(self.init("--ros-distro", "rolling", "--force"), 0)
        self.assertEqual(self.file.read_text(), printed.stdout)

    def test_without_an_engine(self):
        nobody = "unix://%s/none" % self.work
        outcome = self.init(env={"DOCKER_HOST": nobody})
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, "no builder image of an engine says which ROS distribution", "add --ros-distro NAME")
        outcome = self.init("--print", env={"DOCKER_HOST": nobody, "ROS_DISTRO": "jazzy"})
        self.assert_ended(outcome, 0)
        self.assertIn("\nros_distro: jazzy\n", outcome.stdout)
        self.assertIn("\n  image: 'colcon-deb-builder:jazzy'\n", outcome.stdout)

    def test_ctrl_c_while_the_engine_is_asked(self):
        path = self.work / "hanging.sock"
        with socket.socket(socket.AF_UNIX) as hanging:
            hanging.bind(str(path))
            hanging.listen()
            process = self.start("init", self.workspace, "--ros-distro", "rolling", env={"DOCKER_HOST": "unix://%s" % path})
            # The program has asked.
            with hanging.accept()[0] as connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                outcome = self.finish(process)
        self.assert_ended(outcome, 130)
        self.assertFalse(self.file.exists())

    def test_what_is_no_workspace(self):
        outcome = self.run_program("init", self.temporary)
        self.assert_ended(outcome, 2)
        self.assertFalse((self.temporary / "colcon-deb.yaml").exists())


if __name__ == "__main__":
    import unittest

    unittest.main()
