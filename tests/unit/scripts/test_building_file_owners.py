# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import unittest

from support import InDirectory, make_deb

from colcon_deb.building import file_owners
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

    def deb(self, name, *paths, fields="", debug=False):
        return make_deb(self.debs, "ros-x-%s%s" % (name, "-dbgsym" if debug else ""), fields=fields,
                        content=dict.fromkeys(paths, name))

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
