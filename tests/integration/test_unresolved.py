# SPDX-License-Identifier: Apache-2.0
"""What one package lacks fails that package alone: the others are built and published."""
import re
import shutil
import unittest

from support import IMAGE, ProgramCase, add_package, events_of, read_events, workspace_debs, write


class Unresolved(ProgramCase):
    def build(self, code, *options):
        outcome = self.run_program("build", self.workspace, "--image", IMAGE, "--ros-distro", "rolling", *options)
        self.assert_ended(outcome, code)
        return outcome

    def completed(self):
        """Package -> None, or why it failed."""
        return {event["name"]: event.get("error") for event in events_of(self.output, "package_complete")}

    def skipped(self):
        return {event["name"]: (event["reason"], event.get("cause")) for event in events_of(self.output, "package_skip")}

    def errors(self):
        return [event["msg"] for event in read_events(self.output) if event.get("level") == "error"]

    def published(self):
        """The packages of the repository, without the one with the set-up files."""
        text = next(self.output.glob("apt/dists/*/main/binary-*/Packages")).read_text()
        return {line.split("ros-rolling-")[1] for line in text.splitlines()
                if line.startswith("Package: ") and "colcon-deb-setup" not in line}

    def test_only_what_wants_it_fails(self):
        add_package(self.workspace, "lamp", depends=["no_such_key"])
        add_package(self.workspace, "lamp_user", depends=["lamp"])
        add_package(self.workspace, "door", depends=["no_such_key", "nor_this"])
        add_package(self.workspace, "base")
        add_package(self.workspace, "top", depends=["base"])
        write(self.workspace / "debian_dirs/odd/override.yaml", "dpends: [x]\n")
        add_package(self.workspace, "odd")

        outcome = self.build(1)
        self.assertEqual(self.completed(), {
            "base": None, "top": None,
            "lamp": "nothing provides the dependency no_such_key on debian bookworm (src/lamp/package.xml:9)",
            "door": "nothing provides the dependency no_such_key on debian bookworm (src/door/package.xml:9); "
                    "nothing provides the dependency nor_this on debian bookworm (src/door/package.xml:10)",
            "odd": next(error for error in self.completed().values() if error and "dpends" in error)})
        self.assertIn("debian_dirs/odd/override.yaml:1:1: unknown key 'dpends'", self.completed()["odd"])
        self.assertEqual(self.skipped(), {"lamp_user": ("dep_failed", "lamp")})
        self.assertEqual([error.split(". ")[0] for error in self.errors()], [
            "Nothing provides the dependency no_such_key on debian bookworm; wanted by door (src/door/package.xml:9), lamp "
            "(src/lamp/package.xml:9)",
            "Nothing provides the dependency nor_this on debian bookworm; wanted by door (src/door/package.xml:10)"])
        self.assert_says(outcome, r"rosdep\.yaml \(no_such_key: \{debian: \[debian-package\]\}\)", "2 built, 3 failed, 1 skipped")
        self.assertEqual(self.published(), {"base", "top"})

        # Now apt does not have what the key stands for, and one relation of an override is of a version that it lacks.
        write(self.workspace / "debian_dirs/rosdep.yaml",
              "no_such_key: {debian: [libnosuchfilament-dev]}\nnor_this: {debian: []}\nbad: {debian: ['-o=x']}\n")
        write(self.workspace / "debian_dirs/odd/override.yaml", "build_depends:\n  - less (>= 9999)\n")
        add_package(self.workspace, "bent", depends=["bad"])
        add_package(self.workspace, "tool", cmake="find_program(BC bc REQUIRED)")
        write(self.workspace / "debian_dirs/tool/override.yaml", "build_depends: [bc]\n")
        outcome = self.build(1)
        wanting = "apt cannot install libnosuchfilament-dev (src/%s/package.xml:9): it is not installable"
        errors = self.completed()
        self.assertEqual({"lamp": wanting % "lamp", "door": wanting % "door"}, {name: errors[name] for name in ("lamp", "door")})
        self.assertIn("apt cannot install less (>= 9999) (debian_dirs/odd/override.yaml:2:5): ", errors["odd"])
        self.assertEqual(errors["bent"], "the rosdep rule for bad stands for '-o=x', which is not a package name "
                                         "(src/bent/package.xml:9)")
        self.assertEqual(self.skipped(), {"lamp_user": ("dep_failed", "lamp"), "base": ("cached", None), "top": ("cached", None)})
        self.assert_says(outcome, r"door \(src/door/package.xml:9\) and lamp \(src/lamp/package.xml:9\) want "
                         "libnosuchfilament-dev, which apt cannot install: it is not installable",
                         r"apt has installed the rest \(logs/stage.dependencies.log\)")
        self.assertEqual(self.published(), {"base", "tool", "top"})
        # An image that lacks some of its dependencies is not kept.
        asked = [len(events_of(self.output, kind)) for kind in ("dependencies", "dependencies_installed")]
        self.assertEqual(asked, [1, 0])

        # With good rules only these are built. The tool leaves, so that apt has nothing to do.
        shutil.rmtree(self.workspace / "src/tool")
        write(self.workspace / "debian_dirs/rosdep.yaml", "{no_such_key: {debian: []}, nor_this: {debian: []}, bad: {debian: []}}\n")
        write(self.workspace / "debian_dirs/odd/override.yaml", "recommends: [bc]\n")
        self.build(0)
        self.assertEqual(self.completed(), dict.fromkeys(["lamp", "lamp_user", "door", "odd", "bent"]))
        self.assertEqual(len(workspace_debs(self.output)), 7)

    def test_validate_reports_every_mistake(self):
        add_package(self.workspace, "lamp")
        write(self.workspace / "debian_dirs/rosdep.yaml", "a: [debian]\nb: {debian: 7}\n")
        write(self.workspace / "debian_dirs/lamp/override.yaml", "dpends: [x]\nbreaks: x\n")
        write(self.workspace / "debian_dirs/door/override.yaml", "depends: [\n")

        def validate():
            return self.run_program("validate", self.workspace, "--image", IMAGE, "--ros-distro", "rolling")
        outcome = validate()
        self.assert_ended(outcome, 1)
        self.assertEqual(re.findall(r"^(\S+ +(?:tools|overrides): \S+)", outcome.stdout, re.MULTILINE), [
            "ok    tools: the", "fail  overrides: debian_dirs/rosdep.yaml:1:1:", "fail  overrides: debian_dirs/rosdep.yaml:2:13:",
            "fail  overrides: debian_dirs/door/override.yaml:2:1:", "fail  overrides: debian_dirs/lamp/override.yaml:1:1:",
            "fail  overrides: debian_dirs/lamp/override.yaml:2:1:"], outcome)
        self.assert_says(outcome, "5 checks failed", "unknown key 'dpends'; use one of")

        shutil.rmtree(self.workspace / "debian_dirs")
        self.assert_ended(validate(), 0)
        write(self.workspace / "debian_dirs/lamp/override.yaml", "depends: [less]\n")
        outcome = validate()
        self.assert_ended(outcome, 0)
        self.assert_says(outcome, "ok    overrides: %s/debian_dirs" % self.workspace)


if __name__ == "__main__":
    unittest.main()
