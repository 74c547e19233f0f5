# SPDX-License-Identifier: Apache-2.0
"""What a build keeps on the engine for the next: installed dependencies in an image, compiled files in a volume."""

import json
import secrets
import shutil
import unittest

from engine import Engine
from support import IMAGE, ProgramCase, add_package, events_of, write

SECRET = "hunter2-" + secrets.token_hex(8)
CHECKS_THE_SECRET = """
if("$ENV{PROXY_OF_THE_TEST}" STREQUAL "")
  message(FATAL_ERROR "the variable of the user is not here")
endif()
"""


class LayerCase(ProgramCase):
    def setUp(self):
        super().setUp()
        # No package has this name. As an alternative it makes the set of this test unique, and apt can still satisfy it.
        self.unique = "cdd-test-" + secrets.token_hex(8)
        self.keys = set()
        self.addCleanup(self.remove_layers)

    def need(self, workspace, *packages):
        lines = "".join("  - %s | %s\n" % (name, self.unique) for name in packages)
        write(workspace / "debian_dirs" / "needy" / "override.yaml", "build_depends:\n" + lines)

    def build(self, workspace, *arguments, code=0):
        outcome = self.run_program("build", workspace, "--ros-distro", "rolling", *arguments)
        self.assert_ended(outcome, code)
        record = workspace / "output" / ".colcon-deb" / "layer.json"
        if record.exists():
            self.keys.add(json.loads(record.read_text())["key"])
        return outcome

    def questions(self, workspace):
        """What the containers of the last build asked, in order, and whether apt installed anything."""
        asked = [event["type"] + (" foreign" if event.get("foreign") else "")
                 for kind in ("dependencies", "dependencies_installed") for event in events_of(workspace / "output", kind)]
        apt = any("by apt" in event["message"] for event in events_of(workspace / "output", "general"))
        return asked, apt

    def layers(self):
        images = self.engine.request("GET", "/images/json?filters=" + '{"label":["colcon-deb.role=dependencies"]}')
        return [image for image in images if image["Labels"].get("colcon-deb.key") in self.keys]

    def remove_layers(self):
        for image in self.layers():
            self.engine.request("DELETE", "/images/%s?force=1" % image["Id"], expect=(200, 404, 409))


class DependencyLayers(LayerCase):
    def test_what_was_installed_once_is_not_installed_again(self):
        add_package(self.workspace, "needy", cmake=CHECKS_THE_SECRET)
        self.need(self.workspace, "hello")
        other = self.work / "other"
        shutil.copytree(self.workspace, other)
        user = ("-e", "PROXY_OF_THE_TEST=http://me:%s@proxy" % SECRET)

        first = self.build(self.workspace, *user)
        self.assertEqual(self.questions(self.workspace), (["dependencies", "dependencies_installed"], True))
        self.check_image(first)

        second = self.build(self.workspace, "--force", *user)
        self.assertEqual(self.questions(self.workspace), ([], False))

        write(other / "debian_dirs" / "nowhere" / "override.yaml", "")
        third = self.build(other, *user)
        self.assertEqual(self.questions(other), (["dependencies"], False))
        self.assertFalse((other / "output" / "logs" / "stage.dependencies.log").exists())
        self.assertEqual(len(events_of(other / "output", "build_complete")), 1)
        # Two containers looked for dependencies.
        stages = [event["value"] for event in events_of(other / "output", "stage")]
        self.assertEqual((stages.count("scan"), stages.count("dependencies"), stages.count("build")), (1, 1, 1))
        self.assertEqual([event["code"] for event in events_of(other / "output", "warning")], ["override_unused"])
        fourth = self.build(other, "--force", *user)
        self.assertEqual(self.questions(other), ([], False))
        print("first %.1f s, again %.1f s, another workspace %.1f s, that again %.1f s"
              % (first.seconds, second.seconds, third.seconds, fourth.seconds))

    def check_image(self, outcome):
        """It is the base and packages. Nothing of the build is in it, above all not the user's variables."""
        base = self.engine.request("GET", "/images/%s/json" % IMAGE)
        layer, = self.layers()
        self.assertIn(layer["RepoTags"][0].replace("docker.io/library/", ""), outcome.stdout)
        info = self.engine.request("GET", "/images/%s/json" % layer["Id"])
        history = self.engine.request("GET", "/images/%s/history" % layer["Id"])
        self.assertNotIn(SECRET, json.dumps([info, history, outcome.stdout, outcome.stderr]))
        self.assertNotIn("PROXY_OF_THE_TEST", json.dumps([info, history]))
        # Podman keeps the settings of the container.
        if not self.engine.is_podman:
            self.assertEqual([entry for entry in info["Config"]["Env"] if "=" in entry], base["Config"]["Env"])
            self.assertEqual(info["Config"]["Cmd"], base["Config"]["Cmd"])
            self.assertFalse(info["Config"]["Entrypoint"])
        self.assertLessEqual(base["Config"]["Labels"].items(), info["Config"]["Labels"].items())
        summary = json.loads((self.output / "summary.json").read_text())
        self.assertEqual(summary["image"]["id"], base["Id"])

    def test_without_layers_nothing_is_asked_and_nothing_kept(self):
        add_package(self.workspace, "needy", cmake=CHECKS_THE_SECRET)
        self.need(self.workspace, "hello")
        self.build(self.workspace, "--dependency-layers", "0", "-e", "PROXY_OF_THE_TEST=x")
        self.assertEqual(self.questions(self.workspace), ([], True))
        self.assertFalse((self.output / ".colcon-deb" / "layer.json").exists())


class ExpiringLayers(LayerCase):
    # Its build removes layers of other tests, too.
    RUNS_ALONE = True

    def test_a_changed_set_is_never_built_on_more_than_it_asks_for(self):
        add_package(self.workspace, "needy")
        self.need(self.workspace, "hello")
        self.build(self.workspace)
        # One more: it is installed on top of the last layer.
        self.need(self.workspace, "hello", "sl")
        self.build(self.workspace)
        self.assertEqual(self.questions(self.workspace), (["dependencies", "dependencies_installed"], True))
        # One less, in a set that is new: installed from the base. Only the last layer may stay.
        self.need(self.workspace, "sl")
        self.build(self.workspace, "--dependency-layers", "1")
        self.assertEqual(self.questions(self.workspace),
                         (["dependencies foreign", "dependencies", "dependencies_installed"], True))
        record = json.loads((self.output / ".colcon-deb" / "layer.json").read_text())
        self.assertEqual([image["Labels"]["colcon-deb.key"] for image in self.layers()], [record["key"]])


class CompilerCache(LayerCase):
    NAME = "cdd-test/no-ccache:1"

    def setUp(self):
        super().setUp()
        before = {volume["Name"] for volume in self.engine.request("GET", "/volumes")["Volumes"] or ()}
        self.addCleanup(self.remove_volumes, before)

    def remove_volumes(self, before):
        for volume in self.engine.request("GET", "/volumes")["Volumes"] or ():
            if volume["Name"].startswith("colcon-deb-ccache-") and volume["Name"] not in before:
                self.engine.request("DELETE", "/volumes/" + volume["Name"], expect=(204, 404, 409))

    def add_program(self):
        place = add_package(self.workspace, "compiled")
        write(place / "main.c", "int main(void) { return %d; }\n" % secrets.randbelow(10 ** 9))
        write(place / "CMakeLists.txt", """
            cmake_minimum_required(VERSION 3.16)
            project(compiled C)
            add_executable(compiled main.c)
            install(TARGETS compiled DESTINATION lib/compiled)
        """)

    def make_image_without(self):
        """The builder image without its ccache."""
        engine = Engine()
        container = engine.create(IMAGE, ["rm", "/usr/bin/ccache"])
        try:
            engine.start(container)
            self.assertEqual(0, engine.wait(container), b"".join(engine.logs(container)))
            engine.request("POST", "/commit?container=%s&repo=%s&tag=%s&changes=CMD%%20sh" % (container, *self.NAME.split(":")), {})
        finally:
            engine.delete(container)
        self.addCleanup(engine.request, "DELETE", "/images/%s?force=1" % self.NAME, expect=(200, 404, 409))

    def test_what_was_compiled_once_is_not_compiled_again(self):
        self.add_program()
        counts = []
        for _time in range(2):
            shutil.rmtree(self.output, ignore_errors=True)
            outcome = self.build(self.workspace, "--ccache")
            counts.append(json.loads((self.output / "summary.json").read_text())["compiler_cache"])
        self.assertGreater(counts[0]["misses"], 0, outcome)
        self.assertEqual(counts[1]["misses"], 0, outcome)
        self.assertGreater(counts[1]["hits"], 0, outcome)
        self.assert_says(outcome, r"ccache served (\d+) of \1 compilations")

    def test_an_image_without_it_is_a_warning(self):
        self.add_program()
        self.make_image_without()
        outcome = self.build(self.workspace, "--ccache", "--image", self.NAME)
        self.assertIn("no_ccache", [event["code"] for event in events_of(self.output, "warning")])
        self.assert_says(outcome, "apt-get install ccache")


if __name__ == "__main__":
    unittest.main()
