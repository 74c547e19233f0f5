# SPDX-License-Identifier: Apache-2.0
"""`colcon-deb install-check`: the example passes; each kind of fault is named, with what to do."""
import json
import shutil
import signal
import subprocess
import time
import unittest

from support import IMAGE, PREFIX, RUNTIME_IMAGE, TOP, ProgramCase, add_package, make_deb

MANIFEST = b"<package format='3'><name>%s</name><export><build_type>ament_cmake</build_type></export></package>"
INDEX = PREFIX + "/share/ament_index/resource_index/packages/"
MODULES = PREFIX + "/lib/python3.11/site-packages/"


class InstallCheck(ProgramCase):
    TAKES_LONG = True

    def setUp(self):
        super().setUp()
        self.incoming = self.work / "incoming"
        self.incoming.mkdir()
        self.pids = []

    def tearDown(self):
        self.assertEqual([], self.left_containers(), "a container was left")
        super().tearDown()

    def start(self, *arguments, **options):
        process = super().start(*arguments, **options)
        self.pids.append(str(process.pid))
        return process

    def left_containers(self):
        """Those of the programs that this test has started: others run on the same engine."""
        return [one["Id"] for one in self.engine.request("GET", "/containers/json?all=1")
                if one["Labels"].get("colcon-deb.process", "///").split("/")[-2] in self.pids]

    def build(self):
        self.assert_ended(self.run_program("build", self.workspace, "--image", IMAGE), 0)

    def check(self, *arguments, code=0):
        outcome = self.run_program("install-check", "-w", self.workspace, "--image", RUNTIME_IMAGE, *arguments)
        self.assert_ended(outcome, code)
        return outcome

    def test_the_example_passes(self):
        shutil.copytree(TOP / "examples" / "workspace", self.workspace, symlinks=True)
        shutil.rmtree(self.output, ignore_errors=True)
        self.build()
        outcome = self.check()
        self.assertGreaterEqual(outcome.stdout.count("ok      ros-rolling-"), 7)
        self.assertNotIn("failed", outcome.text)
        # By a name of ROS; only this one.
        self.assertRegex(self.check("lantern_py").stdout, r"\Aok      ros-rolling-lantern-py \S+\n\Z")

    def test_the_suite_must_be_known(self):
        add_package(self.workspace, "one")
        self.assert_says(self.check(code=1), "there is no repository at .*output/apt")
        for suite in ("noble", "trixie"):
            place = self.output / "apt" / "dists" / suite
            place.mkdir(parents=True)
            (place / "Release").write_text("Suite: %s\nCodename: %s\n" % (suite, suite))
        outcome = self.check(code=2)
        self.assert_says(outcome, r"several suites \(noble, trixie\); choose one with --suite")
        self.assertNotIn("GLib", outcome.text)

    def program_without_library(self):
        """A program whose library is not there."""
        source = self.work / "absent.c"
        source.write_text("int absent(void) { return 0; }\n#ifdef MAIN\nint main(void) { return 0; }\n#endif\n")
        library, program = self.work / "libabsent.so", self.work / "program"
        subprocess.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libabsent.so.3", "-o", library, source], check=True)
        subprocess.run(["gcc", "-DMAIN", "-o", program, source, "-Wl,--no-as-needed", library], check=True)
        return program.read_bytes()

    def planted(self):
        architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
        # Another machine's program is not loaded.
        firmware = b"\x7fELF\1\1\1" + bytes(9) + b"\2\0\x28\0" + bytes(40)
        debs = {
            "no-library": {"architecture": architecture, "files": {PREFIX + "/lib/x/program": self.program_without_library()}},
            "no-module": {"files": {MODULES + "gulls/__init__.py": b"import absent_module\n"}},
            "no-index": {"files": {PREFIX + "/share/no_index/package.xml": MANIFEST % b"no_index"}},
            "no-dependency": {"fields": "Depends: absent-package (>= 2)\n"},
            "good": {"files": {PREFIX + "/share/good/package.xml": MANIFEST % b"good", INDEX + "good": b"",
                               MODULES + "terns.py": b"import json\n", PREFIX + "/lib/x/board.elf": firmware}},
        }
        return [make_deb(self.incoming, name, **details) for name, details in debs.items()]

    @unittest.skipUnless(shutil.which("gcc"), "needs gcc")
    def test_planted_faults(self):
        add_package(self.workspace, "base")
        self.build()
        self.assert_ended(self.run_program("repo", "add", "-w", self.workspace, "--image", IMAGE, *self.planted()), 0)
        outcome = self.check("--json", code=1)
        results = {one["package"]: one for one in map(json.loads, outcome.stdout.splitlines())}
        reasons = {name: [problem["reason"] for problem in one["problems"]] for name, one in results.items()}
        self.assertEqual({"good", "ros-rolling-base", "ros-rolling-colcon-deb-setup"},
                         {name for name, one in results.items() if one["ok"]})
        self.assertEqual([PREFIX + "/lib/x/program needs libabsent.so.3, which is not found"], reasons["no-library"])
        self.assertEqual(["the Python module gulls cannot be imported: ModuleNotFoundError: No module named 'absent_module'"],
                         reasons["no-module"])
        self.assertEqual([INDEX + "no_index is missing, so ROS does not find the package"], reasons["no-index"])
        self.assertRegex(reasons["no-dependency"][0], "it needs absent-package .*, but it is not installable")
        self.assertTrue(all(problem["advice"] for one in results.values() for problem in one["problems"]))
        self.assertIn("4 of 7 packages failed the check", outcome.stderr)
        self.check_words()

    def check_words(self):
        outcome = self.check("no_module", code=1)
        self.assertRegex(outcome.stdout, r"failed  no-module 1.0\n {8}the Python module gulls.*\n {10}add what it imports")
        self.assertIn("absent is no package of the repository", self.check("absent", code=1).stderr)
        self.assertIn("suite jammy has no packages", self.check("--suite", "jammy", code=1).stderr)
        process = self.start("install-check", "-w", self.workspace, "--image", RUNTIME_IMAGE)
        deadline = time.monotonic() + 60
        while not self.left_containers() and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        self.assert_ended(self.finish(process), 130)


if __name__ == "__main__":
    unittest.main()
