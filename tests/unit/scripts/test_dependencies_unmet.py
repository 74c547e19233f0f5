# SPDX-License-Identifier: Apache-2.0
import unittest

from support import ScriptCase, have

if have("yaml"):
    from colcon_deb.dependencies import unmet
    from colcon_deb.dependencies.apt import Want
    from colcon_deb.dependencies.unmet import Refused

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
    def test_each_relation_of_the_last_attempt(self):
        self.assertEqual(unmet.unmet(LOG), {"libnope-dev": "it is not installable", "one": "it is not installable",
                                            "libssl-dev (>= 99)": "3.0.11-1 is to be installed"})

    def test_the_relations_that_ask_for_it(self):
        relations = ["libnope-dev [amd64]", "libssl-dev (>= 99)", "libssl-dev", "libother", "one | two"]
        self.assertEqual([(one.what, one.relations) for one in unmet.refused(LOG, relations)], [
            ("libnope-dev", ("libnope-dev [amd64]",)), ("libssl-dev (>= 99)", ("libssl-dev (>= 99)",)),
            ("one", ("one | two",))])
        # What is written in no relation in these words is found by its name.
        self.assertEqual(unmet.refused(LOG, ["libssl-dev (>= 98)"])[0].relations, ("libssl-dev (>= 98)",))

    def test_a_relation_that_apt_cannot_read(self):
        log = ["$ apt-get satisfy", "E: Problem parsing dependency 2"]
        self.assertEqual([one.relations for one in unmet.refused(log, ["good (>= 1)", "b@d"])], [("b@d",)])

    def test_what_apt_gave_up_is_not_certain(self):
        log = ["$ apt-get satisfy a, b", " satisfy:command-line : Depends: a but it is not going to be installed",
               "                        Depends: b but it is not installable"]
        self.assertEqual([one.is_certain for one in unmet.refused(log, ["a", "b"])], [False, True])

    def test_who_wants_it_is_named(self):
        one = Refused("libssl-dev (>= 99)", "3.0.11-1 is to be installed", ("libssl-dev (>= 99)",))
        self.assertEqual(unmet.sentence(one, {"libssl-dev (>= 99)": [Want("a", "x"), Want("b", "y")]}),
                         "a (x) and b (y) want libssl-dev (>= 99), which apt cannot install: 3.0.11-1 is to be installed.")
        one = Refused("one", "it is not installable", ("one | two",))
        self.assertEqual(unmet.sentence(one, {"one | two": [Want("c", "z")]}),
                         "c (z) wants one, which apt cannot install: it is not installable.")

    def test_other_failures_have_no_such_sentence(self):
        self.assertEqual(unmet.refused(["E: Failed to fetch http://x/ 404"], ["a"]), [])


if __name__ == "__main__":
    unittest.main()
