# SPDX-License-Identifier: Apache-2.0
"""What is built, and what not, with packages of a builder that only writes a file: quick enough to try every case."""
import contextlib
import hashlib
import io
import itertools
import json
import os
import shutil
import threading
import time
import unittest
from unittest import mock

from support import InDirectory, make_package

from colcon_deb.base import files
from colcon_deb.building import orchestrator, retry, slots
from colcon_deb.building.builder import BuildError, Built, NetworkError
from colcon_deb.building.cause import Cause
from colcon_deb.building.channel import InstallAnswer, Stopped
from colcon_deb.building.file_owners import FileOwners
from colcon_deb.building.result import Counts
from colcon_deb.building.shared_packages import SharedPackages
from colcon_deb.building.standing import PUBLISHED
from colcon_deb.building.stray_files import StrayFiles
from colcon_deb.incremental import changes, records
from colcon_deb.packaging.prepared import Prepared
from colcon_deb.repository.former import FormerPackages
from colcon_deb.workspace import source_list
from colcon_deb.workspace.package import Plan


def source_line(kind, path, content, mode="644", target=None):
    digest = hashlib.sha256(content.encode()).hexdigest()
    return "%s %s 1 2 3 4 %s %s%s\n" % (kind, mode, digest, path, " -> " + target if target else "")


class FakeBuilder:
    """What comes out of a package is what its file in `content` says."""

    def __init__(self, output):
        self.output, self.content, self.built, self.fail, self.slow = output, {}, [], {}, set()
        self.logged, self.refused, self.base = {}, set(), "1."
        self.siblings, self.former = {}, FormerPackages(output, output, "z80")
        self._lock, self.at_once, self.most_at_once, self.wait = threading.Lock(), 0, 0, None

    def take(self, package, prepared, shared, last, log):
        if package.name in self.refused:
            return None
        for artifact in shared.record.artifacts:
            shutil.copy2(os.path.join(shared.output, artifact.path), os.path.join(self.output, artifact.path))
        return Built(shared.record.version, shared.record.artifacts, shared)

    def build(self, package, prepared, siblings, log, install):
        name = package.name
        with self._lock:
            self.built.append(name)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.wait:
                self.wait.wait(10)
            if name in self.slow:
                time.sleep(0.1)
            log.stream.write(self.logged.get(name, b""))
            if prepared.error:
                raise BuildError(prepared.error)
            if self.fail.get(name):
                raise self.fail[name].pop()
            path = "debs/ros-x-%s_1_all.deb" % name
            data = self.content.get(name, name).encode()
            with open(os.path.join(self.output, path), "wb") as stream:
                stream.write(data)
            if install:
                install([os.path.join(self.output, path)], log)
            self.siblings[name] = dict(siblings)
            return Built(self.base + data.decode(), [
                records.Artifact(path, len(data), hashlib.sha256(data).hexdigest(), "deb",
                                 os.stat(os.path.join(self.output, path)).st_mtime_ns)])
        finally:
            with self._lock:
                self.at_once -= 1


class FakeOwners(FileOwners):
    """Remembers which packages stayed as they are; those in `shared` have a path of another package."""

    def __init__(self):
        super().__init__("", "")
        self.settled, self.shared = [], set()

    def settle(self, package, artifacts):
        self.settled.append(package)
        return package not in self.shared

    def keep(self, package, artifacts):
        pass


class FakeChannel:
    def __init__(self):
        self.installed, self.refuse, self.pauses = [], False, 0

    def pause(self, seconds):
        self.pauses += 1
        time.sleep(seconds)

    def install(self, paths):
        names = [os.path.basename(path).split("_")[0][len("ros-x-"):] for path in paths]
        self.installed.append(names)
        return InstallAnswer(not self.refuse, "", "no")


class RunCase(InDirectory):
    """Of a chain a <- b <- c and a package d that stands alone."""

    DEPS = {"a": [], "b": ["a"], "c": ["b"], "d": []}

    def setUp(self):
        super().setUp()
        self.output = os.path.join(self.directory, "output")
        for name in ("debs", "logs"):
            os.makedirs(os.path.join(self.output, name))
        self.content = {name: name for name in self.DEPS}
        self.deps = dict(self.DEPS)
        self.builder = FakeBuilder(self.output)
        self.owners = FakeOwners()
        self.versions, self.unreadable, self.common = {}, [], "common"
        self.faulty = {}  # package -> why it cannot be built
        self.for_all = ()  # packages for all architectures
        self.pause, self.free = time.sleep, []  # free: the slots after a run
        self.resolved, self.changed_meanwhile = {"libx": ["libx-dev"], "liby": ["liby-dev"]}, ()

    def run_build(self, expected_error=None, jobs=2, debian_dirs=None, **environ):
        """Names of the packages that were built, in the order in which they were begun."""
        lines = [source_line("f", "%s/x" % name, text) for name, text in self.content.items() if name in self.deps]
        lines += ["f 600 1 2 3 4 ? %s/secret\n" % name for name in self.unreadable]
        listed = source_list.SourceList.read(self.write("sources", source_list.HEADER + "\n" + "".join(lines)))
        settings = self.settings(**environ)
        wanted = settings.packages_select or self.deps
        packages = [make_package(name, build=["libx"], test=["liby"], deps=deps, selected=name in wanted)
                    for name, deps in self.deps.items()]
        plan = Plan(packages, [], [])
        kept = records.Records(self.output, "suite-z80")
        found = self.changes(settings, plan, kept, listed)
        prepared = {name: Prepared(sources=found.sources[name], inputs=found.inputs[name], epoch=7, error=self.faulty.get(name),
                                   method="fast" if name in found.candidates and name not in self.faulty else None,
                                   environment="common", portable=found.portable[name], for_all=name in self.for_all)
                    for name in self.deps}
        self.channel = FakeChannel()
        self.channel.refuse = expected_error == "install"
        self.builder.built = []
        pipe = slots.Slots(os.path.join(self.directory, "slots"), jobs)
        self.addCleanup(pipe.close)
        self.orchestrator = orchestrator.Orchestrator(settings, plan, prepared, kept, self, pipe, self.builder, self.channel,
                                                      self.owners, StrayFiles(settings), SharedPackages(settings, self.pause),
                                                      self)
        self.events = []
        self.owners.settled = []
        with contextlib.redirect_stdout(io.StringIO()):
            self.orchestrator.run()
        self.free = [pipe.take() for _each in range(jobs + 1)]
        return self.builder.built

    def changes(self, settings, plan, kept, listed):
        original, changes._installed_versions = changes._installed_versions, lambda: self.versions
        try:
            return changes.Changes(settings, plan, self.resolved, kept, listed, self.common, "shared", self.faulty)
        finally:
            changes._installed_versions = original

    # Of the list of sources.
    def still_hold(self, package, source):
        return package.name not in self.changed_meanwhile

    # The emitter's methods.
    def progress(self, type_, **fields):
        self.events.append((type_, fields))

    def warning(self, code, message, name=None):
        self.events.append(("warning", {"code": code, "name": name}))

    def published(self):
        return sorted(name for name, state in self.orchestrator.result().files.items() if state in PUBLISHED)

    def states(self):
        return {name[len("ros-x-")]: state for name, state in self.orchestrator.result().files.items()}

    def skipped(self):
        return {fields["name"]: fields["reason"] for kind, fields in self.events if kind == "package_skip"}

    def completed(self):
        return {fields["name"]: fields for kind, fields in self.events if kind == "package_complete"}


class Run(RunCase):
    def test_everything_the_first_time_and_nothing_the_second(self):
        self.assertEqual(sorted(self.run_build()), ["a", "b", "c", "d"])
        self.assertEqual(self.run_build(), [])
        self.assertEqual(self.orchestrator.counts, Counts(built=0, cached=4, failed=0, skipped=0))
        self.assertEqual(len(self.published()), 4)
        self.assertEqual(sum(kind == "artifact" for kind, _fields in self.events), 4)
        self.assertEqual(self.channel.installed, [])

    def test_what_may_be_built_is_announced_before_it_begins(self):
        self.run_build()
        self.assertEqual(self.announced(), [(2, 4), ("a", False), ("b", False), ("c", False), ("d", False)])
        self.content["b"] = "changed"
        self.run_build()
        self.assertEqual(self.announced(), [(2, 2), ("b", True), ("c", True)])
        self.run_build()
        self.assertEqual(self.announced(), [(2, 0)])

    def announced(self):
        """The events before the first one of a package."""
        events = list(itertools.takewhile(lambda event: event[0] not in ("package_start", "artifact"), self.events))
        self.assertEqual([kind for kind, _fields in events], ["schedule"] + ["package_expected"] * (len(events) - 1))
        return [(fields["slots"], fields["total"]) if kind == "schedule" else (fields["name"], fields["measured"])
                for kind, fields in events]

    def test_each_start_has_its_reason(self):
        self.run_build()
        self.assertEqual(set(self.reasons().values()), {"new"})
        self.content["a"] = self.builder.content["a"] = "changed"
        self.run_build()
        # c needs b, which came out as it was, and a.
        self.assertEqual(self.reasons(), {"a": "source changed", "b": "a changed", "c": "a changed"})
        os.unlink(self.output + "/debs/ros-x-d_1_all.deb")
        self.run_build()
        self.assertEqual(self.reasons(), {"d": "its packages are gone from debs"})
        self.versions = {"libx-dev": "2"}
        self.run_build()
        self.assertEqual(self.reasons(), dict.fromkeys("abcd", "system packages changed"))
        self.run_build(FORCE="1", PACKAGES_SELECT="d")
        self.assertEqual(self.reasons(), {"d": "forced"})

    def test_the_installation_of_what_a_package_needs_is_a_phase(self):
        self.run_build()
        self.content["b"] = "changed"
        self.run_build()
        self.assertEqual([fields for kind, fields in self.events if kind == "package_phase"], [{"name": "b", "phase": "needs"}])

    def test_records_of_older_versions_are_used(self):
        self.run_build()
        old = self.state()
        for record in old.values():
            del record["environment"]
        files.write_json(os.path.join(self.output, ".colcon-deb", "state.json"),
                         {"format": records.FORMAT, "targets": {"suite-z80": old}})
        self.content["d"] = "changed"
        self.assertEqual(self.run_build(), ["d"])
        self.assertEqual(self.reasons(), {"d": "source or settings changed"})

    def reasons(self):
        return {fields["name"]: fields["reason"] for kind, fields in self.events if kind == "package_start"}

    def test_one_that_cannot_be_built_does_not_stop_the_others(self):
        self.faulty = {"b": "nothing provides its dependency"}
        self.run_build()
        self.assertEqual(self.completed()["b"]["error"], "nothing provides its dependency")
        self.assertEqual((self.skipped(), self.published()),
                         ({"c": "dep_failed"}, ["ros-x-a_1_all.deb", "ros-x-d_1_all.deb"]))
        self.faulty = {}
        self.assertEqual(self.run_build(), ["b", "c"])
        # Though nothing of it has changed, it is not up to date while it cannot be built.
        self.faulty = {"a": "now it is this one"}
        self.assertEqual(self.run_build(), ["a"])
        self.assertEqual(self.skipped(), {"b": "dep_failed", "c": "dep_failed", "d": "cached"})
        self.faulty = {}
        self.assertEqual(self.run_build(), [])

    def test_a_failure_has_its_place_if_it_is_known(self):
        self.builder.fail = {"a": [BuildError(Cause("a.cpp:3: x", "src/a/a.cpp", 3))], "d": [BuildError("no")]}
        self.run_build()
        completed = self.completed()
        self.assertEqual([completed["a"][key] for key in ("error", "file", "line")], ["a.cpp:3: x", "src/a/a.cpp", 3])
        self.assertFalse({"file", "line"}.intersection(completed["d"]))

    def test_warnings_of_compilers_are_counted(self):
        self.builder.logged = {"a": b"x.c:1:2: warning: one\n" * 3, "d": b"x.c:1:2: warning: one\n"}
        self.builder.fail = {"d": [BuildError("no")]}
        self.run_build()
        self.assertEqual({name: fields["warnings"] for name, fields in self.completed().items()}, {"a": 3, "b": 0, "c": 0, "d": 1})
        self.assertEqual([name for name in sorted(os.listdir(self.output + "/logs")) if name.endswith(".warnings")],
                         ["a.warnings", "d.warnings"])

    def test_a_leaf_alone(self):
        self.run_build()
        self.content["c"] = "changed"
        self.assertEqual(self.run_build(), ["c"])
        # What it needs was built long ago, and is installed at once.
        self.assertEqual(self.channel.installed, [["a", "b"]])

    def test_a_root_and_all_that_use_it(self):
        self.run_build()
        self.content["a"] = self.builder.content["a"] = "changed"
        self.assertEqual(self.run_build(), ["a", "b", "c"])
        self.assertEqual({name: fields["changed"] for name, fields in self.completed().items()}, {"a": True, "b": False, "c": False})

    def test_a_root_that_comes_out_as_it_was(self):
        self.run_build()
        self.content["a"] = "a comment"
        self.assertEqual(self.run_build(), ["a"])
        self.assertEqual(self.skipped(), {"b": "cached", "c": "cached", "d": "cached"})
        self.assertEqual(self.run_build(), [])

    def test_a_dependency_of_the_system_that_was_upgraded(self):
        self.versions = {"libx-dev": "1"}
        self.run_build()
        self.versions = {"libx-dev": "2"}
        self.assertEqual(sorted(self.run_build()), ["a", "b", "c", "d"])
        self.versions = {"libx-dev": "2", "liby-dev": "1"}
        self.assertEqual(self.run_build(), [], "only tests need it, and none run")

    def test_what_the_build_farm_adds(self):
        self.run_build()
        self.resolved["ros_workspace"] = ["ros-workspace"]
        self.assertEqual(len(self.run_build()), 4)

    def test_a_source_that_changes_while_it_is_built(self):
        self.changed_meanwhile = ("d",)
        self.run_build()
        self.assertIn(("warning", {"code": "source_changed", "name": "d"}), self.events)
        self.changed_meanwhile = ()
        self.assertEqual(self.run_build(), ["d"])

    def test_packages_that_stay_are_compared_with_those_that_are_built(self):
        self.run_build()
        self.content["b"] = "changed"
        # b comes out as it was, so c, which needs it, stays.
        self.assertEqual(self.run_build(), ["b"])
        self.assertEqual(self.owners.settled, ["a", "d", "c"])
        self.owners.shared = {"c", "d"}
        self.content["b"] = "again"
        # d is not prepared, so it cannot be built.
        self.assertEqual(self.run_build(), ["b", "c"])

    def test_a_part_leaves_the_rest_to_the_next_build(self):
        self.run_build()
        self.content["a"] = self.builder.content["a"] = "changed"
        self.assertEqual(self.run_build(PACKAGES_SELECT="a"), ["a"])
        self.assertEqual(self.run_build(), ["b", "c"])
        self.assertEqual(self.orchestrator.counts.failed, 0)

    def test_a_source_that_cannot_be_read(self):
        self.unreadable = ["d"]
        self.run_build()
        self.assertEqual(self.run_build(), ["d"])

    def test_a_file_that_is_gone_or_changed(self):
        self.run_build()
        os.unlink(self.output + "/debs/ros-x-d_1_all.deb")
        with open(self.output + "/debs/ros-x-c_1_all.deb", "a", encoding="utf-8") as stream:
            stream.write("!")
        self.assertEqual(sorted(self.run_build()), ["c", "d"])

    def test_a_package_that_left(self):
        self.run_build()
        del self.deps["c"]
        self.assertEqual(self.run_build(), [])
        self.assertEqual(self.published(), ["ros-x-a_1_all.deb", "ros-x-b_1_all.deb", "ros-x-d_1_all.deb"])

    def test_force(self):
        self.run_build()
        self.assertEqual(self.run_build(FORCE="1", PACKAGES_SELECT="b"), ["b"])
        self.assertEqual(len(self.run_build(FORCE="1")), 4)

    def test_only_what_is_selected(self):
        self.run_build()
        self.content["a"] = self.builder.content["a"] = "changed"
        self.content["c"] = "changed"
        self.assertEqual(self.run_build(PACKAGES_SELECT="c"), ["c"])
        # Once, however many there are.
        self.assertEqual(self.events.count(("warning", {"code": "not_rebuilt", "name": None})), 1)
        self.assertEqual(len(self.published()), 4)
        # It was built against the old a, and that is not forgotten.
        self.assertEqual(self.run_build(), ["a", "b", "c"])

    def test_system_packages_of_what_is_not_selected_need_not_be_installed(self):
        self.versions = {"libx-dev": "1"}
        self.run_build()
        self.versions = {}
        self.run_build(PACKAGES_SELECT="d")
        self.assertNotIn("warning", [kind for kind, _fields in self.events])

    def test_a_selected_package_whose_dependency_has_no_package(self):
        self.run_build(PACKAGES_SELECT="b")
        self.assertIn("it needs a, which has no package yet", self.completed()["b"]["error"])
        self.assertEqual(self.orchestrator.counts.failed, 1)

    def test_a_failure(self):
        self.run_build()
        self.content = {name: name + "!" for name in self.DEPS}
        self.builder.content = dict(self.content)
        self.builder.fail = {"b": [BuildError("broken")]}
        self.assertEqual(sorted(self.run_build()), ["a", "b", "d"])
        self.assertEqual(self.skipped(), {"c": "dep_failed"})
        self.assertEqual(self.published(), ["ros-x-a_1_all.deb", "ros-x-d_1_all.deb"])
        self.assertEqual(self.states(), {"a": "built", "b": "former", "c": "former", "d": "built"})
        self.assertEqual(self.orchestrator.result().reasons, {"b": "it failed", "c": "it needs b, which failed"})
        # What finished is kept, what did not is built again.
        self.assertEqual(self.run_build(), ["b", "c"])

    def test_a_failure_that_is_undone(self):
        """The former packages are valid for the former sources."""
        self.run_build()
        self.content["b"] = "broken"
        self.builder.fail = {"b": [BuildError("broken")]}
        self.assertEqual(self.run_build(), ["b"])
        self.content["b"] = "b"
        self.assertEqual(self.run_build(), [])
        self.assertEqual(set(self.states().values()), {"unchanged"})

    def test_a_failure_of_a_part_leaves_the_packages_of_the_rest(self):
        self.run_build()
        self.content["a"] = "broken"
        self.builder.fail = {"a": [BuildError("broken")]}
        self.assertEqual(self.run_build(PACKAGES_SELECT="a"), ["a"])
        self.assertEqual((self.skipped(), self.orchestrator.counts.skipped), ({}, 0))
        self.assertEqual(self.states(), {"a": "former", "b": "stale", "c": "stale", "d": "not selected"})

    def test_each_package_knows_the_versions_that_it_was_built_against(self):
        self.run_build()
        self.assertEqual(self.builder.siblings["c"], {"ros-x-a": "1.a", "ros-x-b": "1.b"})

    def test_a_part_is_held_back_while_others_need_its_former_version(self):
        self.run_build()
        self.content["a"] = self.builder.content["a"] = "changed"
        self.run_build(PACKAGES_SELECT="a")
        self.assertEqual(self.states(), {"a": "held", "b": "stale", "c": "stale", "d": "not selected"})
        self.assertIn(("warning", {"code": "held_back", "name": None}), self.events)
        # Also in a later run of another part, and with what was built against the new version.
        self.run_build(PACKAGES_SELECT="b")
        self.assertEqual(self.states(), {"a": "held", "b": "held", "c": "stale", "d": "not selected"})
        self.run_build(PACKAGES_SELECT="d", REPOSITORY_ALLOW_STALE="1")
        self.assertEqual(self.states(), {"a": "not selected", "b": "not selected", "c": "stale", "d": "unchanged"})
        self.run_build()
        self.assertEqual(self.states(), {"a": "unchanged", "b": "unchanged", "c": "built", "d": "unchanged"})

    def test_what_the_repository_has_already_is_not_held_back(self):
        self.run_build()
        self.content["a"] = self.builder.content["a"] = "changed"
        self.write("output/apt/pool/main/r/ros-x-a/ros-x-a_1_all.deb")
        self.run_build(PACKAGES_SELECT="a")
        self.assertEqual(self.states()["a"], "built")

    def test_nothing_is_built_against_stale_packages(self):
        self.run_build()
        self.content["a"] = self.builder.content["a"] = "changed"
        self.run_build(PACKAGES_SELECT="a")
        self.run_build(PACKAGES_SELECT="c")
        self.assertIn("it needs b, whose package was built against former versions", self.completed()["c"]["error"])
        self.assertEqual(self.run_build(PACKAGES_UP_TO="c"), ["b", "c"])

    def test_the_total_counts_what_is_begun(self):
        self.run_build()
        self.content["a"] = "a comment"
        self.run_build()
        self.assertEqual([fields["total"] for kind, fields in self.events if kind == "package_start"], [3])
        self.content["a"] = self.content["c"] = "another"
        self.run_build(PACKAGES_SELECT="a c")
        self.assertEqual([fields["total"] for kind, fields in self.events if kind == "package_start"], [2, 2])

    def test_a_failure_ends_everything_if_that_is_wanted(self):
        self.builder.fail = {"a": [BuildError("broken")]}
        self.assertEqual(self.run_build(jobs=1, CONTINUE_ON_ERROR="0"), ["a"])
        self.assertEqual(self.skipped(), {"b": "dep_failed", "c": "dep_failed", "d": "given_up"})
        self.assertEqual(self.orchestrator.counts, Counts(built=0, cached=0, failed=1, skipped=3))

    def test_what_was_given_up_is_not_published_beside_what_was_built_anew(self):
        # What took longest is what the next build begins with.
        self.builder.slow = {"d"}
        self.run_build()
        self.content.update(a="changed", d="changed")
        self.builder.content.update(a="changed", d="changed")
        self.builder.fail = {"d": [BuildError("broken")]}
        self.run_build(jobs=1, CONTINUE_ON_ERROR="0")
        self.assertNotIn("ros-x-b_1_all.deb", self.published())

    def test_one_that_cannot_be_installed_is_not_built(self):
        self.run_build("install")
        self.assertIn("cannot be installed: no", self.completed()["a"]["error"])
        # Nothing depends on c and d, so that they are not installed.
        self.assertTrue(self.completed()["d"]["success"])

    def test_a_stop_leaves_what_was_known(self):
        self.run_build()
        before = self.state()
        self.content = {name: name + "!" for name in self.DEPS}
        self.builder.content = dict(self.content)
        self.builder.fail = {"a": [Stopped()]}
        with self.assertRaises(Stopped):
            self.run_build(jobs=1)
        # With a slot for each, d may have been begun before the stop was noticed.
        self.assertEqual({name: reason for name, reason in self.skipped().items() if name in "bc"},
                         dict.fromkeys("bc", "stopped"))
        self.assertEqual(sum(vars(self.orchestrator.counts).values()), 4)
        self.assertEqual((self.orchestrator.counts.interrupted, self.orchestrator.counts.failed), (1, 0))
        self.assertEqual((self.completed()["a"]["success"], self.completed()["a"]["stopped"]), (False, True))
        after = self.state()
        self.assertEqual({name: after[name] for name in "abc"}, {name: before[name] for name in "abc"})
        self.builder.fail = {"b": [Stopped()]}
        with self.assertRaises(Stopped):
            self.run_build(jobs=1)
        # a was built anew before it stopped, so b and c no longer are what they were made against.
        self.content["b"], self.content["c"] = "b", "c"
        self.assertEqual([name for name in self.run_build() if name != "d"], ["b", "c"])

    def state(self):
        return files.read_json(os.path.join(self.output, ".colcon-deb", "state.json"))["targets"]["suite-z80"]

    def test_the_network(self):
        retry.DELAYS, before = (0,), retry.DELAYS
        self.addCleanup(setattr, retry, "DELAYS", before)
        self.builder.fail = {"d": [NetworkError("away"), NetworkError("away")]}
        self.assertEqual(self.run_build(RETRIES="2").count("d"), 3)
        self.assertEqual([fields["attempt"] for kind, fields in self.events if kind == "package_retry"], [2, 3])
        self.builder.fail = {"d": [NetworkError("away"), NetworkError("away")]}
        self.content["d"] = "changed"
        self.assertEqual(self.run_build(RETRIES="1"), ["d", "d"])
        self.assertEqual(self.completed()["d"]["error"], "away")

    def test_as_many_at_once_as_there_are_slots(self):
        self.deps = {name: [] for name in "abcdef"}
        self.content = dict.fromkeys(self.deps, "x")
        self.builder.wait = threading.Barrier(3)
        self.assertEqual(len(self.run_build(jobs=3)), 6)
        self.assertEqual(self.builder.most_at_once, 3)

    def test_state_that_cannot_be_used(self):
        self.run_build()
        path = os.path.join(self.output, ".colcon-deb", "state.json")
        good = self.state()
        evil = json.loads(json.dumps(good))
        evil["d"]["artifacts"][0]["path"] = "debs/../../etc/passwd"
        evil["c"]["key"] = 7
        files.write_json(path, {"format": records.FORMAT, "targets": {"suite-z80": evil}})
        self.assertEqual(sorted(self.run_build()), ["c", "d"])
        for text in ("", "{", "[]", '{"format": 2, "targets": 3}', '{"format": 2, "targets": {"suite-z80": [1]}}',
                     json.dumps({"format": 1, "targets": {"suite-z80": good}}), "[" * 100000):
            with open(path, "w", encoding="utf-8") as stream:
                stream.write(text)
            self.assertEqual(len(self.run_build()), 4, text[:40])

    def test_another_target_is_left_alone(self):
        self.run_build()
        other = records.Records(self.output, "suite-arm64")
        self.assertEqual(other.packages, {})
        other.drop([])
        self.assertEqual(len(records.Records(self.output, "suite-z80").packages), 4)


class Targets(RunCase):
    """Two targets, of which each has its own directory; all packages but c are for all architectures."""

    def setUp(self):
        super().setUp()
        self.for_all = "abd"
        self.content = {name: name for name in self.DEPS}

    def build_target(self, name, image="", **environ):
        self.output = os.path.join(self.directory, "output/targets", name)
        for directory in ("debs", "logs"):
            os.makedirs(os.path.join(self.output, directory), exist_ok=True)
        self.builder.output, self.common = self.output, image or "image of " + name
        return sorted(self.run_build(OUTPUT_TARGET=name, **environ))

    def taken(self):
        return {name: fields["taken"] for name, fields in self.completed().items() if "taken" in fields}

    def test_the_second_takes_what_the_first_has_built(self):
        self.assertEqual(self.build_target("one"), ["a", "b", "c", "d"])
        self.assertEqual(self.taken(), {})
        self.assertEqual(self.build_target("two"), ["c"])
        self.assertEqual(self.taken(), dict.fromkeys("abd", "built for one"))
        self.assertEqual(self.orchestrator.counts, Counts(built=4))
        # They are installed from debs/ for the package that needs them.
        self.assertEqual(self.channel.installed, [["a", "b"]])
        kept = records.Records(self.output, "suite-z80").packages
        self.assertEqual((kept["a"].taken, kept["c"].taken), ("built for one", ""))
        self.assertEqual(self.build_target("two"), [])
        self.assertEqual(os.listdir(os.path.join(self.directory, "output/targets/.all")), [])

    def test_what_changes_is_built_once_more(self):
        self.build_target("one")
        self.build_target("two")
        self.content["b"] = self.builder.content["b"] = "changed"
        self.assertEqual(self.build_target("two"), ["b", "c"])
        self.assertEqual(self.build_target("one"), ["c"])
        self.assertEqual(self.taken(), {"b": "built for two"})

    def test_what_depends_on_another_version_is_not_taken(self):
        self.build_target("one")
        self.builder.refused, self.builder.base = {"a"}, "2."
        # The b of the first target depends on the other version of a.
        self.assertEqual(self.build_target("two"), ["a", "b", "c"])

    def test_a_change_of_the_image_alone_is_the_targets_own(self):
        self.build_target("one")
        self.build_target("two")
        self.assertEqual(self.build_target("two", image="new"), ["a", "b", "c", "d"])
        self.assertEqual(self.taken(), {})

    def test_one_that_cannot_be_used_is_built(self):
        self.build_target("one")
        self.builder.refused = {"d"}
        self.assertEqual(self.build_target("two"), ["c", "d"])

    def test_a_failure_is_not_taken(self):
        self.builder.fail = {"d": [BuildError("no")]}
        self.build_target("one")
        self.assertEqual(self.build_target("two"), ["c", "d"])
        self.assertTrue(self.completed()["d"]["success"])

    def test_a_source_that_changed_meanwhile_is_not_taken(self):
        self.changed_meanwhile = ("d",)
        self.build_target("one")
        self.changed_meanwhile = ()
        self.assertEqual(self.build_target("two"), ["c", "d"])

    def test_a_stop_ends_the_waiting(self):
        self.deps = {"d": []}
        self.pause = mock.Mock(side_effect=Stopped)
        with mock.patch.object(SharedPackages, "_is_claimed", return_value=True), self.assertRaises(Stopped):
            self.build_target("one")
        self.assertEqual(self.completed()["d"]["error"], "stopped")
        self.assertEqual(self.orchestrator.counts, Counts(interrupted=1))

    def test_a_slot_is_free_while_another_target_builds_the_package(self):
        self.deps = {"d": [], "e": []}
        self.content["e"] = "e"
        self.for_all = "d"
        claimed = iter([True, True, False, False])

        def is_claimed(_shared, _portable):
            return next(claimed)
        with mock.patch.object(SharedPackages, "_is_claimed", is_claimed):
            self.assertEqual(self.build_target("one", jobs=1), ["d", "e"])
        self.assertIn(("package_phase", {"name": "d", "phase": "wait"}), self.events)
        started = [fields["name"] for kind, fields in self.events if kind in ("package_start", "package_complete")]
        self.assertEqual(started, ["d", "e", "e", "d"])
        self.assertEqual(self.free, [True, False])
        # The time of waiting is no time of its build.
        seconds = records.Records(self.output, "suite-z80").packages["d"].seconds
        self.assertLess(seconds, self.completed()["d"]["ms"] / 1000 - 0.2)

    def test_who_has_waited_takes_a_package_without_a_slot(self):
        self.deps = {"d": [], "e": []}
        self.content["e"] = "e"
        self.for_all = "d"
        self.build_target("one")
        self.builder.wait = done = threading.Event()
        # What may be taken is known when e has the slot.
        self.pause = lambda _seconds: self.assertTrue(self.until(lambda: self.builder.at_once))
        claimed = iter([True, True, False, False])
        take = self.builder.take

        def take_and_tell(*arguments):
            done.set()
            return take(*arguments)
        self.builder.take = take_and_tell
        with mock.patch.object(SharedPackages, "_is_claimed", lambda _shared, _portable: next(claimed)):
            self.assertEqual(self.build_target("two", jobs=1), ["e"])
        self.assertTrue(done.is_set())
        self.assertEqual((self.taken(), self.channel.pauses, self.free), ({"d": "built for one"}, 0, [True, False]))

    def test_a_failure_while_it_waits_leaves_no_slot_too_much(self):
        self.deps = {"d": [], "e": []}
        self.content["e"] = "e"
        self.for_all = "d"
        # e is built when d fails, and until that is known.
        self.builder.wait = mock.Mock(wait=lambda _seconds: self.until(lambda: "d" in self.completed()))

        def pause(_seconds):
            self.until(lambda: self.builder.at_once)
            raise OSError("no")
        self.pause = pause
        with mock.patch.object(SharedPackages, "_is_claimed", lambda _shared, portable: bool(portable)):
            self.build_target("one", jobs=1)
        self.assertFalse(self.completed()["d"]["success"])
        self.assertEqual(self.free, [True, False])

    def until(self, condition):
        for _each in range(100):
            if condition():
                return True
            time.sleep(0.05)
        return False


if __name__ == "__main__":
    unittest.main()
