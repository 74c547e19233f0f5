# SPDX-License-Identifier: Apache-2.0
import unittest

from support import InDirectory, have, make_package

if have("yaml"):
    from colcon_deb.dependencies import needs, rosdep
    from colcon_deb.dependencies.apt import AptNeeds, Want
    from colcon_deb.dependencies.needs import NotFromApt, Unresolved
    from colcon_deb.workspace.package import Plan


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class Collect(InDirectory):
    RULES = {"foo": (["libfoo-dev"], None), "bar": (["libbar1", "libbar-dev"], None), "nothing": ([], None),
             "pipped": ([], "pip"), "pytest": (["python3-pytest"], None)}

    def collect(self, *packages, **environ):
        def resolver(keys):
            rules = {**self.RULES, "broken": ([], None, "the rosdep rule for broken is wrong")}
            return {key: rosdep.Resolution(*rules[key]) for key in keys if key in rules}
        return needs.collect(self.settings(**environ), Plan(list(packages), [], []), resolver, self.underlay)

    @staticmethod
    def underlay(_names, _required):
        return set()

    def test_one_list_for_all(self):
        needs = self.collect(make_package("a", ["foo"]), make_package("b", ["foo", "nothing"], ["bar"]))
        self.assertEqual(needs.relations, ["debhelper (>= 13~)", "libbar-dev", "libbar1", "libfoo-dev"])
        self.assertEqual((needs.unresolved, needs.other), ([], []))

    def test_an_ignored_package_wants_nothing_and_is_wanted(self):
        ignored = make_package("foolib", ["bar"], ignored=True, selected=False)
        self.RULES = {**self.RULES, "foolib": ([ignored.deb], None)}
        needs = self.collect(ignored, make_package("a", ["foolib"]))
        self.assertEqual(needs.relations, ["debhelper (>= 13~)", ignored.deb])

    def test_what_an_ignored_package_would_make_is_wanted(self):
        self.write("debian_dirs/foolib/debian/control", "Source: foolib\n\nPackage: libfoo-dev\nArchitecture: any\n")
        self.write("debian_dirs/foolib/debian/rules")
        for ignored, relations in ((False, ["debhelper (>= 13~)"]), (True, ["debhelper (>= 13~)", "libfoo-dev"])):
            needs = self.collect(make_package("foolib", ignored=ignored, selected=False), make_package("a", ["foo"]))
            self.assertEqual(relations, needs.relations)

    def test_who_wants_what(self):
        self.write("debian_dirs/b/override.yaml", "build_depends:\n  - libfoo-dev\n  - libx (>= 2)\n")
        needs = self.collect(make_package("a", ["foo"]), make_package("b"))
        self.assertEqual({relation: list(map(str, wants)) for relation, wants in needs.wanted.items()}, {
            "debhelper (>= 13~)": ["every package"], "libx (>= 2)": ["b (debian_dirs/b/override.yaml:3:5)"],
            "libfoo-dev": ["a (src/a/package.xml)", "b (debian_dirs/b/override.yaml:2:5)"]})
        self.assertEqual(AptNeeds.from_json(AptNeeds([], "", needs.wanted).to_json()).wanted, needs.wanted)

    def test_the_line_of_the_manifest(self):
        self.package("a", body="<depend>foobar</depend>\n\n<depend>\nfoo </depend><depend>nope</depend>")
        needs = self.collect(make_package("a", ["foo"]))
        self.assertEqual(needs.wanted["libfoo-dev"], [Want("a", "src/a/package.xml:10")])
        needs = self.collect(make_package("a", ["foo", "nope"]))
        self.assertEqual([one.place for one in needs.unresolved], ["src/a/package.xml:11"])

    def test_one_that_cannot_be_built_wants_nothing(self):
        self.write("debian_dirs/b/override.yaml", "dpends: [x]\n")
        self.write("debian_dirs/c/debian/control", "no field\n")
        self.write("debian_dirs/c/debian/rules")
        self.write("debian_dirs/e/override.yaml", "build_depends: [libe-dev]\n")
        needs = self.collect(make_package("a", ["foo"]), make_package("b", ["bar"]), make_package("c", ["bar"]),
                             make_package("d", ["bar", "broken"]), make_package("e", ["bar", "nope"]))
        self.assertEqual(needs.relations, ["debhelper (>= 13~)", "libfoo-dev"])
        self.assertEqual(needs.unresolved, [Unresolved("d", "broken"), Unresolved("e", "nope")])
        self.assertEqual([one.fault for one in needs.unresolved], ["the rosdep rule for broken is wrong", None])
        self.assertNotIn("broken", needs.resolved)
        self.assertEqual(sorted(needs.unusable), ["b", "c"])
        self.assertIn("debian_dirs/b/override.yaml:1:1: unknown key", needs.unusable["b"])
        self.assertIn("debian_dirs/c/debian/control: cannot be read: line 1", needs.unusable["c"])

    def test_one_that_is_not_selected_cannot_fail(self):
        self.write("debian_dirs/c/override.yaml", "- wrong\n")
        needs = self.collect(make_package("a", ["foo"], deps=["b", "c"]), make_package("b", ["bar", "nope"], selected=False),
                             make_package("c", selected=False))
        self.assertEqual((needs.unresolved, needs.unusable), ([], {}))
        self.assertIn("libbar-dev", needs.relations)

    def test_a_package_of_an_underlay_needs_no_rule(self):
        asked = []

        def underlay(names, required):
            asked.append((sorted(names), sorted(required)))
            return {"ros-rolling-beacon-core", "ros-rolling-foo"}
        self.underlay = underlay
        needs = self.collect(make_package("a", ["beacon_core", "foo"], test=["t"]))
        self.assertEqual((needs.unresolved, needs.by_name), ([], ["ros-rolling-beacon-core"]))
        self.assertEqual((needs.resolved["beacon_core"], needs.resolved["foo"]), (["ros-rolling-beacon-core"], ["libfoo-dev"]))
        self.assertIn("ros-rolling-beacon-core", needs.relations)
        self.assertEqual(asked[0][1], ["ros-rolling-beacon-core"])
        self.assertIn("ros-rolling-t", asked[0][0])
        # Without a prefix a package of Debian could have the name by chance.
        self.assertEqual(self.collect(make_package("a", ["beacon_core"]), PACKAGE_PREFIX="").unresolved,
                         [Unresolved("a", "beacon_core")])

    def test_the_set_up_package_is_ours(self):
        self.write("debian_dirs/a/debian/control",
                   "Source: a\nBuild-Depends: ros-rolling-colcon-deb-setup, libfoo-dev\n\nPackage: a\n")
        self.write("debian_dirs/a/debian/rules")
        self.assertEqual(self.collect(make_package("a")).relations, ["debhelper (>= 13~)", "libfoo-dev"])

    def test_unresolved_all_at_once(self):
        needs = self.collect(make_package("a", ["nope"], ["nope", "foo"]), make_package("b", [], ["gone"]))
        self.assertEqual(needs.unresolved, [Unresolved("a", "nope"), Unresolved("b", "gone")])

    def test_tests_count_only_when_run(self):
        self.assertEqual(self.collect(make_package("a", test=["nope"])).unresolved, [])
        self.assertEqual(self.collect(make_package("a", test=["nope"]), RUN_TESTS="1").unresolved, [Unresolved("a", "nope")])
        self.assertNotIn("python3-pytest", self.collect(make_package("a", test=["pytest"])).relations)
        self.assertIn("python3-pytest", self.collect(make_package("a", test=["pytest"]), RUN_TESTS="1").relations)

    def test_pip_is_reported(self):
        self.assertEqual(self.collect(make_package("a", ["pipped"], ["pipped"])).other, [NotFromApt("a", "pipped", "pip", True)])
        self.assertEqual(self.collect(make_package("a", [], ["pipped"])).other, [NotFromApt("a", "pipped", "pip", False)])

    def test_build_dependencies_of_overrides(self):
        self.write("debian_dirs/a/debian/control", "Source: x\nBuild-Depends: libown-dev (>= 1), t <!nocheck>,\n"
                                                   " ros-rolling-b, extra-bin\n\nPackage: extra-bin\n")
        self.write("debian_dirs/a/debian/rules")
        self.write("debian_dirs/b/override.yaml", "build_depends: [more-dev]\ndepends: [more]\n")
        needs = self.collect(make_package("a", ["nope"]), make_package("b"))
        self.assertEqual(needs.relations, ["debhelper (>= 13~)", "libown-dev (>= 1)", "more", "more-dev"])
        self.assertEqual(needs.unresolved, [])

    def test_python_templates(self):
        self.assertIn("python3-setuptools", self.collect(make_package("a", build_type="ament_python")).relations)

    def test_a_pyproject_alone_needs_the_plugin_and_its_backend(self):
        self.write("src/a/pyproject.toml", "[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n")
        found = self.collect(make_package("a", build_type="ament_python")).relations
        self.assertLess({"pybuild-plugin-pyproject", "python3-poetry-core", "python3-setuptools"}, set(found))
        self.write("src/a/setup.py")
        self.assertNotIn("pybuild-plugin-pyproject", self.collect(make_package("a", build_type="ament_python")).relations)


class Without(InDirectory):
    def test_what_others_want_stays(self):
        a, b, everyone = Want("a", "x"), Want("b", "y"), Want("", "")
        needs = AptNeeds(["one", "two", "all"], "?", {"one": [a], "two": [a, b], "all": [everyone]})
        self.assertEqual(needs.without(["a"]), AptNeeds(["two", "all"], "?", {"two": [b], "all": [everyone]}))


if __name__ == "__main__":
    unittest.main()
