# SPDX-License-Identifier: Apache-2.0
import dataclasses
import errno
import os
import shutil
import types
import unittest
from unittest import mock

from support import InDirectory, make_deb, make_package

from colcon_deb.building import builder
from colcon_deb.building.file_owners import SharedFile
from colcon_deb.building.shared_packages import Shared
from colcon_deb.incremental.records import Record
from colcon_deb.packaging.prepared import Prepared
from colcon_deb.repository import apt_repository
from colcon_deb.repository.apt_dists import Target


class Misplaced(InDirectory):
    def test_what_lands_in_the_build_directory_is_named(self):
        for path in ("DEBIAN/control", "opt/ros/x/lib/y", "usr/share/doc/z", "workspace/build/home/b", "workspace/build/home/a"):
            self.write("stage/" + path)
        self.assertEqual(builder.misplaced(os.path.join(self.directory, "stage")), ["/workspace/build/home/a"])
        self.assertEqual(builder.misplaced(os.path.join(self.directory, "absent")), [])


class WithBuilder(InDirectory):
    def setUp(self):
        super().setUp()
        self.places = self.settings()
        for path in (self.places.output + "/debs", self.places.finished, self.places.build_root):
            os.makedirs(path)
        self.builder = builder.Builder(self.places, types.SimpleNamespace(architecture="amd64"), {}, None, None, None, None)


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class FormerFile(WithBuilder):
    def test_one_that_is_damaged_does_not_replace_what_was_built(self):
        built = make_deb(self.directory, "ros-x-a", "2.0", content={"opt/x": "x"})
        former = make_deb(self.places.output + "/debs", "ros-x-a", "1.0", content={"opt/x": "x"})
        kept = os.path.join(self.places.finished, os.path.basename(former))
        self.assertEqual(self.same(built), [kept])
        os.truncate(former, 100000)
        self.assertEqual(self.same(built), [])

    def same(self, built):
        return self.builder._same([built], "2.0", "1.0", ["ros-x-a"])


@unittest.skipUnless(shutil.which("dpkg-deb") and shutil.which("apt-ftparchive"), "needs apt-utils")
class OtherTargets(WithBuilder):
    """Another target has given a version to a package for all architectures."""

    BASE, MOMENT, VERSION = "1.0-0bookworm", 1767225600, "1.0-0bookworm.20260101.000000"

    def setUp(self):
        super().setUp()
        self.said = []
        self.builder._emitter = types.SimpleNamespace(warning=lambda code, text, name: self.said.append((code, text, name)))
        other = os.path.join(self.places.output, "targets/arm64/debs")
        os.makedirs(other)
        theirs = make_deb(other, "ros-x-a", self.VERSION, content={"opt/x": "theirs"})
        apt_repository.make(self.places.repository, other, [os.path.basename(theirs)], ["ros-x-a"], Target("bookworm", "arm64"))
        apt_repository.swap(self.places.repository)
        self.built = make_deb(self.directory, "ros-x-a", self.VERSION, content={"opt/x": "ours"})

    def compare(self, moment=MOMENT, built=None):
        prepared = Prepared(method="rules", patches=[], version=self.BASE, epoch=moment)
        self.builder._warn_of_difference(make_package("pkg_a"), prepared, [], [built or self.built], self.VERSION)
        return self.said

    def test_another_content_of_the_same_sources_is_told(self):
        (code, text, name), = self.compare()
        self.assertEqual((code, name), ("all_differs", "pkg_a"))
        self.assertRegex(text, r"^ros-x-a .* version %s, which was built for bookworm arm64 from" % self.VERSION)

    def test_other_sources_may_differ(self):
        self.assertEqual(self.compare(self.MOMENT + 1), [])

    def test_what_this_target_has_built_before_may_differ(self):
        self.builder._given.give("pkg_a", self.MOMENT)
        self.assertEqual(self.compare(), [])

    def test_a_package_of_one_architecture_may_differ(self):
        self.assertEqual(self.compare(built=make_deb(self.directory, "ros-x-a", self.VERSION, architecture="amd64")), [])


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Taken(WithBuilder):
    """A package that another target has built."""

    MOMENT, VERSION = 1767225600, "1.0-0bookworm.20260101.000000"

    def setUp(self):
        super().setUp()
        self.builder._owners = mock.Mock()
        self.other = os.path.join(self.places.repository, "targets/arm64")
        os.makedirs(self.other + "/debs")
        self.record = self.make(content={"opt/x": "x"})

    def make(self, name="ros-x-a", **fields):
        deb = make_deb(self.other + "/debs", name, self.VERSION, **fields)
        artifact = builder._artifact(deb)
        return Record("s", "i", "k", self.VERSION, {}, 9, [artifact], portable="p")

    def take(self, record=None, last=None, binaries=("ros-x-a",)):
        self.log = mock.Mock()
        shared = Shared("arm64", self.other, record or self.record)
        prepared = Prepared(binaries=list(binaries), version="1.0-0bookworm")
        return self.builder.take(make_package("pkg_a"), prepared, shared, last, self.log)

    def test_the_same_bytes_become_a_package_of_this_target(self):
        built = self.take()
        self.assertEqual((built.version, built.taken.record), (self.VERSION, self.record))
        theirs, = self.record.artifacts
        ours, = built.artifacts
        self.assertEqual((ours.path, ours.sha256, ours.kind), (theirs.path, theirs.sha256, "deb"))
        self.assertEqual(builder._digest(os.path.join(self.places.output, ours.path)), theirs.sha256)
        self.log.stream.write.assert_called_with(b"colcon-deb: built for arm64, taken: it is for all architectures\n")
        self.assertEqual(self.builder._given.newest("pkg_a"), self.MOMENT)
        self.assertEqual(os.listdir(self.places.finished), [])

    def test_a_file_that_is_not_what_its_record_says_is_not_taken(self):
        path = os.path.join(self.other, self.record.artifacts[0].path)
        status = os.stat(path)
        with open(path, "r+b") as stream:
            stream.seek(-1, os.SEEK_END)
            stream.write(b"?")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        self.assertIsNone(self.take())
        os.unlink(path)
        self.assertIsNone(self.take())
        self.assertEqual([os.listdir(self.places.output + "/debs"), os.listdir(self.places.finished)], [[], []])

    def test_other_packages_and_those_of_one_architecture_are_not_taken(self):
        self.assertIsNone(self.take(binaries=["ros-x-b"]))
        self.assertIsNone(self.take(self.make(architecture="arm64")))

    def test_what_is_of_one_architecture_is_not_taken(self):
        library = "\x7fELF" + "\1" * 40
        for path, text in (("opt/ros/x/bin/b", library), ("opt/ros/x/lib/aarch64-linux-gnu/x.py", "x"),
                           ("usr/lib/arm-linux-gnueabihf/y", "y")):
            with self.subTest(path):
                self.assertIsNone(self.take(self.make(content={path: text})))
                self.log.stream.write.assert_called_with(b"colcon-deb: built for arm64, not taken: /%s is of one architecture\n"
                                                         % (path if text == library else os.path.dirname(path)).encode())
                self.assertEqual(os.listdir(self.places.finished), [])
        self.assertIsNotNone(self.take(self.make(content={"opt/ros/x/share/x86_64-linux-gnu.md": "\x7f"})))

    def test_versions_do_not_go_back_in_the_repository(self):
        pool = os.path.join(self.places.repository, "apt/pool/main/r/ros-x-a")
        for version, takes in ((self.VERSION, True), ("1.0-0bookworm.20260101.000001", False)):
            self.write(os.path.join(pool, "ros-x-a_%s_all.deb" % version))
            (self.assertIsNotNone if takes else self.assertIsNone)(self.take(last=self.record))

    def test_versions_do_not_go_back(self):
        self.builder._given.give("pkg_a", self.MOMENT)
        other = dataclasses.replace(self.record, artifacts=[dataclasses.replace(self.record.artifacts[0], sha256="other")])
        self.assertIsNone(self.take())
        self.assertIsNone(self.take(last=other))
        # The package was here already.
        self.assertIsNotNone(self.take(last=self.record))
        self.builder._given.give("pkg_a", self.MOMENT + 1)
        self.assertIsNone(self.take(last=self.record))
        self.builder._settings = dataclasses.replace(self.places, build_stamp=False)
        self.assertIsNotNone(self.take())

    def test_a_path_of_another_package_is_a_failure_here_too(self):
        self.builder._owners.check.side_effect = SharedFile("both have it")
        with self.assertRaisesRegex(builder.BuildError, "both have it"):
            self.take()
        self.assertEqual(os.listdir(self.places.finished), [])

    def test_one_of_several_files_that_cannot_be_taken(self):
        other = self.make("ros-x-b")
        both = dataclasses.replace(self.record, artifacts=self.record.artifacts
                                   + [dataclasses.replace(other.artifacts[0], sha256="other")])
        self.assertIsNone(self.take(both, binaries=["ros-x-a", "ros-x-b"]))
        self.assertEqual(os.listdir(self.places.finished), [])


class FullDisk(WithBuilder):
    def test_it_is_the_reason_of_the_failure(self):
        full = OSError(errno.ENOSPC, "No space left on device", "/workspace/output/x")
        prepared = Prepared(method="rules", patches=[])
        for function in ("source_directory.copy_source", "builder.files.make_empty_directory"):
            with self.subTest(function):
                self.assertRegex(self.reason(prepared, "colcon_deb.building." + function, full),
                                 r"\A(not enough|no) space left on the disk of .*: \d+ KiB are free")
        directory = "colcon_deb.workspace.source_copy._Copy.directory"
        self.assertRegex(self.reason(prepared, directory, full), r"\A(not enough|no) space left on the disk of ")
        denied = PermissionError(errno.EACCES, "Permission denied", "/workspace/src/x")
        self.assertRegex(self.reason(prepared, directory, denied), r"\Acopying the source into the container: .*denied")
        self.assertEqual(os.listdir(self.places.build_root), [])

    def reason(self, prepared, function, error):
        with mock.patch(function, side_effect=error), self.assertRaises(builder.BuildError) as caught:
            self.builder.build(make_package("pkg_a"), prepared, {}, mock.Mock(), None)
        return str(caught.exception)


class FormerResults(WithBuilder):
    def test_a_build_begins_without_them(self):
        former = self.write(os.path.join(self.places.output, "test-results/pkg_a/old.xml"))
        other = self.write(os.path.join(self.places.output, "test-results/pkg_b/old.xml"))
        killed = mock.patch("colcon_deb.building.source_directory.copy_source", side_effect=KeyboardInterrupt)
        with killed, self.assertRaises(KeyboardInterrupt):
            self.builder.build(make_package("pkg_a"), Prepared(method="rules", patches=[]), {}, mock.Mock(), None)
        self.assertEqual([os.path.exists(path) for path in (former, other)], [False, True])


if __name__ == "__main__":
    unittest.main()
