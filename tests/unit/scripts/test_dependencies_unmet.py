# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase, have

if have("yaml"):
    from colcon_deb.dependencies import unmet

LOG = """\
$ apt-get satisfy --yes libold-dev
The following packages have unmet dependencies:
 satisfy:command-line : Depends: libold-dev but it is not installable
$ apt-get update
$ apt-get satisfy --yes libnope-dev, libssl-dev (>= 99)
The following packages have unmet dependencies:
 libother : Depends: liblost but it is not going to be installed
 satisfy:command-line : Depends: libnope-dev but it is not installable
                        Depends: libssl-dev (>= 99) but 3.0.11-1 is to be installed
                        Depends: one but it is not installable or
                                 two but it is not installable
E: Unable to correct problems, you have held broken packages.
""".splitlines()


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class Unmet(ScriptCase):
    def test_each_package_of_the_last_attempt(self):
        self.assertEqual(unmet.unmet(LOG), {"libnope-dev": "it is not installable", "one": "it is not installable",
                                            "libssl-dev": "3.0.11-1 is to be installed"})

    def test_who_wants_it_is_named(self):
        wanted = {"libnope-dev": ["a (src/a/package.xml)"], "libssl-dev (>= 99)": ["a (x)", "b (y)"], "one | two": ["c (z)"]}
        self.assertEqual(unmet.explain(LOG, wanted), [
            "a (src/a/package.xml) wants libnope-dev, which apt cannot install: it is not installable.",
            "a (x) and b (y) want libssl-dev, which apt cannot install: 3.0.11-1 is to be installed.",
            "c (z) wants one, which apt cannot install: it is not installable."])

    def test_other_failures_have_no_such_sentence(self):
        self.assertEqual(unmet.explain(["E: Failed to fetch http://x/ 404"], {}), [])


if __name__ == "__main__":
    unittest.main()
