# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
import unittest
from unittest import mock

from support import HELPERS, ScriptCase
from test_supervisor_build import build_supervisor

from colcon_deb.supervisor import preloaded



class Preloaded(unittest.TestCase):
    """In a process of its own: it becomes another program."""

    def run_code(self, code, environment=None):
        text = "import os, sys\nsys.path.insert(0, %r)\nfrom colcon_deb.supervisor import preloaded\n%s" % (HELPERS, code)
        return subprocess.run([sys.executable, "-B", "-c", text], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=60, check=False,
                              env=dict(os.environ, ROS_DISTRO="rolling", **environment or {}))

    def test_loading_prints_nothing_and_loads(self):
        answer = self.run_code("preloaded.load()\nassert 'colcon_deb.dependencies.apt' in sys.modules\n"
                               "assert 'bloom' not in sys.modules")
        self.assertEqual((answer.returncode, answer.stdout), (0, ""))

    def test_a_step_is_what_the_program_is(self):
        # It ends with 1 and says why, because the directory of the sources is not there.
        program = subprocess.run([sys.executable, "-B", os.path.join(HELPERS, "package-scanner.py")], stdout=subprocess.PIPE,
                                 text=True, check=False, env=dict(os.environ, ROS_DISTRO="rolling"))
        copy = self.run_code("preloaded.load()\npreloaded.run('package-scanner.py')")
        self.assertEqual((copy.returncode, copy.stdout), (program.returncode, program.stdout))
        self.assertEqual(copy.returncode, 1)

    @unittest.skipUnless(os.getuid() == 0, "needs root")
    def test_the_build_user(self):
        name = "print(os.getresuid(), os.getresgid(), os.getgroups(), os.environ['HOME'], os.environ['LOGNAME'])"
        # As user-setup.sh takes it: the first line of that uid.
        with open("/etc/passwd", encoding="utf-8") as stream:
            user, home = next((fields[0], fields[5]) for fields in (line.strip().split(":") for line in stream)
                              if fields[2] == "65534")
        self.assertEqual(self.run_code("preloaded.become(65534, 4711)\n" + name).stdout,
                         "(65534, 65534, 65534) (4711, 4711, 4711) [] %s %s\n" % (home, user))
        self.assertIn(" /root root\n", self.run_code("preloaded.become(0, 0)\n" + name).stdout)


class Steps(ScriptCase):
    def setUp(self):
        super().setUp()
        self.supervisor = build_supervisor.Supervisor.__new__(build_supervisor.Supervisor)
        self.supervisor._mode, self.supervisor._emitter = "build", mock.Mock()
        self.supervisor._dialogue = mock.Mock()
        self.supervisor._preloaded = True

    def is_copy(self, script="dependency-resolver.py"):
        return callable(self.supervisor._step(script))

    def test_what_is_loaded_runs_in_a_copy(self):
        self.assertTrue(self.is_copy())
        self.assertFalse(self.is_copy("dependency-installer.py"))
        self.supervisor._preloaded = False
        self.assertFalse(self.is_copy())
        for name in preloaded.SCRIPTS:
            self.assertTrue(os.path.exists(os.path.join(HELPERS, name)))

    def listen(self, variables):
        self.supervisor._dialogue.environment.return_value = variables
        with mock.patch.dict(os.environ, DEPENDENCY_LAYER="1"):
            self.supervisor._listen()

    def test_variables_of_the_user_hold_for_whole_programs(self):
        self.listen({})
        self.assertTrue(self.is_copy())
        self.listen({"PYTHONPATH": "/elsewhere"})
        self.assertFalse(self.is_copy())

    def test_after_an_installation_programs_are_loaded_again(self):
        needs = mock.Mock(relations=["hello"], lacking="hello")
        self.supervisor._known_settings = mock.Mock(dependency_layer=False)
        self.supervisor._process = mock.Mock()
        self.supervisor._process.run.return_value = (0, b"")
        with mock.patch.object(self.supervisor, "_read_needs", return_value=needs), \
                mock.patch.object(build_supervisor.dependency_layer, "is_foreign", return_value=False):
            self.supervisor._install_dependencies()
        self.assertFalse(self.is_copy("debian-preparer.py"))


if __name__ == "__main__":
    unittest.main()
