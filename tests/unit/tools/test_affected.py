# SPDX-License-Identifier: Apache-2.0
"""Which tests a changed file can affect: one too few would hide a failure."""
import importlib.util
import pathlib
import subprocess
import sys
import unittest

TOP = pathlib.Path(__file__).resolve().parents[3]
spec = importlib.util.spec_from_file_location("affected", TOP / "tools" / "affected.py")
affected = importlib.util.module_from_spec(spec)
spec.loader.exec_module(affected)

EVERY_SUITE = {"unit", "library", "scripts", "tools", "integration"}


class TestAffected(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.python = affected.python_modules()
        # What ninja would say of three tests.
        [config] = [str(path.relative_to(TOP)) for path in (TOP / "tests/unit/program").rglob("test-config.c")]
        cls.c = [affected.CTest("unit", "http1", {"tests/unit/docker/test-http1.c", "src/docker/wire/http1.c"}),
                 affected.CTest("unit", "program-config", {config, "src/colcon-deb/config.c"}),
                 affected.CTest("library", "exec", {"src/docker/wire/http1.c"})]

    def find(self, *paths):
        found = affected.find(paths, self.c, self.python)
        return {suite: names for suite, names in found.items() if names}

    def test_a_source_file_affects_what_is_made_of_it_and_who_runs_the_program(self):
        found = self.find("src/docker/wire/http1.c")
        self.assertEqual(({"http1"}, {"exec"}), (found["unit"], found["library"]))
        self.assertLessEqual({"test_bad_input", "test_examples", "test_bench", "test_installed"}, found["integration"])
        found = self.find("src/colcon-deb/config.c")
        self.assertEqual({"program-config"}, found["unit"])
        self.assertNotIn("test_examples", found["integration"])
        self.assertIn("test_bad_input", found["integration"])

    def test_a_test_affects_itself_and_who_imports_it(self):
        self.assertEqual({"unit": {"http1"}}, self.find("tests/unit/docker/test-http1.c"))
        self.assertEqual({"integration": {"test_bad_input"}}, self.find("tests/integration/test_bad_input.py"))
        self.assertEqual({"integration": {"test_pull", "test_examples"}}, self.find("tests/integration/test_pull.py"))
        self.assertGreater(len(self.find("tests/integration/engine.py")["integration"]), 10)

    def test_a_script_of_the_container(self):
        found = self.find("scripts/entrypoint.sh")
        self.assertEqual({module.name for module in self.python["scripts"]}, found["scripts"])
        self.assertLessEqual({"test_helpers_in_container", "test_bad_input"}, found["integration"])
        self.assertNotIn("test_examples", found["integration"])

    def test_a_file_that_a_test_names(self):
        self.assertEqual({"unit": {"program-config"}}, self.find("docs/configuration.md"))
        self.assertEqual({"integration": {"test_installed"}}, self.find("docs/reference/overview.md"))
        self.assertEqual({"tools": {"test_transcript"}}, self.find("docs/run.svg"))

    def test_completion_affects_its_tests(self):
        self.assertEqual({"test_completions"}, self.find("data/completions/_colcon-deb")["tools"])
        self.assertEqual({"test_completions"}, self.find("src/colcon-deb/commands/cmd-build.c")["tools"])

    def test_prose_affects_nothing(self):
        self.assertEqual({}, self.find("docs/why.md", ".clang-tidy"))

    def test_what_builds_and_runs_everything_affects_everything(self):
        for path in ("meson.build", "src/docker/meson.build", "tests/unit/docker/meson.build", "tools/test.sh", "tools/lib.sh"):
            with self.subTest(path):
                found = self.find(path)
                self.assertEqual(EVERY_SUITE, set(found))
                self.assertEqual(len(self.python["integration"]), len(found["integration"]))

    def test_in_doubt_everything_runs(self):
        self.assertEqual(EVERY_SUITE, set(self.find("something/new.txt")))
        self.assertEqual(EVERY_SUITE, set(self.find("docs/why.md", "something/new.txt")))

    def test_the_tables_name_what_is_there(self):
        self.assertLessEqual(set(affected.NEEDS), {module.name for modules in self.python.values() for module in modules})
        patterns = [pattern for one in affected.NEEDS.values() for pattern in one]
        for pattern in {*patterns, *affected.NOT_EVERYTHING, *affected.LIBRARY}:
            with self.subTest(pattern):
                self.assertTrue(any(TOP.glob(pattern)), pattern)


class TestUsage(unittest.TestCase):
    def run_it(self, *arguments):
        return subprocess.run([sys.executable, "-B", TOP / "tools" / "affected.py", *arguments], capture_output=True, text=True)

    def test_help_is_printed(self):
        for option in ("-h", "--help"):
            with self.subTest(option):
                result = self.run_it(option)
                self.assertEqual((0, ""), (result.returncode, result.stderr))
                self.assertIn("usage: affected.py BUILD-DIRECTORY [BASE]", result.stdout)

    def test_no_argument_is_a_mistake(self):
        result = self.run_it()
        self.assertEqual((2, ""), (result.returncode, result.stdout))
        self.assertIn("usage: affected.py", result.stderr)


if __name__ == "__main__":
    unittest.main()
