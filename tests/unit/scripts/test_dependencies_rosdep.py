# SPDX-License-Identifier: Apache-2.0
import os
import unittest

from support import InDirectory, have

if have("yaml"):
    from colcon_deb.dependencies import rosdep, rosdep_file


@unittest.skipUnless(have("yaml") and have("rosdep2"), "needs python3-rosdep2")
class Rosdep(InDirectory):
    def open(self, lists="", rules=None):
        self.write("rules.yaml", rules or "foo: {debian: [libfoo-dev]}\nempty: {debian: []}\n"
                   "ver: {debian: {bookworm: [new], buster: [old]}}\ngone: {debian: {buster: [old]}}\n"
                   "pipped: {debian: {pip: {packages: [x]}}}\nother: {fedora: [x]}\nwhere: {'*': {pip: {packages: [y]}}}\n")
        self.write("lists/10.list", lists or "yaml file://%s/rules.yaml\n" % self.directory)
        for name, value in (("ROSDEP_SOURCE_PATH", self.directory + "/lists"), ("ROS_HOME", self.directory + "/home")):
            before = os.environ.get(name)
            os.environ[name] = value
            self.addCleanup(lambda n=name, b=before: os.environ.update({n: b}) if b else os.environ.pop(n, None))
        self.updates = []
        return rosdep.open_resolver(self.settings(), lambda: self.updates.append(1))

    def test_local_lists_need_no_network(self):
        resolver = self.open()
        answers = resolver(["foo", "empty", "ver", "gone", "pipped", "other", "absent"])
        self.assertEqual({key: (a.packages, a.other) for key, a in answers.items()},
                         {"foo": (["libfoo-dev"], None), "empty": ([], None), "ver": (["new"], None), "pipped": ([], "pip")})
        self.assertIsNone(resolver.offline)
        self.assertEqual(self.updates, [])

    def test_debian_rules_are_there(self):
        self.assertEqual(self.open()(["ament_cmake"])["ament_cmake"].packages, ["ament-cmake"])

    def test_workspace_rules_come_first(self):
        self.write("debian_dirs/rosdep.yaml", "foo: {debian: [mine]}\nnew_key: {debian: [thing]}\n")
        answers = self.open()(["foo", "new_key"])
        self.assertEqual([answers["foo"].packages, answers["new_key"].packages], [["mine"], ["thing"]])

    def test_what_failed_at_an_unreachable_remote_is_known(self):
        resolver = self.open("yaml http://127.0.0.1:1/x.yaml\nyaml file://%s/rules.yaml\n" % self.directory)
        self.assertEqual(self.updates, [1])
        self.assertRegex(resolver.offline, r"\A[^\n\x1b]{3,201}\Z")
        self.assertEqual(resolver(["foo"])["foo"].packages, ["libfoo-dev"])
        # What was fetched must not be found by the builds that start from an image of this container.
        self.assertFalse(os.path.exists(self.directory + "/home"))

    def test_broken_workspace_rules(self):
        for text in ("a: [", "- a", "a: b"):
            self.write("debian_dirs/rosdep.yaml", text)
            with self.assertRaises(rosdep_file.RulesError):
                self.open()

    def test_the_last_line_of_what_failed_is_shown_bounded(self):
        self.write("bin/rosdep", "#!/bin/sh\nprintf 'first\\n\\033[31m%0999d\\n\\n' 7 >&2\nexit 1\n", mode=0o755)
        before = os.environ["PATH"]
        os.environ["PATH"] = self.directory + "/bin:" + before
        self.addCleanup(os.environ.__setitem__, "PATH", before)
        resolver = self.open("yaml http://127.0.0.1:1/x.yaml\n")
        self.assertEqual(resolver.offline, "0" * rosdep.MAX_REASON + "…")
        self.write("bin/rosdep", "#!/bin/sh\nexit 3\n")
        self.assertEqual(self.open("yaml http://127.0.0.1:1/x.yaml\n").offline, "rosdep update ended with exit code 3")

    def test_a_rule_that_cannot_be_used_is_a_fault_of_its_key(self):
        answers = self.open(rules="foo: {debian: ['-o=Dpkg::Pre-Invoke::=x']}\nbad: {debian: 7}\ngood: {debian: [libgood]}\n")(
            ["foo", "bad", "good"])
        self.assertEqual(answers["foo"].fault, "the rosdep rule for foo stands for '-o=Dpkg::Pre-Invoke::=x', which is not a "
                                               "package name")
        self.assertIn("the rosdep rule for bad cannot be used", answers["bad"].fault)
        self.assertEqual((answers["good"].packages, answers["good"].fault), (["libgood"], None))

    def test_workspace_rules_that_are_no_text(self):
        path = self.write("debian_dirs/rosdep.yaml", "[" * 100000)
        with self.assertRaisesRegex(rosdep_file.RulesError, "debian_dirs/rosdep.yaml:1:33: cannot be read: it is nested too deeply.$"):
            self.open()
        os.unlink(path)
        os.mkfifo(path)
        with self.assertRaisesRegex(rosdep_file.RulesError, "debian_dirs/rosdep.yaml: cannot be read: not a regular file.$"):
            self.open()

    def test_a_build_and_a_check_say_the_same_of_a_link_that_leads_nowhere(self):
        path = os.path.join(self.directory, "debian_dirs/rosdep.yaml")
        os.makedirs(os.path.dirname(path))
        os.symlink("nowhere", path)
        with self.assertRaises(rosdep_file.RulesError) as caught:
            self.open()
        self.assertEqual(str(caught.exception), "debian_dirs/rosdep.yaml: cannot be read: No such file or directory.")
        self.assertEqual(rosdep_file.problems(path, "debian_dirs/rosdep.yaml"), [str(caught.exception)])

    def test_rules_of_the_image_may_be_large_and_have_merge_keys(self):
        rules = "a: &a {debian: [liba]}\nb: {<<: *a}\n" + "# long\n" * 100000
        self.assertEqual(self.open(rules=rules)(["b"])["b"].packages, ["liba"])
        self.write("rules.yaml", "[" * 100000)
        with self.assertRaisesRegex(rosdep_file.RulesError, "rules.yaml: cannot be read"):
            rosdep_file.read_of_image(self.directory + "/rules.yaml")


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class CommandLine(InDirectory):
    """agirosdep, or whatever speaks like it."""

    FAKE = """#!/bin/sh
shift
case $1 in --os=debian:bookworm) shift ;; *) exit 9 ;; esac
for key; do
    [ $# -eq 1 ] || echo "#ROSDEP[$key]"
    case $key in
    foo) echo "#apt"; echo "libfoo-dev libfoo1" ;;
    empty) echo "#apt"; echo "" ;;
    pipped) echo "#pip"; echo "x" ;;
    breaks) echo "no rule for this system" >&2; exit 1 ;;
    *) echo "ERROR: no rosdep rule for $key" >&2 ;;
    esac
done
"""

    def test_answers(self):
        command = self.write("agirosdep", self.FAKE, mode=0o755)
        resolver = rosdep._CommandResolver(command, self.settings(), {"own": {"debian": {"bookworm": ["mine"]}}})
        answers = resolver(["absent", "breaks", "empty", "foo", "own", "pipped"])
        self.assertEqual({key: (a.packages, a.other) for key, a in answers.items()},
                         {"foo": (["libfoo-dev", "libfoo1"], None), "empty": ([], None), "pipped": ([], "pip"),
                          "own": (["mine"], None)})

    def test_agiros_prefix_prefers_it(self):
        self.write("bin/agirosdep", self.FAKE, mode=0o755)
        before = os.environ["PATH"]
        os.environ["PATH"] = self.directory + "/bin:" + before
        self.addCleanup(os.environ.__setitem__, "PATH", before)
        settings = self.settings(ROS_DISTRO="loong", INSTALL_PREFIX="/opt/agiros/loong")
        resolver = rosdep.open_resolver(settings, self.fail)
        self.assertEqual(resolver(["foo"])["foo"].packages, ["libfoo-dev", "libfoo1"])


if __name__ == "__main__":
    unittest.main()
