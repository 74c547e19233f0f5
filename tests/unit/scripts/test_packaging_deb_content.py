# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import unittest

from support import InDirectory, make_deb

from colcon_deb.packaging import deb_content

CHANGELOG = "usr/share/doc/x/changelog.Debian.gz"


@unittest.skipUnless(shutil.which("dpkg-deb"), "needs dpkg-deb")
class Same(InDirectory):
    def deb(self, version, content=None, fields="", epoch=1, control=None):
        place = os.path.join(self.directory, "%s-%d" % (version, len(os.listdir(self.directory))))
        os.makedirs(place)
        files = {"opt/x": "x", **(content or {}), **{"DEBIAN/" + name: text for name, text in (control or {}).items()}}
        return make_deb(place, "x", version, fields=fields, content=files, epoch=epoch)

    def same(self, one, other):
        return deb_content.same(one, "1.0", other, "2.0", ["x", "x-data"])

    def test_another_version_and_another_time(self):
        one = self.deb("1.0", {CHANGELOG: "x (1.0)"}, "Installed-Size: 1\nDepends: x-data (= 1.0), y (= 5)\n",
                       control={"md5sums": "%s  %s\n%s  opt/x\n" % ("0" * 32, CHANGELOG, "1" * 32)})
        other = self.deb("2.0", {CHANGELOG: "x (2.0)"}, "Installed-Size: 2\nDepends: x-data (= 2.0), y (= 5)\n", epoch=9,
                         control={"md5sums": "%s  %s\n%s  opt/x\n" % ("2" * 32, CHANGELOG, "1" * 32)})
        self.assertTrue(self.same(one, other))

    def test_another_file_name_mode_or_link(self):
        one = self.deb("1.0")
        for content in ({"opt/x": "y"}, {"opt/y": ""}, {"opt/d/.e": ""}):
            self.assertFalse(self.same(one, self.deb("2.0", content)), content)

    def test_another_package_that_has_the_same_version(self):
        self.assertFalse(self.same(self.deb("1.0", fields="Depends: ax (= 1.0)\n"),
                                   self.deb("2.0", fields="Depends: ax (= 2.0)\n")))

    def test_another_field_or_script(self):
        one = self.deb("1.0")
        self.assertFalse(self.same(one, self.deb("2.0", fields="Depends: y (= 3)\n")))
        self.assertFalse(self.same(one, self.deb("2.0", control={"conffiles": "/opt/x\n"})))

    def test_another_epoch(self):
        with self.assertRaises(deb_content.ContentError):
            deb_content.same(self.deb("1.0"), "1.0", self.deb("2.0"), "1:2.0", [])

    def test_a_file_that_is_no_package(self):
        one, broken = self.deb("1.0"), self.write("broken.deb", "!<arch>\n")
        with self.assertRaises(deb_content.ContentError):
            self.same(one, broken)
        with open(one, "rb") as stream:
            data = stream.read()
        with open(broken, "wb") as stream:
            stream.write(data[:-100])
        with self.assertRaises(deb_content.ContentError):
            self.same(broken, one)

    def test_a_file_whose_compressed_data_has_a_damaged_end(self):
        # The tar archive ends in the first 32 KiB that dpkg-deb writes, and its padding behind them.
        content = {"opt/x": "x" * 29696}
        one, other = self.deb("1.0", content), self.deb("2.0", content)
        self.assertTrue(self.same(one, other))
        with open(other, "r+b") as stream:
            # The footer of xz.
            stream.seek(stream.read().rindex(b"YZ"))
            stream.write(b"##")
        with self.assertRaises(deb_content.ContentError):
            self.same(one, other)


if __name__ == "__main__":
    unittest.main()
