# SPDX-License-Identifier: Apache-2.0
"""Which packages of other targets are taken, and which target waits for which."""
import dataclasses
import fcntl
import os
import unittest

from support import PLANTS, InDirectory

from colcon_deb.base import files
from colcon_deb.building.shared_packages import SharedPackages
from colcon_deb.incremental.records import Artifact, Record, Records


class Stop(Exception):
    pass


class SharedCase(InDirectory):
    def setUp(self):
        super().setUp()
        self.looks = 0

    def shared(self, target="own", emulated=False, **environ):
        settings = dataclasses.replace(self.settings(**environ), output_target=target, emulated=emulated)
        return SharedPackages(settings, self.pause)

    def pause(self, seconds):
        self.assertLess(seconds, 1)
        self.looks += 1
        if self.looks > 3:
            raise Stop()

    def record(self, target, portable="p", name="pkg", suite="bookworm-arm64", version="1", taken=""):
        output = os.path.join(self.directory, "output", *(["targets", target] if target else []))
        path = self.write(os.path.join(output, "debs/ros-x-%s_1_all.deb" % name), name)
        artifact = Artifact("debs/" + os.path.basename(path), len(name), "digest", "deb", os.stat(path).st_mtime_ns)
        made = Record("s", "i", "k", version, {}, 5, [artifact], "e", portable, taken)
        Records(output, suite).put(name, made)
        return made

    def offers(self, shared, portable="p", last=None):
        found = shared.offers("pkg", portable, last, lambda: None)
        return [(one.target, one.described) for one in found]


class Offers(SharedCase):
    def test_of_another_target_and_of_the_build_without_one(self):
        self.assertEqual(self.offers(self.shared()), [])
        self.record("")
        self.record("one")
        self.record("own")
        self.record("other", "q")
        self.assertEqual(self.offers(self.shared()), [("", "built without a target"), ("one", "built for one")])

    def test_the_newest_comes_first(self):
        for target, version in (("a", "1.0.20260101.000000"), ("b", "1.0.20260103.000000"), ("c", "1.0.20260102.000000")):
            self.record(target, version=version)
        self.assertEqual([target for target, _described in self.offers(self.shared())], ["b", "c", "a"])

    def test_who_has_built_it_is_told_of_what_was_taken(self):
        self.record("one", taken="built for two")
        self.assertEqual(self.offers(self.shared()), [("one", "built for two")])

    def test_files_must_be_unchanged(self):
        self.record("one")
        self.write("output/targets/one/debs/ros-x-pkg_1_all.deb", "gkp")
        os.utime(os.path.join(self.directory, "output/targets/one/debs/ros-x-pkg_1_all.deb"), (1, 1))
        self.assertEqual(self.offers(self.shared()), [])
        os.unlink(os.path.join(self.directory, "output/targets/one/debs/ros-x-pkg_1_all.deb"))
        self.assertEqual(self.offers(self.shared()), [])

    def test_what_is_not_taken(self):
        made = self.record("one")
        self.assertEqual(len(self.offers(self.shared())), 1)
        self.assertEqual(self.offers(self.shared(target="")), [])
        self.assertEqual(self.offers(self.shared(FORCE="1")), [])
        self.assertEqual(self.offers(self.shared(RUN_TESTS="1")), [])
        self.assertEqual(self.offers(self.shared(), portable=""), [])
        # The image of this target has changed, for example.
        self.assertEqual(self.offers(self.shared(), last=made), [])
        self.assertEqual(len(self.offers(self.shared(), last=dataclasses.replace(made, portable="before"))), 1)

    def test_a_state_that_cannot_be_used(self):
        for text in ("{", '{"format": 2, "targets": {"x": 1, "y": {"pkg": {"portable": "p"}, "b": 3}}}'):
            self.write("output/targets/one/.colcon-deb/state.json", text)
            self.assertEqual(self.offers(self.shared()), [], text)


class Waiting(SharedCase):
    def claim(self, **options):
        """Another target that builds the package."""
        other = self.shared(target="other", **options)
        self.assertEqual(self.offers(other), [])
        self.addCleanup(other.release, "pkg")
        return other

    def assert_waits(self, shared):
        self.looks = 0
        with self.assertRaises(Stop):
            self.offers(shared)

    def assert_goes_on(self, shared):
        self.looks = 0
        self.offers(shared)
        self.assertEqual(self.looks, 0)
        shared.release("pkg")

    def test_a_build_that_is_not_emulated_never_waits_for_one_that_is(self):
        for emulated, other, waits in ((False, False, True), (True, False, True), (True, True, True), (False, True, False)):
            with self.subTest((emulated, other)):
                builds = self.claim(emulated=other)
                (self.assert_waits if waits else self.assert_goes_on)(self.shared(emulated=emulated))
                builds.release("pkg")
                self.assert_goes_on(self.shared(emulated=emulated))

    def test_it_takes_what_it_has_waited_for(self):
        builds = self.claim()
        waited = []

        def pause(_seconds):
            self.record("other")
            builds.release("pkg")
        shared = self.shared()
        shared._pause = pause
        self.assertEqual([one.target for one in shared.offers("pkg", "p", None, lambda: waited.append(True))], ["other"])
        self.assertEqual(waited, [True])

    def test_nobody_waits_for_another_package_or_without_need(self):
        self.claim()
        self.looks = 0
        self.assertEqual(self.offers(self.shared(), portable="q"), [])
        self.assert_goes_on(self.shared(FORCE="1"))
        self.assert_goes_on(self.shared(RUN_TESTS="1"))

    def test_a_target_that_takes_nothing_is_waited_for(self):
        self.claim(RUN_TESTS="1")
        self.assert_waits(self.shared())

    def test_a_retry_has_its_claim_already(self):
        builds = self.claim()
        self.looks = 0
        self.assertEqual((self.offers(builds), self.looks), ([], 0))

    def test_a_file_that_a_killed_build_has_left_is_no_claim(self):
        left = self.write("output/targets/.all/p.native")
        self.assert_goes_on(self.shared(emulated=True))
        self.assert_goes_on(self.shared())
        self.assertFalse(os.path.exists(left))

    def test_a_look_at_the_lock_is_no_claim(self):
        path = self.write("output/targets/.all/p.native")
        for options in ({}, {"RUN_TESTS": "1"}):
            with self.subTest(options), open(self.write(path), "rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_SH)
                shared = self.shared(**options)
                shared._pause = lambda _seconds, stream=stream: fcntl.flock(stream, fcntl.LOCK_UN)
                self.assertEqual(shared.offers("pkg", "p", None, self.fail), [])
                self.assertTrue(files.is_locked(path))
                shared.release("pkg")

    def test_without_a_place_for_locks_nobody_waits(self):
        place = os.path.join(self.directory, "output/targets/.all")
        os.makedirs(os.path.dirname(place))
        for plant in PLANTS[1:]:
            with self.subTest(plant.__name__):
                plant(place, self.write("precious/file"))
                self.claim()
                self.assert_goes_on(self.shared())
                self.assertEqual(os.listdir(os.path.join(self.directory, "precious")), ["file"])
                files.clear(place)


if __name__ == "__main__":
    unittest.main()
