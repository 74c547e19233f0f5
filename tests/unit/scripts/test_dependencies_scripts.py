# SPDX-License-Identifier: Apache-2.0
"""dependency-resolver.py and dependency-installer.py: what one package lacks fails that package alone."""
import importlib.util
import os
import unittest

from support import HELPERS, InDirectory, have, make_package

if have("yaml"):
    from colcon_deb.base import files
    from colcon_deb.dependencies import faults
    from colcon_deb.dependencies.apt import AptNeeds, Want
    from colcon_deb.dependencies.needs import Needs, Unresolved
    from colcon_deb.workspace.package import Plan


def load(script):
    spec = importlib.util.spec_from_file_location(script.replace("-", "_"), os.path.join(HELPERS, script + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class FakeEmitter:
    def __init__(self):
        self.errors, self.warnings, self.events, self.logs = [], [], [], []

    def progress(self, type_, **fields):
        self.events.append((type_, fields))

    def log(self, level, message, **_fields):
        self.logs.append((level, message))

    def error(self, message, **_fields):
        self.errors.append(message)

    def warning(self, code, message, name=None):
        self.warnings.append((code, message))


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class Resolver(InDirectory):
    def report(self, *unresolved, offline=None, unreadable=()):
        emitter = FakeEmitter()
        load("dependency-resolver").report_unresolved(emitter, self.settings(), Plan([], [], [], list(unreadable)), unresolved,
                                                      offline)
        return emitter

    def test_a_key_is_explained_once_with_all_who_want_it(self):
        emitter = self.report(Unresolved("a", "key", "src/a/package.xml:7"), Unresolved("b", "key", "src/b/package.xml:9"))
        self.assertEqual(emitter.errors, [
            "Nothing provides the dependency key on debian bookworm; wanted by a (src/a/package.xml:7), b "
            "(src/b/package.xml:9). Add the package to src/, or a rule for it to debian_dirs/rosdep.yaml (key: {debian: "
            "[debian-package]}), or correct the name."])
        self.assertEqual([fields["name"] for _type, fields in emitter.events], ["a", "b"])

    def test_a_rule_that_cannot_be_used_is_explained(self):
        emitter = self.report(Unresolved("a", "key", "src/a/package.xml:7", "the rosdep rule for key stands for '-x'"))
        self.assertEqual(emitter.errors, [
            "On debian bookworm the rosdep rule for key stands for '-x'; wanted by a (src/a/package.xml:7). Correct the rule, "
            "or add one to debian_dirs/rosdep.yaml, which comes first."])

    def test_rules_that_could_not_be_fetched_explain_all_keys_at_once(self):
        keys = [Unresolved("a", "k%02d" % number) for number in range(23)]
        emitter = self.report(*keys, offline="no route")
        self.assertEqual(emitter.errors, [
            "rosdep's rules could not be fetched (no route); 23 keys have no rule without them: %s and 3 more. Check "
            "the network or the proxy, or add rules to debian_dirs/rosdep.yaml." % ", ".join("k%02d" % n for n in range(20))])
        self.assertEqual(emitter.warnings, [])
        self.assertIn("; the key k00 has no rule without them. Check",
                      self.report(keys[0], offline="no route").errors[0])

    def test_without_such_a_key_it_is_a_warning(self):
        for unresolved in ((), (Unresolved("a", "b", "x", "the rule is wrong"),)):
            self.assertEqual(self.report(*unresolved, offline="no route").warnings, [
                ("rosdep_offline", "Fetching rosdep's rules failed (no route): the build goes on without them.")])

    def test_a_manifest_that_cannot_be_read_may_be_the_package(self):
        emitter = self.report(Unresolved("a", "b"), Unresolved("a", "c"), offline="no route", unreadable=["deep/b"])
        self.assertEqual(len(emitter.errors), 2)
        self.assertIn("src/deep/b/package.xml, which cannot be used, may be that package", emitter.errors[0])

    def test_each_package_has_a_short_reason(self):
        needs = Needs(unresolved=[Unresolved("a", "x", "src/a/package.xml:7"), Unresolved("a", "y", "src/a/package.xml:8", "bad rule")],
                      unusable={"b": "debian_dirs/b/override.yaml:1:1: no"})
        self.assertEqual(load("dependency-resolver").faults_of(self.settings(), needs), {
            "a": "nothing provides the dependency x on debian bookworm (src/a/package.xml:7); bad rule (src/a/package.xml:8)",
            "b": "debian_dirs/b/override.yaml:1:1: no"})


@unittest.skipUnless(have("yaml"), "needs python3-yaml")
class Installer(InDirectory):
    # Knows "good" packages only. FAILS is what it says about others; a simulation looks at one relation.
    APT = """#!/bin/sh
for relations; do :; done
echo "$relations" >> {directory}/asked
case "$*" in *" update") {update} ;; esac
words=$(echo "$relations" | tr -d ' ' | tr ',' '\\n')
for word in $words; do
    case $word in bad*) bad=1; echo " satisfy:command-line : Depends: $word but it is not installable" ;; esac
    case $word in vague*) bad=1; echo " satisfy:command-line : Depends: $word but it is not going to be installed" ;; esac
done
if [ "$bad" ]; then
    for word in $words; do
        case $word in good2) echo " satisfy:command-line : Depends: $word but it is not going to be installed" ;; esac
    done
    exit 100
fi
"""

    def install(self, update="exit 0", selected=("a", "b", "c"), **wanted):
        self.write("bin/apt-get", self.APT.replace("{directory}", self.directory).replace("{update}", update), mode=0o755)
        before = os.environ["PATH"]
        os.environ["PATH"] = self.directory + "/bin:" + before
        self.addCleanup(os.environ.__setitem__, "PATH", before)
        settings, self.emitter = self.settings(), FakeEmitter()
        os.makedirs(settings.state, exist_ok=True)
        plan = Plan([make_package(name, selected=name in selected) for name in "abc"], [], [])
        files.write_json(os.path.join(settings.state, "plan.json"), plan.to_json())
        path = self.write("apt.log")
        needs = AptNeeds([name for name in wanted], "?", {relation: [Want(name, "file of " + name) for name in names]
                                                          for relation, names in wanted.items()})
        with open(path, "wb", buffering=0) as log:
            self.installer = load("dependency-installer").Installer(settings, self.emitter, log, path)
            return self.installer.install(needs)

    def asked(self):
        with open(os.path.join(self.directory, "asked"), encoding="utf-8") as stream:
            return stream.read().splitlines()

    def test_only_those_fail_that_want_what_apt_does_not_have(self):
        left = self.install(good1=["a"], bad1=["b"], good2=["a", "b"], good3=["b"])
        self.assertEqual(left.relations, ["good1", "good2"])
        self.assertEqual(self.installer.faults, {"b": "apt cannot install bad1 (file of b): it is not installable"})
        self.assertEqual(self.emitter.errors[0], "Installing dependencies: b (file of b) wants bad1, which apt cannot install: "
                                                 "it is not installable.")
        self.assertIn("apt has installed the rest (logs/stage.dependencies.log)", self.emitter.errors[1])
        self.assertEqual(self.asked()[-1], "good1, good2")

    def test_what_apt_gave_up_is_tried_alone(self):
        left = self.install(good2=["a"], vague=["b"], good1=["c"])
        self.assertEqual((left.relations, list(self.installer.faults)), (["good2", "good1"], ["b"]))

    def test_one_that_is_not_selected_does_not_fail(self):
        left = self.install(selected="a", good1=["a"], bad1=["b"])
        self.assertEqual((left.relations, self.installer.faults, self.emitter.errors), (["good1"], {}, []))
        self.assertIn("b (file of b) wants bad1", self.emitter.logs[0][1])

    def test_what_every_package_wants_fails_the_stage(self):
        self.assertIsNone(self.install(good1=["a"], bad1=[""]))
        self.assertEqual(self.installer.faults, {})
        self.assertIn("every package wants bad1", self.emitter.errors[0])

    def test_a_failure_of_the_network_fails_the_stage(self):
        self.assertIsNone(self.install(update="echo 'E: Failed to fetch http://x/ no route' ; exit 100", good1=["a"], bad1=["b"]))
        self.assertEqual(self.installer.faults, {})
        self.assertIn("Failed to fetch", self.emitter.errors[0])

    def test_the_rounds_are_bounded(self):
        # Each round names another relation, as apt may.
        wanted = {"bad%d" % number: ["p%d" % number] for number in range(99)}
        self.APT = self.APT.replace("not installable\" ;;", "not installable\"; exit 100 ;;")
        self.assertIsNone(self.install(**wanted))
        self.assertLess(len(self.asked()), 3 * load("dependency-installer").ROUNDS + 3)

    def test_faults_are_added_to_those_that_are_known(self):
        settings = self.settings()
        os.makedirs(settings.state)
        faults.write(settings.state, {"a": "before"})
        load("dependency-installer").pass_on(settings, {"a": "now", "b": "now"}, AptNeeds([], ""))
        self.assertEqual(faults.read(settings.state), {"a": "before", "b": "now"})


if __name__ == "__main__":
    unittest.main()
