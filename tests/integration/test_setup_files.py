# SPDX-License-Identifier: Apache-2.0
"""What was installed runs by the set-up files of the prefix, and by nothing else."""
import unittest

from support import (IMAGE, PREFIX, TOP, ProgramCase, add_package, copy_case, deb_fields, deb_files, events_of,
                     run_in_clean_container)

SETUP = "ros-rolling-colcon-deb-setup"


class SetupCase(ProgramCase):
    def build(self, *arguments, code=0):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *arguments)
        self.assert_ended(outcome, code)
        return outcome

    def setup_deb(self):
        [path] = self.output.glob("debs/%s_*.deb" % SETUP)
        return path

    def names(self, kind):
        return {event["name"] for event in events_of(self.output, kind)}


class TestHooks(SetupCase):
    """One build of the cases vendor_hook, env_hook_var and multiarch_lib_only, and what it needs to be right."""

    TAKES_LONG = True

    def test_hooks(self):
        copy_case("vendor_hook", self.workspace)
        copy_case("env_hook_var", self.workspace)
        copy_case("multiarch_lib_only", self.workspace)
        built = self.build()
        self.assertNotIn("warning", built.text)
        self.assertIn("6 built", built.text)
        self.assertIn("BUOY_MODE", (TOP / "tests/cases/env_hook_var/src/buoy/env_hook/buoy2.sh.in").read_text())
        log = (self.output / "logs" / "buoy_user.log").read_text()
        self.assertIn("data [%s/share/buoy/data] mode [wave]" % PREFIX, log)
        self.check_package()
        self.check_robot()
        self.check_other_builds()

    def check_package(self):
        fields = deb_fields(self.setup_deb())
        self.assertEqual("python3", fields["Depends"])
        files = deb_files(self.setup_deb())
        for name in ("setup.sh", "setup.bash", "setup.zsh", "local_setup.sh", "local_setup.bash", "local_setup.zsh",
                     "_local_setup_util.py"):
            self.assertIn("%s/%s" % (PREFIX, name), files)
        for deb in self.output.glob("debs/*_0.1.0-*.deb"):
            self.assertRegex(deb_fields(deb)["Depends"], r"(^|, )%s(,|$)" % SETUP)
        # It is no package of the workspace.
        for kind in ("plan_package", "package_start", "package_complete"):
            self.assertEqual({"spool_vendor", "spool_user", "buoy", "buoy_user", "gantry", "gantry_user"}, self.names(kind), kind)

    def check_robot(self):
        command = """
            bash -c 'source %(p)s/setup.bash; %(p)s/lib/spool_user/spool_user; %(p)s/lib/gantry_user/gantry_user;
                     echo $BUOY_MODE $BUOY_DATA_PATH'
            sh -c '. %(p)s/setup.sh; . %(p)s/setup.sh; echo $AMENT_PREFIX_PATH; echo $PYTHONPATH'
            dpkg --verify '%(setup)s'""" % {"p": PREFIX, "setup": SETUP}
        result = run_in_clean_container(self.output, command)
        self.assertEqual(0, result.code, result)
        self.assertEqual(2, result.stdout.splitlines().count("42"), result)
        for line in ("wave %s/share/buoy/data" % PREFIX, PREFIX):
            self.assertIn(line, result.stdout.splitlines())
        self.assertRegex(result.stdout, r"python3\.\d+/site-packages:%s/lib/python3/dist-packages" % PREFIX)

    def check_other_builds(self):
        before = self.setup_deb().name, self.setup_deb().read_bytes(), self.setup_deb().stat().st_mtime_ns
        add_package(self.workspace, "more")
        self.assertIn("1 built", self.build().text)
        self.assertEqual(before, (self.setup_deb().name, self.setup_deb().read_bytes(), self.setup_deb().stat().st_mtime_ns))
        # ros_workspace has the set-up files itself.
        add_package(self.workspace, "ros_workspace")
        self.build("--packages-select", "more", "ros_workspace")
        self.assertEqual([], list(self.output.glob("debs/%s_*.deb" % SETUP)))
        self.assertIn("ros-rolling-ros-workspace", deb_fields(next(self.output.glob("debs/*-more_*.deb")))["Depends"])


if __name__ == "__main__":
    unittest.main()
