# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory, have

if have("yaml"):
    from colcon_deb.dependencies import rosdep_file
    from colcon_deb.packaging import overrides_check


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class Overrides(InDirectory):
    def problems(self):
        return [text.replace(self.directory + "/", "") for text in overrides_check.problems(self.settings())]

    def test_nothing(self):
        self.assertEqual(self.problems(), [])
        self.write("debian_dirs/README")
        self.write("debian_dirs/a/override.yaml", "depends: [less]\n")
        self.assertEqual(self.problems(), [])

    def test_every_problem_of_every_package(self):
        self.write("debian_dirs/a/override.yaml", "dpends: [x]\nbreaks: x\n7: x\ndepends:\n  - ok\n  - b, c\n")
        self.write("debian_dirs/b/override.yaml", "depends: [x\n")
        self.write("debian_dirs/c/override.yaml", "patches:\n  - one\n  - two\n")
        self.write("debian_dirs/d/debian/control", "Source: d\nno field\n")
        self.write("debian_dirs/d/debian/rules")
        self.write("debian_dirs/e/control", "Source: e\n")
        self.write("debian_dirs/f/debian/control", "no field\n")
        self.write("debian_dirs/f/debian/.colcon-deb-generated", '{"files": {}, "edited": {}}')
        os.makedirs(os.path.join(self.directory, "debian_dirs/g/debian"))
        os.symlink("/etc/passwd", os.path.join(self.directory, "debian_dirs/g/debian/install"))
        os.makedirs(os.path.join(self.directory, "debian_dirs/h"))
        os.symlink("/", os.path.join(self.directory, "debian_dirs/h/x"))
        os.makedirs(os.path.join(self.directory, "debian_dirs/i"))
        os.mkfifo(os.path.join(self.directory, "debian_dirs/i/pipe"))
        found = [text.partition("; use one")[0] for text in self.problems()]
        self.assertEqual(found, [
            "debian_dirs/a/override.yaml:1:1: unknown key 'dpends'",
            "debian_dirs/a/override.yaml:2:1: breaks: a list of strings is needed.",
            "debian_dirs/a/override.yaml:3:1: unknown key 7",
            "debian_dirs/a/override.yaml:6:5: depends: 'b, c' is not a relation such as 'libfoo-dev (>= 1.2)'.",
            "debian_dirs/b/override.yaml:2:1: cannot be read: expected ',' or ']', but got '<stream end>'.",
            "debian_dirs/c/override.yaml:2:5: there is no patch one. Add the file, or correct its name.",
            "debian_dirs/c/override.yaml:3:5: there is no patch two. Add the file, or correct its name.",
            "debian_dirs/d/debian/control: cannot be read: line 2: not a field",
            "debian_dirs/e: has control but no rules. A debian/ directory needs both.",
            "debian_dirs/f/debian/control: cannot be read: line 1: not a field",
            "debian_dirs/g/debian/install is a link to /etc/passwd, which the build cannot see: a link there may only lead into "
            "src/ or debian_dirs/, by a relative path. Copy the file, or correct the link.",
            "debian_dirs/h/x is a link to /, which the build cannot see: a link there may only lead into src/ or debian_dirs/, "
            "by a relative path. Copy the file, or correct the link.",
            "debian_dirs/i/pipe is neither a file nor a directory. Move it away."])


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class RosdepRules(InDirectory):
    def problems(self, text):
        return rosdep_file.problems(self.write("debian_dirs/rosdep.yaml", text), "rosdep.yaml")

    def test_rules_that_rosdep_can_use(self):
        self.assertEqual(rosdep_file.problems(self.directory + "/none", "rosdep.yaml"), [])
        for text in ("", "# none\n", "a: {debian: [x1]}\n", "a: {debian: []}\n", "a: {debian: x1 y1}\n",
                     "a: {debian: {bookworm: [x1], '*': null}, osx: {homebrew: {packages: [X_y]}}}\n",
                     "a: {debian: {pip: {packages: [Some_Thing]}}}\n", "a: {ubuntu: {jammy: {apt: {packages: [x1]}}}}\n",
                     "a: {ubuntu: {'*': {pip: {packages: [Some_Thing]}}}}\n", "a: {fedora: ['@tools']}\n",
                     "a: {debian: 'x1:arm64'}\n", "a:\n  debian: |\n    #!/bin/sh\n    true\n",
                     "a: {gentoo: {source: {uri: 'http://x', md5sum: abc}}}\n", "a: {ubuntu: {apt: {depends: [b], packages: [x1]}}}\n"):
            with self.subTest(text):
                self.assertEqual(self.problems(text), [])

    def test_every_problem(self):
        self.assertEqual(self.problems("a: [debian]\nb:\n  debian: 7\n  ubuntu:\n    jammy: ['-x', good, {}]\n"
                                       "c: {debian: [ok1, Not-OK, '-o=x']}\nd: {debian: {bookworm: 'a b1,'}}\n"
                                       "e: {debian: {apt: {packages: Wrong}}}\n"), [
            "rosdep.yaml:1:1: a: a mapping of operating system to rule is needed.",
            "rosdep.yaml:3:11: b: debian: a list of packages is needed.",
            "rosdep.yaml:5:12: b: ubuntu: jammy: a list of packages is needed.",
            "rosdep.yaml:6:19: c: debian: 'Not-OK' is not a package name.",
            "rosdep.yaml:6:27: c: debian: '-o=x' is not a package name.",
            "rosdep.yaml:7:24: d: debian: bookworm: 'a' is not a package name.",
            "rosdep.yaml:7:24: d: debian: bookworm: 'b1,' is not a package name.",
            "rosdep.yaml:8:30: e: debian: apt: packages: 'Wrong' is not a package name."])

    def test_what_is_no_yaml(self):
        self.assertEqual(self.problems("a: [\n"), ["rosdep.yaml:2:1: cannot be read: expected the node content, but found "
                                                   "'<stream end>'."])
        self.assertEqual(self.problems("- a\n"), ["rosdep.yaml:1:1: a mapping of key to operating systems is needed."])
        self.assertIn("cannot be read", self.problems("a: \x01\n")[0])
        self.assertEqual(self.problems("a: &a {debian: [b]}\nb: {<<: *a}\n"),
                         ["rosdep.yaml:2:5: cannot be read: merge keys (<<) are not supported here."])


if __name__ == "__main__":
    unittest.main()
