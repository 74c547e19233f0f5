# SPDX-License-Identifier: Apache-2.0
"""What was installed runs: by the set-up files of the prefix and the lines of the READMEs, and by nothing else."""
import re
import shutil
import unittest

from engine import Engine
from support import (IMAGE, PREFIX, RUNTIME_IMAGE, TOP, ProgramCase, add_package, copy_case, deb_fields, deb_files, events_of,
                     run_in_clean_container)

EXAMPLE = TOP / "examples" / "workspace"
SETUP = "ros-rolling-colcon-deb-setup"
# A user says yes, and is root already.
USER = """
echo 'APT::Get::Assume-Yes "true";' >/etc/apt/apt.conf.d/yes
export DEBIAN_FRONTEND=noninteractive
sudo() { "$@"; }
"""


def code_blocks(text):
    """The indented blocks of a Markdown file."""
    return [re.sub(r"(?m)^    ", "", block) for block in re.findall(r"(?m)(?:^    .*\n|^\n(?=    ))+", text)]


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
    """One build of the cases vendor_hook and env_hook_var, and what it needs to be right."""

    def test_hooks(self):
        copy_case("vendor_hook", self.workspace)
        copy_case("env_hook_var", self.workspace)
        built = self.build()
        self.assertNotIn("warning", built.text)
        self.assertIn("4 built", built.text)
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
            self.assertEqual({"spool_vendor", "spool_user", "buoy", "buoy_user"}, self.names(kind), kind)

    def check_robot(self):
        command = """
            bash -c 'source %(p)s/setup.bash; %(p)s/lib/spool_user/spool_user; echo $BUOY_MODE $BUOY_DATA_PATH'
            sh -c '. %(p)s/setup.sh; . %(p)s/setup.sh; echo $AMENT_PREFIX_PATH; echo $PYTHONPATH'
            dpkg --verify '%(setup)s'""" % {"p": PREFIX, "setup": SETUP}
        result = run_in_clean_container(self.output, command)
        self.assertEqual(0, result.code, result)
        for line in ("42", "wave %s/share/buoy/data" % PREFIX, PREFIX):
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


class TestReadme(SetupCase):
    """A robot does what the two READMEs say, line by line."""

    TAKES_LONG = True

    def test_lines(self):
        shutil.copytree(EXAMPLE, self.workspace, symlinks=True, ignore=shutil.ignore_patterns("output"))
        self.build()
        self.check_readme()
        self.check_example()

    def check_readme(self):
        lines = re.findall(r"(?m)^    robot\$ (.*)$", (TOP / "README.md").read_text())
        self.assertEqual(["cp", "update", "install", "source"],
                         [next(word for word in line.split() if word in ("cp", "update", "install", "source")) for line in lines])
        script = "\n".join(lines).replace("jazzy", "rolling").replace("ros-rolling-my-robot", "ros-rolling-harbor-banner")
        script += "\n%s/lib/harbor_banner/harbor_banner Aurora\n" % PREFIX
        repository = self.output.resolve() / "apt"
        self.run_on_robot(script, "Welcome, Aurora.", binds=["%s:%s:ro" % (repository, repository)], workdir=str(repository))

    def check_example(self):
        # The blocks are: build, install, run.
        build, *blocks = code_blocks((EXAMPLE / "README.md").read_text())
        self.assertIn("colcon-deb build", build)
        self.run_on_robot("\n".join(blocks), "Welcome, Ada.", "red",
                          binds=["%s:/source/examples/workspace:ro" % self.workspace.resolve()], workdir="/source")

    def run_on_robot(self, script, *said, **options):
        result = Engine().run(RUNTIME_IMAGE, ["bash", "-ec", USER + script], **options)
        self.assertEqual(0, result.code, "%s\n%s" % (script, result))
        for text in said:
            self.assertIn(text, result.stdout)


if __name__ == "__main__":
    unittest.main()
