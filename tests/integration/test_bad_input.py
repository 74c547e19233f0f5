# SPDX-License-Identifier: Apache-2.0
"""Mistakes of users: the right exit code, an error that names the thing and the place, and nothing left behind.

The output of each case is kept in CDD_TEST_WORK/bad-input/, for a review of the words.
"""
import os
import socketserver
import subprocess
import threading
import unittest

from engine import socket_path
from support import (IMAGE, PACKAGE_XML, STRANGER, WORK, ProgramCase, add_package, import_busybox, is_root,
                     workspace_debs, write)

FAILED, USAGE = 1, 2


class BadInputCase(ProgramCase):
    def build(self, *options, **keywords):
        return self.run_program("build", self.workspace, "--image", IMAGE, *options, **keywords)

    def expect(self, outcome, code, *patterns):
        """Exit code, words, stderr. The output is recorded first, so that it is there if the test fails."""
        records = WORK / "bad-input"
        records.mkdir(parents=True, exist_ok=True)
        text = str(outcome).replace(str(self.work), "/tmp/example") + "\n"
        (records / (self.id().split(".", 1)[1] + ".txt")).write_text(text)
        self.assert_ended(outcome, code)
        self.assert_says(outcome, *patterns)
        self.assertRegex(outcome.stderr, r"(?m)^colcon-deb: ", "the error is not on stderr\n%s" % outcome)

    def nothing_was_built(self):
        self.assertEqual([], list(self.output.glob("debs/*.deb")))
        self.assertFalse((self.output / "apt").exists())


class TestCommandLine(BadInputCase):
    def test_unknown_command(self):
        self.expect(self.run_program("biuld", self.workspace), USAGE, "biuld", r"\bbuild\b")

    def test_unknown_option(self):
        add_package(self.workspace, "one")
        self.expect(self.build("--paralel-jobs", "2"), USAGE, "--paralel-jobs")

    def test_jobs_that_are_no_number(self):
        add_package(self.workspace, "one")
        self.expect(self.build("-j", "many"), USAGE, "many")

    def test_prefix_outside_opt_and_usr(self):
        add_package(self.workspace, "one")
        self.expect(self.build("--install-prefix", "/home/robot"), USAGE, "/home/robot", "/opt")


class TestEngine(BadInputCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "one")

    def test_no_engine(self):
        socket = self.work / "no-such.sock"
        self.expect(self.build("--host", "unix://%s" % socket), FAILED, str(socket))
        self.nothing_was_built()
        # What was not begun has a report, too.
        self.assertIn(socket.name, (self.output / "report.html").read_text())

    def test_neither_an_image_nor_a_distribution(self):
        outcome = self.run_program("build", self.workspace)
        self.expect(outcome, USAGE, "--ros-distro", "--image")
        outcome = self.run_program("validate", self.workspace)
        self.assert_ended(outcome, USAGE)
        self.assert_says(outcome, "ok +engine:", "fail +image:")

    def test_something_else_listens(self):
        class Rude(socketserver.BaseRequestHandler):
            def handle(self):
                self.request.recv(1000)
                self.request.sendall(b"220 mail.example.com ESMTP\r\n")

        with socketserver.ThreadingUnixStreamServer(str(self.work / "smtp.sock"), Rude) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            outcome = self.build("--host", "unix://%s" % (self.work / "smtp.sock"), timeout=90)
            server.shutdown()
        self.expect(outcome, FAILED, "smtp.sock|HTTP")

    def test_no_permission_on_the_socket(self):
        self.give_workspace_to(STRANGER)
        outcome = self.build(user=STRANGER, groups=[])
        self.expect(outcome, FAILED, "(?i)permission", r"\.sock", "(?i)group|sudo|permission")

    def test_image_that_does_not_exist(self):
        missing = "colcon-deb-no-such-image:1"
        outcome = self.run_program("build", self.workspace, "--image", missing, "--pull", "never")
        self.expect(outcome, FAILED, missing)
        self.nothing_was_built()

    def test_image_that_no_registry_has(self):
        # No resolver knows .invalid: the answer is the same without a network.
        missing = "registry.invalid/colcon-deb/none:1"
        outcome = self.run_program("build", self.workspace, "--image", missing, timeout=300)
        self.expect(outcome, FAILED, missing)

    def test_image_reference_that_is_no_reference(self):
        outcome = self.run_program("build", self.workspace, "--image", "Not An Image!")
        self.expect(outcome, USAGE, "Not An Image!")

    def test_gpus_that_are_none(self):
        self.expect(self.build("--gpus", "some"), USAGE, "--gpus", "\"some\" is not a number of GPUs", "device=0,1")
        self.expect(self.build("--gpus", "nvidia.com/gpu"), USAGE, "--gpus", "\"nvidia.com/gpu\"", "nvidia.com/gpu=all")

    def test_gpus_of_an_engine_without_a_driver_for_them(self):
        information = self.engine.request("GET", "/info")
        if "nvidia" in information.get("Runtimes", {}):
            self.skipTest("this engine has a driver for GPUs")
        if any("Podman" in part["Name"] for part in self.engine.request("GET", "/version").get("Components", [])):
            self.skipTest("Podman ignores such a request, so it is refused before")
        outcome = self.build("--gpus", "all")
        self.expect(outcome, FAILED, "docker.gpus: ", "nvidia-container-toolkit", "nvidia-ctk runtime configure", "restart",
                    "could not select device driver")
        self.nothing_was_built()
        self.assertEqual([], self.containers())
        outcome = self.build("--gpus", "example.com/gpu=0")
        self.expect(outcome, FAILED, "docker.gpus: ", "cdi|CDI", "example.com|could not select")
        self.assertEqual([], self.containers())

    def test_image_without_the_tools(self):
        image = self.busybox_image()
        outcome = self.run_program("build", self.workspace, "--image", image, "--ros-distro", "rolling",
                                   "--pull", "never")
        self.expect(outcome, FAILED, "python3")
        self.nothing_was_built()

    def busybox_image(self):
        name = "colcon-deb-test-busybox:%d" % os.getpid()
        import_busybox(self.work / "busybox", name, "unix://" + socket_path())
        self.addCleanup(self.engine.request, "DELETE", "/images/%s?force=1" % name)
        return name

    def give_workspace_to(self, uid):
        if not is_root():
            self.skipTest("only root can run the program as another user")
        subprocess.run(["chown", "-R", "%d:%d" % (uid, uid), str(self.workspace)], check=True)


class TestWorkspace(BadInputCase):
    def test_no_such_directory(self):
        self.expect(self.build(), USAGE, str(self.workspace))

    def test_no_src(self):
        write(self.workspace / "one" / "package.xml", PACKAGE_XML % {"name": "one", "depends": ""})
        self.expect(self.build(), USAGE, r"\bsrc\b", str(self.workspace))

    def test_empty_workspace(self):
        (self.workspace / "src").mkdir(parents=True)
        self.expect(self.build(), USAGE, r"(?i)no packages?\b", r"ws/src\b")
        self.nothing_was_built()

    def test_malformed_package_xml(self):
        add_package(self.workspace, "good")
        text = PACKAGE_XML % {"name": "broken", "depends": ""}
        add_package(self.workspace, "broken", package_xml=text.replace("</description>", "</descripton>"))
        # The wrong end tag is in the fifth line.
        self.expect(self.build(), FAILED, r"src/broken/package\.xml", r"(line |:)5\b")
        self.nothing_was_built()

    def test_package_xml_without_a_version(self):
        text = PACKAGE_XML % {"name": "broken", "depends": ""}
        add_package(self.workspace, "broken", package_xml=text.replace("  <version>1.0.0</version>\n", ""))
        self.expect(self.build(), FAILED, r"src/broken/package\.xml", "version")

    def test_two_packages_of_one_name(self):
        add_package(self.workspace, "twin", directory="left/twin")
        add_package(self.workspace, "twin", directory="right/twin")
        self.expect(self.build(), FAILED, "twin", "left/twin", "right/twin")
        self.nothing_was_built()

    def test_two_names_that_are_one_in_debian(self):
        add_package(self.workspace, "arm_driver")
        add_package(self.workspace, "arm-driver")
        self.expect(self.build(), FAILED, "arm_driver", "arm-driver")

    def test_dependency_cycle(self):
        add_package(self.workspace, "hen", depends=["egg"])
        add_package(self.workspace, "egg", depends=["nest"])
        add_package(self.workspace, "nest", depends=["hen"])
        add_package(self.workspace, "bystander")
        outcome = self.build()
        self.expect(outcome, FAILED, "(?i)cycle|circle", r"hen\W.*egg\W.*nest|egg\W.*nest\W.*hen|nest\W.*hen\W.*egg")
        self.nothing_was_built()

    def test_unresolvable_key(self):
        add_package(self.workspace, "wanting", depends=["libdoes-not-exist-anywhere"])
        self.expect(self.build(), FAILED, "libdoes-not-exist-anywhere", "wanting")
        self.nothing_was_built()


class TestConfiguration(BadInputCase):
    def configured(self, text):
        add_package(self.workspace, "one")
        path = write(self.workspace / "colcon-deb.yaml", text)
        return self.build(), path

    def test_malformed_yaml(self):
        outcome, path = self.configured("ros_distro: rolling\ndocker: {image: here\noutput_dir: out\n")
        self.expect(outcome, USAGE, r"colcon-deb\.yaml:[23]:\d+")

    def test_unknown_key(self):
        outcome, path = self.configured("ros_distro: rolling\nparalel_jobs: 2\n")
        self.expect(outcome, USAGE, r"colcon-deb\.yaml:2:1", "paralel_jobs", "parallel_jobs")

    def test_unknown_nested_key(self):
        outcome, path = self.configured("docker:\n  imgae: x\n")
        self.expect(outcome, USAGE, r"colcon-deb\.yaml:2:3", "imgae", r'did you mean "(docker\.)?image"')

    def test_wrong_type(self):
        outcome, path = self.configured("parallel_jobs: [1, 2]\n")
        self.expect(outcome, USAGE, r"colcon-deb\.yaml:1:16", "parallel_jobs")

    def test_duplicate_key(self):
        outcome, path = self.configured("ros_distro: rolling\nros_distro: jazzy\n")
        self.expect(outcome, USAGE, r"colcon-deb\.yaml:2:1", "ros_distro")

    def test_undefined_variable(self):
        outcome, path = self.configured("output_dir: ${CDD_NOT_DEFINED}/out\n")
        self.expect(outcome, USAGE, "CDD_NOT_DEFINED")

    def test_named_file_that_is_not_there(self):
        add_package(self.workspace, "one")
        self.expect(self.build("--config", self.work / "none.yaml"), USAGE, r"none\.yaml")


class TestOutput(BadInputCase):
    def test_output_below_a_file(self):
        add_package(self.workspace, "one")
        write(self.work / "file", "here\n")
        self.expect(self.build("--output-dir", self.work / "file" / "output"), FAILED, "file/output")

    def test_unwritable_output(self):
        if not is_root():
            self.skipTest("only root can run the program as another user")
        add_package(self.workspace, "one")
        locked = self.work / "locked"
        locked.mkdir(mode=0o755)
        self.expect(self.build("--output-dir", locked / "output", user=STRANGER), FAILED, "locked/output",
                    "(?i)permission|not writable")
        self.assertEqual([], os.listdir(locked))

    def test_output_of_another_user(self):
        """The container is root and could write the directory, which is not the caller's. The program must refuse."""
        if not is_root():
            self.skipTest("only root can run the program as another user")
        add_package(self.workspace, "one")
        self.output.mkdir()
        self.expect(self.build(user=STRANGER), FAILED, "ws/(output|debian_dirs)", "cannot write to it; choose another")
        self.assertEqual([], os.listdir(self.output))

    def test_disk_full(self):
        if not is_root():
            self.skipTest("only root can mount a small file system")
        # Random bytes: xz cannot compress them.
        add_package(self.workspace, "bulky", cmake="install(FILES blob DESTINATION share/bulky)")
        (self.workspace / "src" / "bulky" / "blob").write_bytes(os.urandom(3 << 20))
        self.output.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "cdd-test", str(self.output)], check=True)
        try:
            outcome = self.build()
            half = self.half_files(self.output)
            debs = list(self.output.glob("debs/*.deb"))
        finally:
            subprocess.run(["umount", "-l", str(self.output)], check=True)
        self.expect(outcome, FAILED, "(no|not enough) space left on the disk of the output directory: [0-9]+ KiB are free")
        self.assertEqual(([], []), (half, debs))


class TestBuildFailure(BadInputCase):
    def test_others_go_on_and_dependents_are_skipped(self):
        add_package(self.workspace, "base")
        add_package(self.workspace, "broken", depends=["base"],
                    cmake='message(FATAL_ERROR "the flux capacitor is missing")')
        add_package(self.workspace, "above", depends=["broken"])
        add_package(self.workspace, "far_above", depends=["above"])
        add_package(self.workspace, "bystander", depends=["base"])
        outcome = self.build()
        # The last lines of the failed package are shown at once; its log has all of them.
        self.expect(outcome, FAILED, "flux capacitor", r"logs/broken\.log", "(?i)skip", "far_above")
        built = [path.name.split("_")[0] for path in workspace_debs(self.output)]
        self.assertEqual(["ros-rolling-base", "ros-rolling-bystander"], built)
        self.assertIn("flux capacitor", (self.output / "logs" / "broken.log").read_text())
        self.assertTrue((self.output / "apt" / "dists").exists(), "what was built is not in a repository")


if __name__ == "__main__":
    unittest.main()
