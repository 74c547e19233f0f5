# SPDX-License-Identifier: Apache-2.0
"""The steps build and repository, as programs: what they say and leave when the disk is full."""
import contextlib
import dataclasses
import errno
import importlib.util
import io
import os
import types
import unittest
from unittest import mock

from support import HELPERS, InDirectory

from colcon_deb.base import files
from colcon_deb.building.result import Counts, Result
from colcon_deb.repository import apt_repository
from colcon_deb.repository.apt_dists import Target

FULL = OSError(errno.ENOSPC, "No space left on device")
SENTENCE = r"(not enough|no) space left on the disk of [^.]*: \d+ KiB are free"
RESULT = Result(Counts(built=1), {"ros-x-a_1.0_all.deb": "built"}, ["ros-x-a"], {})

# The smallest archive that counts as a whole package file.
WHOLE = b"!<arch>\n" + 3 * (b"%-48s%-10d`\n" % (b"member", 0))


class StepCase(InDirectory):
    def setUp(self):
        super().setUp()
        self.places = self.settings()
        for path in (self.places.output + "/debs", self.places.finished, self.places.build_root,
                     self.places.state + "/builder"):
            os.makedirs(path)
        for name, data in (("plan", {"packages": [], "warnings": [], "errors": [], "unreadable": []}), ("builder/prepared", {}),
                           ("builder/setup", {"file": "setup_1.0_all.deb"})):
            files.write_json("%s/%s.json" % (self.places.state, name), data)
        self.result = self.places.state + "/builder/result.json"

    def run_step(self, script, **replaced):
        """The exit code, and what the step says. replaced: names of the script -> what stands in for them."""
        spec = importlib.util.spec_from_file_location(script.replace("-", "_"), os.path.join(HELPERS, script + ".py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.errors, self.warnings = [], []
        emitter = types.SimpleNamespace(error=self.errors.append, progress=lambda *_fields, **_more: None,
                                        warning=lambda code, text, name=None: self.warnings.append((code, text)))
        machine = types.SimpleNamespace(architecture="amd64")
        replaced = {"read_settings": lambda: self.places, "Emitter": lambda: emitter, "read_machine": lambda: machine, **replaced}
        with mock.patch.multiple(module, **replaced), contextlib.redirect_stderr(io.StringIO()):
            return module.main()


class Build(StepCase):
    def run_build(self, **replaced):
        orchestrator = mock.Mock(counts=RESULT.counts)
        orchestrator.result.return_value = RESULT
        nothing = {name: mock.MagicMock() for name in ("Channel", "make_slots", "FileOwners", "StrayFiles", "build_environment",
                                                       "Builder", "Records", "changes")}
        with mock.patch("sys.argv", ["build-orchestrator.py", "3"]):
            return self.run_step("build-orchestrator", **{**nothing, "Orchestrator": lambda *_: orchestrator, **replaced})

    def assert_full(self, code):
        self.assertEqual((code, len(self.errors)), (1, 1))
        self.assertRegex(self.errors[0], r"\ABuilding: %s\.\Z" % SENTENCE)

    def test_the_setup_package_does_not_fit(self):
        files.replace(self.places.finished + "/setup_1.0_all.deb", b"setup")
        with mock.patch("colcon_deb.base.files.replace_by_copy", side_effect=FULL):
            self.assert_full(self.run_build())
        self.assertEqual(Result.from_json(files.read_json(self.result)), RESULT)

    def test_with_the_setup_package(self):
        files.replace(self.places.finished + "/setup_1.0_all.deb", b"setup")
        self.assertEqual((self.run_build(), self.errors), (0, []))
        self.assertEqual(sorted(files.read_json(self.result)["files"]), ["ros-x-a_1.0_all.deb", "setup_1.0_all.deb"])

    def make_slots(self, builds, emulated=False):
        self.places = dataclasses.replace(self.places, jobs=8, memory_share=builds, emulated=emulated)
        made = mock.Mock(side_effect=FULL)
        with mock.patch("sys.argv", ["build-orchestrator.py", "3"]), mock.patch("colcon_deb.building.slots.Slots", made), \
                mock.patch("builtins.open", mock.mock_open(read_data="MemAvailable: %d kB\n" % (7 << 20))):
            self.run_step("build-orchestrator", Channel=mock.MagicMock())
        return made.call_args[0][1]

    def test_builds_at_the_same_time_share_the_memory(self):
        self.assertEqual([self.make_slots(builds) for builds in (0, 1, 2, 9)], [8, 4, 2, 1])
        self.assertEqual([code for code, _text in self.warnings], ["few_jobs"])
        self.assertRegex(self.warnings[0][1], r"with 1 of 8 jobs: 796 MiB of memory are free for each of 9 builds,")
        self.assertEqual(self.make_slots(1, emulated=True), 4)
        self.assertEqual(self.make_slots(2, emulated=True), 2)

    def test_before_the_first_package(self):
        self.assert_full(self.run_build(make_slots=mock.Mock(side_effect=FULL)))


class Repository(StepCase):
    def test_after_a_build_that_left_no_result(self):
        self.assertEqual((self.run_step("apt-repository"), self.errors, self.warnings), (1, [], []))

    def test_a_full_disk(self):
        files.write_json(self.result, RESULT.to_json())
        files.replace(self.places.output + "/debs/ros-x-a_1.0_all.deb", WHOLE)
        with mock.patch("colcon_deb.repository.apt_pool.add", side_effect=FULL):
            self.assertEqual(self.run_step("apt-repository"), 1)
        self.assertEqual(len(self.errors), 1)
        self.assertRegex(self.errors[0], r"\AMaking the APT repository in the output directory failed: %s\.\Z" % SENTENCE)
        self.assertEqual(sorted(os.listdir(self.places.output)), [".apt.lock", "debs"])

    def test_a_damaged_file_is_a_warning(self):
        files.write_json(self.result, RESULT.to_json())
        made = apt_repository.Made(1, [], [], ["/workspace/output/apt/pool/x.deb"], [])
        with mock.patch.multiple(apt_repository, make=lambda *_: made, swap=lambda _: None):
            self.assertEqual(self.run_step("apt-repository"), 0)
        self.assertEqual(self.warnings, [("damaged_package", "output/apt/pool/x.deb was damaged, so the repository does not "
                                          "offer it any more. If robots need this version, build the package again (--force) "
                                          "and upgrade them.")])

    def test_what_another_target_has_built_differently_is_named(self):
        files.write_json(self.result, RESULT.to_json())
        different = [apt_repository.Different("ros-x-a_1.0_all.deb", Target("bookworm", "arm64"))]
        made = apt_repository.Made(1, [], [], [], different)
        with mock.patch.multiple(apt_repository, make=lambda *_: made, swap=lambda _: None):
            self.assertEqual(self.run_step("apt-repository"), 0)
        (code, text), = self.warnings
        self.assertEqual(code, "all_differs")
        self.assertRegex(text, "^ros-x-a_1.0_all.deb .* for bookworm arm64. The repository now offers that of bookworm ")

    def make_neighbour(self, name, target, *debs):
        place = os.path.join(self.places.repository, "targets", name) if name else self.places.repository
        files.make_directory(os.path.join(place, ".colcon-deb", "paths", target))
        for deb in debs:
            files.make_directory(os.path.join(place, "debs"))
            files.replace(os.path.join(place, "debs", deb), WHOLE)

    def test_packages_of_another_target_of_the_suite_and_architecture_stay(self):
        files.write_json(self.result, RESULT.to_json())
        self.make_neighbour("other", self.places.target("amd64"), "ros-y-b_1.0_amd64.deb", "ros-y-c_1.0_all.deb",
                            "ros-y-d_1.0_arm64.deb", "README")
        self.make_neighbour("arm64", self.places.target("arm64"), "ros-y-e_1.0_all.deb")
        self.make_neighbour("empty", self.places.target("amd64"))
        made, given = apt_repository.Made(1, [], [], [], []), []
        with mock.patch.multiple(apt_repository, make=lambda *arguments: given.append(arguments) or made, swap=lambda _: None):
            self.assertEqual(self.run_step("apt-repository"), 0)
        self.assertEqual(given[0][3], {"ros-x-a", "ros-y-b", "ros-y-c"})

    def build_target(self, name):
        """From here on, the step is that of a target."""
        self.places = dataclasses.replace(self.places, output_target=name)
        os.makedirs(self.places.output + "/debs")

    def test_packages_of_the_build_without_a_target_stay(self):
        files.write_json(self.result, RESULT.to_json())
        self.make_neighbour("", self.places.target("amd64"), "ros-y-b_1.0_amd64.deb", "ros-y-c_1.0_arm64.deb")
        made, given = apt_repository.Made(1, [], [], [], []), []
        with mock.patch.multiple(apt_repository, make=lambda *arguments: given.append(arguments) or made, swap=lambda _: None):
            self.build_target("robot")
            self.assertEqual(self.run_step("apt-repository"), 0)
            # It is no neighbour of its own.
            self.places = dataclasses.replace(self.places, output_target="")
            self.assertEqual(self.run_step("apt-repository"), 0)
        self.assertEqual([arguments[3] for arguments in given], [{"ros-x-a", "ros-y-b"}, {"ros-x-a"}])

    def run_repository(self, current):
        """The warnings of a run that built these files."""
        result = Result(Counts(built=1), {name: "built" for name in current}, ["ros-x-a"], {})
        files.write_json(self.result, result.to_json())
        for name in current:
            files.replace(os.path.join(self.places.output, "debs", name), WHOLE)
        made = apt_repository.Made(len(current), [], [], [], [])
        with mock.patch.multiple(apt_repository, make=lambda *_: made, swap=lambda _: None):
            self.assertEqual(self.run_step("apt-repository"), 0)
        return self.warnings

    def test_packages_of_the_same_names_are_reported(self):
        self.make_neighbour("debug", self.places.target("amd64"), "ros-x-a_1.0_amd64.deb", self.places.setup_deb + "_1_all.deb")
        self.make_neighbour("arm64", self.places.target("arm64"), "ros-x-b_1.0_all.deb")
        self.assertEqual(self.run_repository(["ros-x-b_1.0_all.deb", self.places.setup_deb + "_1_all.deb"]), [])
        (code, text), = self.run_repository(["ros-x-a_2.0_amd64.deb"])
        self.assertEqual(code, "target_overlap")
        self.assertRegex(text, r"The target debug .* for bookworm amd64 \(ros-x-a\)\. .* output/targets/debug.$")

    def test_packages_of_the_build_without_a_target_are_reported(self):
        self.make_neighbour("", self.places.target("amd64"), "ros-x-a_1.0_amd64.deb")
        self.build_target("robot")
        (code, text), = self.run_repository(["ros-x-a_2.0_amd64.deb"])
        self.assertEqual(code, "target_overlap")
        self.assertRegex(text, r"^The build without a target .* for bookworm amd64 \(ros-x-a\)\. .* directory of its own\.$")


if __name__ == "__main__":
    unittest.main()
