# SPDX-License-Identifier: Apache-2.0
"""Real ROS packages as upstream released them (tools/ros-sources.sh): built, inspected, installed, used."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from support import (IMAGE, PREFIX, ProgramCase, add_package, deb_fields, deb_files, events_of, read_events,
                     run_in_clean_container, snapshot, workspace_debs, write)

WORKSPACE = os.environ.get("CDD_TEST_REAL_WORKSPACE")

# Lintian errors that are accepted, and why. The packages of the ROS build farm have all of them.
ACCEPTED_BY_NATURE = {
    "dir-or-file-in-opt": "a ROS package lives in /opt/ros",
    "custom-library-search-path": "programs find the libraries of the prefix by their RUNPATH, without any variable",
    "extended-description-is-empty": "package.xml has one description; bloom makes it the synopsis",
    "changelog-empty-entry": "bloom makes the changelog, and upstream wrote none for this version",
    "package-installs-python-pycache-dir": "nothing compiles Python modules below /opt when they are installed",
    "depends-on-python-minimal": "the rosdep key python3-importlib-metadata stands for it",
}
# Faults that only upstream can mend: (package, tag).
ACCEPTED_OF_UPSTREAM = {
    # Its CMakeLists.txt asks Python for the user's own site directory and installs the module there.
    ("ros-rolling-apriltag", "non-standard-toplevel-dir"),
    ("ros-rolling-apriltag", "relative-library-search-path"),
}

# A compiler's command line in a log of make; the group is the source file.
COMPILATION = re.compile(r"(?m)^(?:cd \S+ && )?/usr/bin/\S+.* -c (\S+)$")

PROGRAM_SOURCE = r"""
#include <rcpputils/split.hpp>
#include <rcutils/allocator.h>
#include <rcutils/strdup.h>
#include <cstdio>

int main()
{
    rcutils_allocator_t allocator = rcutils_get_default_allocator();
    char *text = rcutils_strdup("built/by/colcon-deb", allocator);
    for (const auto &part : rcpputils::split(text, '/'))
        std::printf("[%s]", part.c_str());
    std::puts("");
    allocator.deallocate(text, allocator.state);
    return 0;
}
"""

CMAKE_SOURCE = """
cmake_minimum_required(VERSION 3.16)
project(user CXX)
find_package(rcutils REQUIRED)
find_package(rcpputils REQUIRED)
add_executable(user user.cpp)
target_link_libraries(user rcutils::rcutils rcpputils::rcpputils)
"""

# rosidl_adapter needs modules of the workspace and one of Debian's: all must be installed as dependencies.
PYTHON_SOURCE = """
import pathlib, tempfile
from rosidl_adapter.msg import convert_msg_to_idl
place = pathlib.Path(tempfile.mkdtemp())
(place / "msg").mkdir()
(place / "msg" / "Point.msg").write_text("float64 x\\nfloat64 y\\n")
print(convert_msg_to_idl(place, "example", pathlib.Path("msg/Point.msg"), place / "out").read_text())
"""


class TestRealPackages(ProgramCase):
    """One build, and several tests of its result."""

    TAKES_LONG = True
    built = None

    @classmethod
    def setUpClass(cls):
        cls.sources = pathlib.Path(WORKSPACE) if WORKSPACE else None
        if cls.sources is None or not (cls.sources / "src").is_dir():
            raise unittest.SkipTest("no real sources (tools/ros-sources.sh, CDD_TEST_REAL_WORKSPACE)")
        # Each is the twin of a package for C.
        for place in cls.sources.glob("src/ros2-rosidl/rosidl_*_cpp"):
            (place / "COLCON_IGNORE").touch()

    def setUp(self):
        super().setUp()
        self.workspace = self.sources
        self.output = self.sources / "output"
        if TestRealPackages.built is None:
            shutil.rmtree(self.output, ignore_errors=True)
            shutil.rmtree(self.sources / "debian_dirs", ignore_errors=True)
            before = snapshot(self.sources / "src")
            outcome = self.run_program("build", self.sources, "--image", IMAGE, timeout=2400)
            TestRealPackages.built = (outcome, before == snapshot(self.sources / "src"))
        self.outcome, self.untouched = TestRealPackages.built
        self.debs = {deb_fields(path)["Package"]: path for path in workspace_debs(self.output)}

    def need(self, package):
        """Skip the test if the mirror did not have the package's source."""
        if package not in self.names_in_sources():
            self.skipTest("the mirror did not have the source of %s" % package)

    def names_in_sources(self):
        """Package name to version of each package.xml that is to be built."""
        found = {}
        for path in (self.sources / "src").rglob("package.xml"):
            if not (path.parent / "COLCON_IGNORE").exists():
                text = path.read_text()
                name = re.search(r"<name>\s*(\S+?)\s*</name>", text).group(1)
                found[name] = re.search(r"<version[^>]*>\s*(\S+?)\s*</version>", text).group(1)
        return found

    def test_all_are_built(self):
        self.assert_ended(self.outcome, 0)
        expected = {"ros-rolling-" + name.replace("_", "-") for name in self.names_in_sources()}
        built = {name for name in self.debs if not name.endswith("-dbgsym")}
        self.assertEqual(expected, built, "\n%s" % self.outcome)
        self.assertGreaterEqual(len(built), 2)

    def test_sources_are_untouched(self):
        self.assertTrue(self.untouched, "a build changed the sources")

    def test_order_respects_dependencies(self):
        position = {event["name"]: number for number, event in enumerate(events_of(self.output, "package_start"))}
        for event in events_of(self.output, "plan_package"):
            for dependency in event["deps"].split():
                self.assertLess(position[dependency], position[event["name"]], event)

    def test_each_file_is_compiled_once(self):
        compiled = []
        for log in sorted(self.output.glob("logs/*.log")):
            compiled += ["%s: %s" % (log.stem, source) for source in COMPILATION.findall(log.read_text(errors="replace"))]
        self.assertGreater(len(compiled), 20)
        self.assertEqual([], sorted({source for source in compiled if compiled.count(source) > 1}))

    def test_several_are_built_at_a_time(self):
        at_work, most = 0, 0
        for event in read_events(self.output):
            at_work += {"package_start": 1, "package_complete": -1}.get(event.get("type"), 0)
            most = max(most, at_work)
        self.assertGreater(most, 1)

    def test_another_container_and_every_step_of_debhelper_give_the_same_bytes(self):
        """Reproducible; and the steps of debhelper that are left out have nothing to do (fast-package.py)."""
        self.need("rosidl_runtime_c")
        again = self.work / "again"
        outcome = self.run_program("build", self.sources, "--image", IMAGE, "--output-dir", again, "--no-fast",
                                   "--packages-up-to=rosidl_runtime_c,rosidl_cli,rosidl_cmake", "--debian-dirs", self.work / "dd",
                                   timeout=1200)
        self.assert_ended(outcome, 0)
        logs = [(self.output / "logs" / name).read_text(errors="replace") for name in ("rosidl_cli.log", "rosidl_runtime_c.log")]
        self.assertTrue(all("fast-package.py" in log for log in logs))
        for deb in workspace_debs(again):
            self.assertNotIn("fast-package.py", (again / "logs/rosidl_cli.log").read_text(errors="replace"))
            self.assertEqual(deb.read_bytes(), (self.output / "debs" / deb.name).read_bytes(), deb.name)
        self.assertGreaterEqual(len(workspace_debs(again)), 5)

    def test_control_fields(self):
        for name, version in self.names_in_sources().items():
            with self.subTest(package=name):
                fields = deb_fields(self.debs["ros-rolling-" + name.replace("_", "-")])
                self.assertTrue(fields["Version"].startswith(version), fields["Version"])
                self.assertRegex(fields["Maintainer"], r"^.+ <\S+@\S+>$")
                self.assertIn(fields["Architecture"], ("all", self.architecture()))
                self.assertTrue(fields["Description"].strip())
                self.assertNotRegex(fields.get("Depends", ""), r"\$\{|\bNone\b")

    def test_dependencies_on_each_other(self):
        self.need("rcpputils")
        depends = deb_fields(self.debs["ros-rolling-rcpputils"])["Depends"]
        self.assertRegex(depends, r"(^|, )ros-rolling-rcutils\b")
        # Dependencies that the linker found, not only those of package.xml.
        self.assertRegex(depends, r"libc6 \(>= ")

    @staticmethod
    def architecture():
        answer = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True)
        return answer.stdout.strip()

    def test_files_are_below_the_prefix(self):
        """If upstream's rules install a file elsewhere (as apriltag does), the user is warned."""
        warned = " ".join(str(event) for event in events_of(self.output, "warning"))
        # A plain CMake package may install no package.xml; other build systems always do.
        plain = {event["deb"] for event in events_of(self.output, "plan_package") if event["build_type"] == "cmake"}
        for name, path in self.debs.items():
            with self.subTest(package=name):
                files = deb_files(path)
                places = (PREFIX + "/", "/usr/share/doc/", "/usr/lib/debug/")
                outside = [file for file in files if not file.startswith(places)]
                if outside:
                    self.assertIn(name[len("ros-rolling-"):].replace("-", "_"), warned, outside)
                if name not in plain and not name.endswith("-dbgsym"):
                    self.assertTrue(any(file.endswith("/package.xml") for file in files), files)

    def test_lintian(self):
        if shutil.which("lintian") is None:
            self.skipTest("lintian is not installed")
        run = subprocess.run(["lintian", "--allow-root", "--tag-display-limit", "0", *map(str, self.output.glob("debs/*.deb"))],
                             capture_output=True, text=True, errors="replace")
        errors = set(re.findall(r"^E: (\S+?): (\S+)", run.stdout, re.MULTILINE))
        self.assertTrue(errors, "lintian found nothing at all: did it run?\n%s" % run.stderr)
        errors -= ACCEPTED_OF_UPSTREAM
        self.assertEqual([], sorted(error for error in errors if error[1] not in ACCEPTED_BY_NATURE))

    def test_installs_and_works_in_a_clean_container(self):
        self.need("rosidl_adapter")
        place = write(self.work / "use.py", PYTHON_SOURCE)
        result = run_in_clean_container(self.output, "python3 /use.py", binds=["%s:/use.py:ro" % place])
        self.assertEqual(0, result.code, result)
        self.assertIn("double x;", result.stdout)

    def test_a_program_links_and_runs(self):
        self.need("rcpputils")
        project = self.work / "user"
        write(project / "user.cpp", PROGRAM_SOURCE)
        write(project / "CMakeLists.txt", CMAKE_SOURCE)
        command = "cmake -S /user -B /tmp/b -DCMAKE_PREFIX_PATH=%s && cmake --build /tmp/b && /tmp/b/user" % PREFIX
        result = run_in_clean_container(self.output, command, image=IMAGE, binds=["%s:/user:ro" % project])
        self.assertEqual(0, result.code, result)
        self.assertIn("[built][by][colcon-deb]", result.stdout)

    def test_build_of_a_dependent_uses_them(self):
        """A package of ours beside the real ones: list must put it after them."""
        self.need("rcutils")
        extended = self.work / "ws"
        shutil.copytree(self.sources / "src" / "ros2-rcutils", extended / "src" / "rcutils", symlinks=True)
        add_package(extended, "aardvark", depends=["rcutils"])
        outcome = self.run_program("list", extended, "--image", IMAGE)
        self.assert_ended(outcome, 0)
        self.assertLess(outcome.stdout.index("rcutils"), outcome.stdout.index("aardvark"), outcome)


if __name__ == "__main__":
    unittest.main()
