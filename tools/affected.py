#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print the tests that the changed files can affect, one "SUITE TEST" a line.

usage: affected.py BUILD-DIRECTORY [BASE]

Changed is what differs from the point where the work left BASE (a commit; default: the branch main), committed or not, and
what git does not know yet. BUILD-DIRECTORY is a finished build of the sanitizers' flavour. How a test is found:

    C                     ninja's graph: the test's program is made of the file, or its source names the file
    scripts, tools        every test of the suite, if the file is below scripts/ or tools/: they take seconds
    integration           NEEDS below says which parts of the tree a module is about; or its text names the file
    a test or its helper  the test itself, and every test that imports the helper
    none of these         every test, unless nothing reads the file but people and the style checks (UNTESTED)

The suite "library" has the C tests that need an engine.
"""

from __future__ import annotations

import ast
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterable

TOP = pathlib.Path(__file__).resolve().parents[1]
INTEGRATION = "tests/integration"
PYTHON_SUITES = {"scripts": "tests/unit/scripts", "tools": "tests/unit/tools", "integration": INTEGRATION}

# What a Python test is about, besides the files that it names. An integration test that is not here is about PROGRAM.
PROGRAM = ["src/*", "include/*", "scripts/*"]
LIBRARY = ["src/docker/*", "include/*"]
NEEDS = {
    "test_live_view": ["src/colcon-deb/*", "tests/support/*", "tests/fixtures/runs/*"],
    "test_completions": ["data/completions/*", "src/colcon-deb/*"],
    "test_report": ["src/colcon-deb/*"],
    "test_bench": [*LIBRARY, "bench/engine/*"],
    "test_examples": [*LIBRARY, "examples/c/*", "examples/python/*"],
    "test_events": [*PROGRAM, "examples/workspace/*"],
    "test_example_workspace": [*PROGRAM, "examples/workspace/*", "tools/container/*"],
    "test_helpers_in_container": ["scripts/*"],
    "test_image_commands": [*PROGRAM, "docker/*"],
    "test_package_contents": [*PROGRAM, "tests/cases/*", "tools/container/*"],
    "test_real_packages": [*PROGRAM, "tools/container/*"],
    "test_setup_files": [*PROGRAM, "examples/workspace/*", "tools/container/*", "README.md", "tests/cases/*"],
    "test_installable_together": [*PROGRAM, "tools/container/*", "tests/cases/*"],
    "test_user_files": [*PROGRAM, "tests/cases/*"],
    "test_found_packages": [*PROGRAM, "tests/cases/*"],
    "test_example_lines": ["docs/library.md", "examples/c/*", "examples/docker-py/*"],
    "test_transcript": ["docs/run.svg"],
    "test_installed": [*PROGRAM, "docs/reference/*", "data/*", "docker/*", "examples/*"],
    "test_own_packages": [*PROGRAM, "debian/*", "data/*", "docker/*", "examples/*"],
    "test_python": LIBRARY,
}
# What a C test reads when it runs.
C_NEEDS = {
    "build-spec": ["scripts/*"],
    "blocking": ["include/*", "tests/fixtures/*", "tools/sync-calls.py"],
    "mock-engine": ["tests/fixtures/*"],
    "operations": ["include/*", "tests/fixtures/*"],
    "accelerator-native-scripts": ["scripts/accelerator/*"],
    "program-config": ["docs/configuration.md"],
    "program-image": ["scripts/*"],
    "program-recorded-runs": ["tests/fixtures/runs/*"],
}
# What decides how everything is built.
EVERYTHING = ["meson.build", "meson_options.txt", "src/*meson.build", "include/*meson.build", "tests/*meson.build",
              "tools/*.sh", "tools/image-archive.py", "tests/integration/run.py"]
# Of these, scripts that no test is run by.
NOT_EVERYTHING = ["tools/check-style.sh", "tools/clean.sh", "tools/demo.sh", "tools/deb.sh", "tools/readme-picture.sh",
                  "tools/container/*"]
# What only people and the style checks read, if no test above is about it.
UNTESTED = ["*.md", "LICENSE", ".git*", ".editorconfig", ".clang-*", ".shellcheckrc", ".ci/run", "docs/*", "bench/*", "data/*", "debian/*"]


def matches(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatch(path, pattern) for pattern in patterns)


def changed_files(base: str) -> list[str]:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", TOP, *arguments], check=True, capture_output=True, text=True).stdout

    try:
        start = git("merge-base", base, "HEAD").strip()
    except subprocess.CalledProcessError as error:
        sys.exit("affected.py: comparing with %s: %s; name another commit" % (base, error.stderr.strip() or "no common commit"))
    names = git("diff", "--name-only", "--no-renames", "-z", start) + git("ls-files", "-z", "--others", "--exclude-standard")
    return sorted(set(filter(None, names.split("\0"))))


def names_file(text: str, path: str) -> bool:
    """Whether a test speaks of a file by its name. Names like "control" that are also words are in NEEDS or C_NEEDS."""
    name = pathlib.PurePosixPath(path).name
    return "." in name and name in text and re.search(r"(?<![\w-])%s(?![\w-])" % re.escape(name), text) is not None


# ---- Python

class Module:
    """A test module: its own file and the files of the tests that it imports."""

    def __init__(self, path: pathlib.Path) -> None:
        self.name = path.stem
        self.paths: set[pathlib.Path] = set()
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current in self.paths or not current.exists():
                continue
            self.paths.add(current)
            for node in ast.walk(ast.parse(current.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
                waiting += [current.parent / (name.split(".")[0] + ".py") for name in names]
        self.files = {str(one.relative_to(TOP)) for one in self.paths}
        self.text = "\n".join(one.read_text() for one in sorted(self.paths))

    def needs(self, suite: str) -> list[str]:
        """Patterns of the files that it is about."""
        return NEEDS.get(self.name, PROGRAM) if suite == "integration" else [suite + "/*", *NEEDS.get(self.name, ())]


def python_modules() -> dict[str, list[Module]]:
    return {suite: [Module(path) for path in sorted((TOP / directory).glob("test_*.py"))]
            for suite, directory in PYTHON_SUITES.items()}


# ---- C

class CTest:
    def __init__(self, suite: str, name: str, files: set[str]) -> None:
        self.suite, self.name, self.files = suite, name, files
        own = [TOP / file for file in files if file.startswith("tests/") and file.endswith((".c", ".h", ".py"))]
        self.text = "\n".join(path.read_text() for path in own if path.exists())


class Graph:
    """Of which files each target of a finished build is made, as ninja knows it."""

    def __init__(self, build: pathlib.Path) -> None:
        self.build = build
        self.names: dict[str, str | None] = {}
        self.read: dict[str, set[str | None]] = {}
        current: set[str | None] = set()
        for line in self.ninja("deps").splitlines():
            if line.startswith("    "):
                current.add(self.relative(line.strip()))
            elif ": #deps " in line:
                current = self.read[line.split(": #deps ")[0]] = set()

    def ninja(self, *arguments: str) -> str:
        return subprocess.run(["ninja", "-C", self.build, "-t", *arguments], check=True, capture_output=True, text=True).stdout

    def relative(self, name: str) -> str | None:
        """A name of ninja's as a path below the top of the tree, or None if it is not there."""
        if name not in self.names:
            path = os.path.normpath(os.path.join(self.build, name))
            self.names[name] = os.path.relpath(path, TOP) if path.startswith(str(TOP) + "/") else None
        return self.names[name]

    def files_of(self, command: list[str]) -> set[str]:
        """The files that a test is made of: of its program, and those of its arguments."""
        found = {self.relative(word) for word in command if word.startswith("/")}
        files = {name for name in found if name is not None}
        inside = [os.path.relpath(TOP / name, self.build) for name in files if (TOP / name).is_relative_to(self.build)]
        for name in inside and {*inside, *self.ninja("inputs", *inside).splitlines()}:
            found = {self.relative(name), *self.read.get(name, ())}
            files.update(file for file in found if file is not None)
        for directory in [name for name in files if (TOP / name).is_dir()]:
            files.update(str(path.relative_to(TOP)) for path in (TOP / directory).rglob("*"))
        return files


def c_tests(build: pathlib.Path) -> list[CTest]:
    graph = Graph(build)
    described = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True).stdout
    return [CTest("library" if any(one.endswith(":engine") for one in test["suite"]) else "unit", test["name"],
                  graph.files_of(test["cmd"])) for test in json.loads(described)]


# ---- both

def find(changed: list[str], c: list[CTest], python: dict[str, list[Module]]) -> dict[str, set[str]]:
    """The names of the tests that each suite is to run."""
    found: dict[str, set[str]] = {suite: set() for suite in ("unit", "library", *PYTHON_SUITES)}

    def add_everything() -> None:
        for test in c:
            found[test.suite].add(test.name)
        for suite, modules in python.items():
            found[suite].update(module.name for module in modules)

    for path in changed:
        is_test = path.startswith("tests/")
        known = matches(path, EVERYTHING) and not matches(path, NOT_EVERYTHING)
        if known:
            add_everything()
        for test in c:
            if path in test.files or matches(path, C_NEEDS.get(test.name, ())) or names_file(test.text, path):
                found[test.suite].add(test.name)
                known = True
        for suite, modules in python.items():
            for module in modules:
                if path in module.files or (not is_test and matches(path, module.needs(suite))) or \
                        (suite != "tools" and names_file(module.text, path)):
                    found[suite].add(module.name)
                    known = True
        if not known and not matches(path, UNTESTED):
            add_everything()
    return found


def main(argv: list[str]) -> int:
    if argv[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if not 1 <= len(argv) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = pathlib.Path(argv[0]).resolve()
    changed = changed_files(argv[1] if len(argv) == 2 else "main")
    print("%d files have changed: %s" % (len(changed), " ".join(changed)), file=sys.stderr)
    for suite, names in find(changed, c_tests(build), python_modules()).items():
        for name in sorted(names):
            print(suite, name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
