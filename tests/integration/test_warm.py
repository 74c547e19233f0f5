# SPDX-License-Identifier: Apache-2.0
"""--keep-warm: the container of the next build, started at the end of a build."""
import concurrent.futures
import hashlib
import json
import os
import shutil
import signal
import time
import unittest
import urllib.parse

from engine import EngineError
from quick_build import copy_scripts
from support import IMAGE, STRANGER, TOP, add_package, give_to, is_root, owners, read_events, write
from test_interrupt import InterruptCase
from test_layers import LayerCase

USED = "building in the container that the last build kept ready"
# What a build says of times and sizes differs from build to build.
VARIES = ("load", "package_progress", "package_phase", "general")


class WarmCase(InterruptCase):
    def setUp(self):
        super().setUp()
        add_package(self.workspace, "one")
        self.addCleanup(self.remove_standbys)

    def standbys(self, running=True):
        """The standbys of this test: id -> what the engine's list says."""
        filters = urllib.parse.quote(json.dumps({"label": ["colcon-deb.role=standby"]}))
        listed = self.engine.request("GET", "/containers/json?all=%d&filters=%s" % (not running, filters))
        ours = self.containers()
        return {one["Id"]: one for one in listed if one["Id"] in ours}

    def remove_standbys(self):
        for container in self.standbys(running=False):
            self.engine.delete(container)

    def standby(self):
        """The id of the only one."""
        found = self.standbys()
        self.assertEqual(1, len(found), found)
        return next(iter(found))

    def change(self, text, package="one"):
        path = self.workspace / "src" / package / "CMakeLists.txt"
        path.write_text(path.read_text() + "# %s\n" % text)

    def build(self, *options, workspace=None, code=0):
        outcome = self.run_program("build", workspace or self.workspace, "--image", IMAGE, "--json", *options)
        self.assert_ended(outcome, code)
        return outcome

    def begin(self, *options):
        """A first build that keeps a standby; its id."""
        self.build("--keep-warm", *options)
        return self.standby()

    def created_by(self, process, since):
        """The containers that a program has created to build in, also those that are gone."""
        filters = urllib.parse.quote(json.dumps({"type": ["container"], "event": ["create"], "label": ["colcon-deb.process"]}))
        engine = self.engine
        connection = engine.connect()
        self.addCleanup(connection.close)
        connection.request("GET", "%s/events?since=%f&until=%f&filters=%s" % (engine.prefix, since, time.time(), filters))
        events = [json.loads(line) for line in connection.getresponse().read().splitlines()]
        return [event["id"] for event, labels in ((event, event["Actor"]["Attributes"]) for event in events)
                if labels["colcon-deb.process"].split("/")[-2] == str(process.pid)
                and labels.get("colcon-deb.role") in ("build", "standby")]

    def is_there(self, container):
        return any(one["Id"] == container for one in self.engine.request("GET", "/containers/json?all=1"))


def digests(workspace):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (workspace / "output" / "debs").iterdir()}


def course(workspace):
    """What the build said, without times, and without the order in which packages took turns."""
    kept = ("type", "value", "name", "level", "msg", "success", "reason", "kind", "path", "sha256", "deb", "version")
    return sorted(str([event.get(key) for key in kept]) for event in read_events(workspace / "output")
                  if event.get("type") not in VARIES and USED not in event.get("msg", ""))


class TestWarm(WarmCase):
    TESTS_APART = True

    def test_the_next_build_runs_in_it_and_makes_the_same(self):
        # Packages of each kind.
        shutil.copytree(TOP / "examples" / "workspace" / "src", self.workspace / "src", dirs_exist_ok=True)
        first = self.begin()
        before = self.work / "before"
        shutil.copytree(self.workspace, before, symlinks=True)
        moment = time.time()
        process = self.start("build", self.workspace, "--image", IMAGE, "--json", "--keep-warm", "--force")
        outcome = self.finish(process, 240)
        self.assert_ended(outcome, 0)
        self.assertIn(USED, outcome.text)
        # The only new container is that of the build after it.
        second = self.standby()
        self.assertNotEqual(first, second)
        self.assertFalse(self.is_there(first))
        self.assertEqual([second], self.created_by(process, moment))
        warm = self.work / "warm"
        self.workspace.rename(warm)
        before.rename(self.workspace)
        self.assertNotIn(USED, self.build("--force").text)
        self.assertEqual(digests(self.workspace), digests(warm))
        self.assertEqual(course(self.workspace), course(warm))

    def test_a_build_without_the_option_uses_it_and_keeps_none(self):
        self.begin()
        self.change("another line")
        self.assertIn(USED, self.build().text)
        self.assertEqual({}, self.standbys())

    def test_options_of_one_build_do_not_discard_it(self):
        add_package(self.workspace, "two")
        self.begin()
        self.change("another line", "two")
        outcome = self.build("--packages-select", "one", "--force", "--verbose", "--keep-warm")
        self.assertIn(USED, outcome.text)
        self.assertEqual(["one"], [event["name"] for event in read_events(self.output) if event.get("type") == "package_start"])
        # Those of the build before are not those of this one.
        outcome = self.build()
        self.assertIn(USED, outcome.text)
        self.assertEqual(["two"], [event["name"] for event in read_events(self.output) if event.get("type") == "package_start"])
        self.assertNotIn("package_output", outcome.text)

    def test_a_build_with_nothing_to_do_leaves_it(self):
        first = self.begin()
        self.build()
        self.assertEqual(first, self.standby())

    def test_each_change_of_what_is_fixed_discards_it(self):
        self.scripts = self.work / "scripts"
        copy_scripts(self.scripts)

        def replace_sources():
            (self.workspace / "src").rename(self.workspace / "old")
            shutil.copytree(self.workspace / "old", self.workspace / "src")

        def replace_output():
            self.output.rename(self.workspace / "old_output")

        changes = (
            ("setting", ("--build-type", "Debug"), None),
            ("network", ("--network", "none"), None),
            ("rights", ("--no-new-privileges",), None),
            ("image", ("--image", self.make_image()), None),
            ("overrides", ("--debian-dirs", self.workspace / "others"), None),
            ("sources", (), replace_sources),
            ("output", (), replace_output),
            ("helpers", (), lambda: write(self.scripts / "helpers" / "colcon_deb" / "more.py", "# more\n")),
        )
        former, given = self.begin(), []
        for name, options, act in changes:
            given += options
            if act:
                act()
            with self.subTest(name):
                self.assertNotIn(USED, self.build("--force", "--keep-warm", *given).text)
                self.assertFalse(self.is_there(former))
            former = self.standby()

    def make_image(self):
        """Another image with the same content."""
        name = "cdd-test/warm:1"
        container = self.engine.create(IMAGE, ["true"], labels={"colcon-deb.test": "warm"})
        self.engine.request("POST", "/commit?container=%s&repo=%s&tag=%s" % (container, *name.split(":")), {})
        self.engine.delete(container)
        self.addCleanup(self.engine.request, "DELETE", "/images/%s?force=1" % name, expect=(200, 404, 409))
        return name

    def test_it_ends_by_itself(self):
        self.build("--keep-warm=2s")
        deadline = time.monotonic() + 20
        while self.containers() and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual([], self.containers())
        self.change("another line")
        self.assertNotIn(USED, self.build().text)

    @unittest.skipUnless(is_root(), "only root may stop the container's processes")
    def test_one_that_hangs_is_replaced(self):
        former = self.begin()
        state = self.engine.request("GET", "/containers/%s/json" % former)["State"]
        os.kill(state["Pid"], signal.SIGSTOP)
        self.change("another line")
        outcome = self.build()
        self.assertNotIn(USED, outcome.text)
        self.assertIn("did not answer", outcome.text)
        self.assertFalse(self.is_there(former))

    def test_one_that_is_paused_is_replaced(self):
        former = self.begin()
        self.engine.request("POST", "/containers/%s/pause" % former)
        self.change("another line")
        self.assertNotIn(USED, self.build().text)
        self.assertFalse(self.is_there(former))

    def test_a_build_that_failed_keeps_one(self):
        path = self.workspace / "src" / "one" / "CMakeLists.txt"
        good = path.read_text()
        path.write_text(good + 'message(FATAL_ERROR "no")\n')
        self.build("--keep-warm", code=1)
        self.standby()
        path.write_text(good)
        self.assertIn(USED, self.build().text)

    def test_an_interrupted_build_keeps_none(self):
        process, said = self.start_slow_build("--keep-warm")
        self.assert_ended(self.interrupt(process, said), 130)
        self.assertEqual([], self.containers())

    def test_ctrl_c_ends_a_build_in_it(self):
        self.begin()
        process, said = self.start_slow_build()
        self.assertIn(USED.encode(), said)
        outcome = self.interrupt(process, said)
        self.assert_ended(outcome, 130)
        self.assertLess(outcome.seconds, 20)
        self.assertEqual([], self.containers())

    def test_a_killed_program_ends_a_build_in_it(self):
        self.begin()
        process, said = self.start_slow_build("--keep-warm")
        self.assertIn(USED.encode(), said)
        process.kill()
        process.communicate()
        deadline = time.monotonic() + 15
        while self.containers() and time.monotonic() < deadline:
            time.sleep(0.2)
        self.assertEqual([], self.containers())
        for name in os.listdir(self.temporary):
            shutil.rmtree(self.temporary / name, ignore_errors=True)

    def test_two_builds_at_once(self):
        self.begin()
        self.change("another line")
        both = [self.start("build", self.workspace, "--image", IMAGE, "--json", "--keep-warm") for _number in range(2)]
        outcomes = [self.finish(process) for process in both]
        # One output has one build at a time.
        self.assertEqual([0, 1], sorted(outcome.code for outcome in outcomes), outcomes)
        self.assertEqual(1, sum(USED in outcome.text for outcome in outcomes))
        self.standby()

    def test_one_client_can_take_it(self):
        """Taking is renaming: of many that do it at once the engine lets one."""
        container = self.begin()

        def take(_number):
            try:
                self.engine.request("POST", "/containers/%s/rename?name=colcon-deb-build-%s" % (container, container[:12]))
                return True
            except EngineError:
                return False
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            self.assertEqual(1, sum(pool.map(take, range(16))))
        # It is another build's now, which nobody disturbs.
        self.change("another line")
        self.assertNotIn(USED, self.build().text)
        self.assertTrue(self.is_there(container))

    def test_as_another_user(self):
        give_to(self.workspace, STRANGER)
        options = ("build", self.workspace, "--image", IMAGE, "--json", "--keep-warm")
        self.assert_ended(self.run_program(*options, user=STRANGER), 0)
        self.standby()
        # It is not another user's.
        self.change("another line")
        self.assertNotIn(USED, self.build("-o", self.work / "mine").text)
        outcome = self.run_program(*options, user=STRANGER)
        self.assert_ended(outcome, 0)
        self.assertIn(USED, outcome.text)
        self.assertEqual({(STRANGER, STRANGER)}, owners(self.output))

    def test_variables_of_the_user_reach_a_build_in_it(self):
        self.change('\nif(NOT "$ENV{ONE}" STREQUAL "1 2")\n  message(FATAL_ERROR "ONE: $ENV{ONE}")\nendif()\n')
        self.begin("-e", "ONE=1 2")
        self.change("another line")
        self.assertIn(USED, self.build("-e", "ONE=1 2").text)

    def test_each_target_has_its_own(self):
        write(self.workspace / "colcon-deb.yaml", "targets:\n  debug: {build_type: Debug}\n  release: {build_type: Release}\n")
        self.build("--keep-warm")
        self.assertEqual(2, len(self.standbys()))
        self.change("another line")
        outcome = self.build()
        self.assertEqual(2, outcome.text.count(USED), outcome)
        self.assertEqual({}, self.standbys())


    def test_clean_removes_it(self):
        standby = self.begin()
        others = self.work / "others"
        others.mkdir()
        outcome = self.run_program("clean", others)
        self.assert_ended(outcome, 0)
        self.assertEqual(standby, self.standby())
        outcome = self.run_program("clean", self.workspace, "--dry-run")
        self.assert_says(outcome, "would remove standby container colcon-deb-standby-")
        self.assertEqual(standby, self.standby())
        outcome = self.run_program("clean", self.workspace)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "removed standby container colcon-deb-standby-")
        self.assertEqual({}, self.standbys(running=False))

    def test_clean_keeps_one_that_builds(self):
        self.begin()
        add_package(self.workspace, "slow", cmake="execute_process(COMMAND sleep 600)")
        process = self.start("build", self.workspace, "--image", IMAGE, "--json")
        said = self.read_until(process, b"package_start.*slow")
        outcome = self.run_program("clean", self.workspace)
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "kept container .*: it is running")
        self.assertIsNone(process.poll())
        self.assert_ended(self.interrupt(process, said), 130)


class TestWarmDependencies(LayerCase, WarmCase):
    FINDS = 'find_program(HELLO hello)\nif(%s HELLO)\n  message(FATAL_ERROR "hello: ${HELLO}")\nendif()\n'

    def build(self, *options, workspace=None, code=0):
        return LayerCase.build(self, workspace or self.workspace, "--image", IMAGE, "--json", *options, code=code)

    def image_of(self, container):
        return self.engine.request("GET", "/containers/%s/json" % container)["Image"]

    def test_it_has_the_dependencies_of_the_last_build_and_no_others(self):
        base = self.engine.request("GET", "/images/%s/json" % IMAGE)["Id"]
        self.assertEqual(base, self.image_of(self.begin()))
        # A new dependency is installed, and becomes a layer.
        add_package(self.workspace, "needy", cmake=self.FINDS % "NOT")
        self.need(self.workspace, "hello")
        self.assertIn(USED, self.build("--keep-warm").text)
        layer, = self.layers()
        self.assertEqual(layer["Id"], self.image_of(self.standby()))
        self.assertEqual(["dependencies", "dependencies_installed"], self.questions(self.workspace)[0])
        self.change("another line", "needy")
        self.assertIn(USED, self.build("--keep-warm").text)
        self.assertEqual(([], False), self.questions(self.workspace))
        # One that is not declared any more is not there any more.
        shutil.rmtree(self.workspace / "debian_dirs" / "needy")
        add_package(self.workspace, "needy", cmake=self.FINDS % "")
        self.build("--keep-warm")
        self.assertEqual(base, self.image_of(self.standby()))


if __name__ == "__main__":
    unittest.main()
