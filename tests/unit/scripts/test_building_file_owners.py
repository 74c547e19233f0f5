# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import unittest
from unittest import mock

from support import InDirectory, make_deb

from colcon_deb.building import file_owners, kept_paths
from colcon_deb.building.builder import _artifact
from colcon_deb.building.file_owners import FileOwners, SharedFile

SHARED = "opt/x/include/utils.hpp"


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Owners(InDirectory):
    def setUp(self):
        super().setUp()
        self.debs = os.path.join(self.directory, "output", "debs")
        os.makedirs(self.debs)
        self.owners = self.new_run()

    def new_run(self):
        return FileOwners(os.path.join(self.directory, "output"), "suite-z80")

    def deb(self, name, *paths, fields="", debug=False, version="1.0"):
        return make_deb(self.debs, "ros-x-%s%s" % (name, "-dbgsym" if debug else ""), version, fields,
                        dict.fromkeys(paths, name))

    def build(self, name, *paths, owners=None, **more):
        """Build a package, and keep it."""
        deb = self.deb(name, *paths, **more)
        (owners or self.owners).check(name, [deb])
        (owners or self.owners).keep(name, [_artifact(deb)])
        return deb

    def refused(self, name, *paths, **more):
        with self.assertRaises(SharedFile) as caught:
            self.build(name, *paths, **more)
        return str(caught.exception)

    def test_the_second_is_refused(self):
        self.build("near", SHARED, "opt/x/near")
        text = self.refused("far", SHARED)
        for part in ("/" + SHARED, "ros-x-far", "ros-x-near", "package near", "debian_dirs/far/override.yaml"):
            self.assertIn(part, text)
        # What was refused has nothing.
        self.build("third", "opt/x/far")

    def test_again_and_after_a_failure(self):
        self.build("near", SHARED)
        self.build("near", SHARED)
        self.owners.release("near")
        self.build("far", SHARED)

    def test_directories_are_shared(self):
        self.build("near", "opt/x/include/near.hpp")
        self.build("far", "opt/x/include/far.hpp")

    def test_one_of_an_earlier_run(self):
        deb = self.build("near", SHARED)
        later = self.new_run()
        self.assertTrue(later.settle("near", [_artifact(deb)]))
        self.assertIn("near", self.refused("far", SHARED, owners=later))

    def test_the_kept_paths_are_used_only_for_the_same_file(self):
        deb = self.build("near", "opt/x/before")
        kept = os.path.join(self.directory, "output", ".colcon-deb", "paths", "suite-z80", "ros-x-near")
        with open(kept, "a", encoding="utf-8") as stream:
            stream.write("\n/" + SHARED)
        later = self.new_run()
        later.settle("near", [_artifact(deb)])
        self.refused("far", SHARED, owners=later)
        os.unlink(deb)
        later = self.new_run()
        later.settle("near", [_artifact(self.deb("near", "opt/x/after"))])
        self.build("far", SHARED, owners=later)
        self.refused("third", "opt/x/after", owners=later)

    def test_an_unchanged_package_whose_path_another_has_now(self):
        deb = self.deb("near", SHARED)
        self.build("far", SHARED)
        self.assertFalse(self.owners.settle("near", [_artifact(deb)]))

    def test_alternatives(self):
        self.build("near", SHARED)
        self.build("far", SHARED, fields="Conflicts: ros-x-near (<< 9)\n")
        self.build("third", SHARED, fields="Replaces: ros-x-near, ros-x-far\n")
        self.refused("fourth", SHARED, fields="Breaks: ros-x-near\n")
        # Each of them has the file, also for later runs.
        self.assertIn("ros-x-far", self.refused("fifth", SHARED, fields="Conflicts: ros-x-near, ros-x-third\n"))
        kept = os.path.join(self.directory, "output", ".colcon-deb", "paths", "suite-z80", "ros-x-third")
        with open(kept, encoding="utf-8") as stream:
            self.assertIn("/" + SHARED, stream.read().split("\n"))

    def test_alternatives_of_an_earlier_run(self):
        deb = self.deb("near", SHARED, fields="Conflicts: ros-x-far\n")
        self.owners.settle("near", [_artifact(deb)])
        self.build("far", SHARED)

    def test_alternatives_of_some_versions(self):
        self.build("near", SHARED, version="1:3.0")
        self.refused("far", SHARED, fields="Replaces: ros-x-near (<= 1:2.9)\n")
        self.build("far", SHARED, fields="Replaces: ros-x-near (<= 1:3.0)\n")

    def test_a_path_of_a_former_version(self):
        self.build("near", SHARED, "opt/x/near", version="1:2.0-0bookworm.20260101.000000")
        # Whether the former owner is built before, later, or not at all.
        for versions in ((), ("1:3.0",), ("1:4.0", "1:5.0")):
            for version in versions:
                self.build("near", "opt/x/near", owners=self.new_run(), version=version)
            text = self.refused("far", SHARED, owners=self.new_run())
            relation = '["ros-x-near (<= 1:2.0-0bookworm.20260101.000000)"]'
            for part in ("ros-x-far installs /" + SHARED, "ros-x-near had until version 1:2.0-0bookworm.20260101.000000",
                         "debian_dirs/far/override.yaml: replaces: %s and breaks: %s" % (relation, relation)):
                self.assertIn(part, text)
            self.refused("far", SHARED, owners=self.new_run(), fields="Replaces: ros-x-near (<< 1:2.0)\n")
        self.build("near", SHARED, owners=self.new_run(), version="1:6.0")
        self.assertIn("until version 1:6.0", self.refused("far", SHARED, owners=self.new_run()))
        self.build("far", SHARED, owners=self.new_run(), fields="Replaces: ros-x-near (<= 1:6.0)\n")
        # It has the path already, and robots have that version.
        self.build("far", SHARED, owners=self.new_run(), version="2.0")

    def test_a_path_moves_and_returns(self):
        self.build("near", SHARED, version="1")
        self.build("far", SHARED, owners=self.new_run(), version="1", fields="Replaces: ros-x-near (<= 1)\n")
        self.build("near", "opt/x/near", owners=self.new_run(), version="2")
        self.build("far", "opt/x/far", owners=self.new_run(), version="2")
        self.assertIn('["ros-x-far (<= 1)"]', self.refused("near", SHARED, owners=self.new_run(), version="3"))

    def test_a_former_owner_in_the_same_run(self):
        self.build("near", SHARED, version="1")
        later = self.new_run()
        self.build("near", SHARED, owners=later, version="2")
        self.assertIn("so does ros-x-near", self.refused("far", SHARED, owners=later))
        later = self.new_run()
        later.check("near", [self.deb("near", "opt/x/near", version="3")])
        self.assertIn("until version 2", self.refused("far", SHARED, owners=later))

    def test_several_former_versions(self):
        self.build("near", "opt/x/1", "opt/x/2", "opt/x/3", version="9")
        self.build("near", "opt/x/2", "opt/x/3", owners=self.new_run(), version="10")
        self.build("near", "opt/x/3", owners=self.new_run(), version="11")
        self.build("third", "opt/x/4", owners=self.new_run())
        text = self.refused("far", "opt/x/1", "opt/x/2", "opt/x/4", owners=self.new_run())
        for part in ("/opt/x/1 (and 2 more", "ros-x-near had until version 9:",
                     'replaces: ["ros-x-near (<= 10)", "ros-x-third (<= 1.0)"]'):
            self.assertIn(part, text)

    def test_the_same_version_without_the_path(self):
        """A relation would hit the present package too."""
        self.build("near", SHARED)
        later = self.new_run()
        self.build("near", "opt/x/near", owners=later)
        self.build("far", SHARED, owners=later)
        self.build("third", SHARED, owners=self.new_run(), fields="Replaces: ros-x-far\n")

    def test_former_paths_of_debug_symbols(self):
        path = "usr/lib/debug/.build-id/12/34.debug"
        self.build("near", path, debug=True)
        text = self.refused("far", path, owners=self.new_run(), debug=True)
        self.assertIn('ros-x-near-dbgsym had until version 1.0', text)
        self.assertIn('replaces: ["ros-x-near (<= 1.0)"]', text)
        self.new_run().check("far", [self.deb("far", fields="Replaces: ros-x-near (<= 1.0)\n"),
                                     self.deb("far", path, debug=True)])

    def test_kept_files_that_cannot_be_used(self):
        kept = "output/.colcon-deb/paths/suite-z80/"
        self.write(kept + "ros-x-near_former", "\n1.0\n1.0 relative\n\x00 /%s\n2;0 /%s\n1.0 /opt/x/was" % (SHARED, SHARED))
        self.write(kept + "ros-x-third", "digest\n/" + SHARED)
        self.write(kept + "ros-x-third~", "digest 1.0\n/" + SHARED)
        os.mkdir(os.path.join(self.directory, kept, "ros-x-fourth"))
        os.symlink("ros-x-near_former", os.path.join(self.directory, kept, "ros-x-fifth_former"))
        self.build("far", SHARED, owners=self.new_run())
        self.assertIn("until version 1.0", self.refused("far", "opt/x/was", owners=self.new_run()))

    def test_the_newest_former_paths_stay(self):
        kept = kept_paths.KeptPaths(self.directory, "kept")
        for version, path in (("1", "/first"), ("2", "/second"), ("3", "/third"), ("4", "/first"), ("5", "/fourth")):
            with mock.patch.object(kept_paths, "MOST_FORMER", 2):
                kept.write("ros-x-near", "digest", kept_paths.Listed(version, [path]))
        self.assertEqual({path: had[0].version for path, had in kept.had().items()},
                         {"/third": "3", "/first": "4", "/fourth": "5"})

    def test_debug_symbols(self):
        path = "usr/lib/debug/.build-id/12/34.debug"
        self.build("near", path, debug=True)
        self.assertIn("conflicts: [ros-x-near]", self.refused("far", path, debug=True))
        self.owners.check("fifth", [self.deb("fifth", fields="Conflicts: ros-x-near\n"), self.deb("fifth", path, debug=True)])

    def test_installed_in_the_image(self):
        path = "/usr/bin/dpkg"
        claims = {path: file_owners._Claim("near", "ros-x-near"), "/no/where": file_owners._Claim("near", "ros-x-near")}
        [shared] = file_owners._shared_with_installed(claims)
        self.assertEqual((shared.path, shared.other.binary), (path, "dpkg"))
        self.assertIn("dpkg, which is installed", file_owners._described([shared]))
        self.assertEqual(file_owners._shared_with_installed({path: file_owners._Claim("dpkg", "dpkg")}), [])


if __name__ == "__main__":
    unittest.main()
