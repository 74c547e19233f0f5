# SPDX-License-Identifier: Apache-2.0
"""An arm64 image whose compilers run natively: made, tested, used, and compared with the emulated one (docs/arm64.md)."""
import json
import os
import pathlib
import platform
import shutil
import subprocess
import unittest

from engine import Engine
from support import TOP, ProgramCase, add_package, workspace_debs, write

CACHE = pathlib.Path(os.environ.get("CDD_CACHE_DIR", TOP / "build/cache"))
SUITE = "trixie"
NAME = "cdd-test/accelerated:1"
ACCELERATOR = "/usr/lib/colcon-deb/accelerator"
FAILED = 1

CMAKE = """
enable_language(C)
enable_language(CXX)
add_library(signals SHARED signals.cpp)
add_executable(blink blink.c)
target_link_libraries(blink signals)
install(TARGETS signals blink RUNTIME DESTINATION lib/blinker LIBRARY DESTINATION lib)
"""
LIBRARY = """
#include <map>
#include <memory>
#include <string>
#include <vector>

static const std::map<char, std::string> signs = {{'a', ".-"}, {'b', "-..."}};

extern "C" int length_of(const char *text)
{
    auto found = std::make_unique<std::vector<std::string>>();
    for (; *text; text++)
        found->push_back(signs.count(*text) ? signs.at(*text) : "?");
    int sum = 0;
    for (const auto &sign : *found)
        sum += static_cast<int>(sign.size());
    return sum;
}
"""
PROGRAM = """
#include <stdio.h>
int length_of(const char *text);
int main(void)
{
    return printf("%d\\n", length_of("ab")) < 0;
}
"""


def can_run():
    handler = pathlib.Path("/proc/sys/fs/binfmt_misc/qemu-aarch64")
    return platform.machine() == "x86_64" and handler.exists() and shutil.which("mmdebstrap") is not None


class Acceleration(ProgramCase):
    """One image for all tests. Its archives are kept, as those of the other images are."""

    TAKES_LONG = True
    made = None

    @classmethod
    def setUpClass(cls):
        if not can_run():
            raise unittest.SkipTest("an amd64 machine that emulates arm64 (tools/emulation.sh), and mmdebstrap, are needed")
        cls.addClassCleanup(Engine().request, "DELETE", "/images/%s?force=1" % NAME, expect=(200, 404, 409))

    def setUp(self):
        super().setUp()
        if Acceleration.made is None:
            Acceleration.made = self.make_image()
        self.assert_ended(self.made, 0)

    def make_image(self):
        """With the packages that a build needs, and without those that builds often ask for."""
        self.scripts = self.work / "scripts"
        shutil.copytree(TOP / "scripts", self.scripts, ignore=shutil.ignore_patterns("__pycache__"))
        packages = self.scripts / "image/packages"
        needed, often = packages.read_text().split("# What builds often ask for")
        self.assertIn("python3-numpy", often)
        packages.write_text(needed)
        return self.run_program("image", "create", "--ros-distro", "rolling", "--suite", SUITE, "--arch", "arm64",
                                "--cache", CACHE, "-t", NAME, "--accelerate", "force", timeout=2400)

    def run_in_image(self, *command, image=NAME):
        result = self.engine.run(image, list(command))
        self.assertEqual(result.code, 0, result)
        return result.stdout

    def test_the_image_tells_what_is_native(self):
        self.assert_says(self.made, r"\d+ programs run natively", "comparing native with emulated programs, byte by byte")
        image = self.engine.request("GET", "/images/%s/json" % NAME)
        self.assertEqual(image["Architecture"], "arm64")
        self.assertRegex(image["Config"]["Labels"]["colcon-deb.accelerator"], r"\bgcc-\d+=.*\bpython3\.\d+=")
        report = json.loads(self.run_in_image("cat", ACCELERATOR + "/report.json"))
        for name in ("make", "ccache", "dpkg"):
            self.assertIn("/usr/bin/" + name, report["replaced"])

    def test_the_machine_is_arm64_for_all_that_ask(self):
        script = ("uname -m; arch; dpkg --print-architecture; bash -c 'echo $HOSTTYPE'; python3 -c 'import sys, platform; "
                  "print(platform.machine())'; printf 'all:\\n\\t@echo $(MAKE_HOST)\\n' | make -s -f -; gcc -dumpmachine; "
                  "printf 'cmake_host_system_information(RESULT r QUERY OS_PLATFORM)\\nmessage(${r})' >/tmp/x.cmake; "
                  "cmake -P /tmp/x.cmake 2>&1")
        answers = self.run_in_image("sh", "-c", script).split()
        self.assertEqual(answers, ["aarch64", "aarch64", "arm64", "aarch64", "aarch64", "aarch64-unknown-linux-gnu",
                                   "aarch64-linux-gnu", "aarch64"])

    def test_an_image_is_accelerated_once(self):
        outcome = self.run_program("image", "accelerate", NAME)
        self.assert_ended(outcome, 2)
        self.assert_says(outcome, "accelerated already")

    def test_a_tool_that_gives_other_bytes_is_found(self):
        """A linker with a build-id of its own, in an image of the user's. A build refuses it too."""
        name = "cdd-test/accelerated:wrong"
        self.addCleanup(self.engine.request, "DELETE", "/images/%s?force=1" % name, expect=(200, 404, 409))
        context = self.work / "context"
        linker = ACCELERATOR + "/programs/aarch64-linux-gnu-ld.bfd"
        write(context / "ld", "#!/bin/sh\nexec %s-right \"$@\" --build-id=0x1234\n" % linker).chmod(0o755)
        write(context / "Dockerfile", "FROM %s\nRUN mv %s %s-right\nCOPY ld %s\n" % (NAME, linker, linker, linker))
        self.assert_ended(self.run_program("image", "build", "--platform", "linux/arm64", "-t", name, context), 0)
        self.add_blinker()
        environment = {"XDG_CACHE_HOME": str(self.work / "cache")}
        outcome = self.run_program("build", self.workspace, "--image", name, env=environment)
        self.assert_ended(outcome, FAILED)
        self.assert_says(outcome, r'do not give the same bytes in .*"shared library"', "--accelerate off")
        kept, = (self.work / "cache/colcon-deb").glob("self-test-*")
        kept = kept / "result"
        self.assertTrue((kept / "inputs/plain.c").is_file())
        native, emulated = ((kept / "shared-library" / run / "libplain.so").read_bytes() for run in ("native", "emulated"))
        self.assertNotEqual(native, emulated)
        self.assertEqual(workspace_debs(self.output), [])

    def add_blinker(self):
        place = add_package(self.workspace, "blinker", cmake=CMAKE)
        write(place / "signals.cpp", LIBRARY)
        write(place / "blink.c", PROGRAM)

    def test_the_packages_are_those_of_the_emulated_build(self):
        self.add_blinker()
        outputs = {how: self.work / how for how in ("force", "off")}
        builds = [self.start("build", self.workspace, "--image", NAME, "--accelerate", how, "--debug-symbols", "-o", output)
                  for how, output in outputs.items()]
        for outcome in [self.finish(build, 2400) for build in builds]:
            self.assert_ended(outcome, 0)
        accelerated, emulated = ({path.name: path.read_bytes() for path in workspace_debs(output)} for output in outputs.values())
        self.assertEqual(sorted(accelerated), sorted(emulated))
        self.assertTrue(any("dbgsym" in name for name in accelerated), accelerated.keys())
        for name, content in accelerated.items():
            self.assertTrue(content == emulated[name], "%s differs" % name)
        self.check_nothing_native(outputs["force"])

    def check_nothing_native(self, output):
        """No file of any package names the accelerator, or the machine that it runs on."""
        for path in workspace_debs(output):
            place = self.work / "unpacked" / path.name
            place.mkdir(parents=True)
            subprocess.run(["dpkg-deb", "-R", path, place], check=True)
            for file in place.rglob("*"):
                if file.is_file() and not file.is_symlink():
                    content = file.read_bytes()
                    for word in (ACCELERATOR.encode(), b"x86_64", b"x86-64"):
                        self.assertNotIn(word, content, file)


if __name__ == "__main__":
    unittest.main()
