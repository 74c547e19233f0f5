#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Run clang-tidy on C files, but not on a file that passed before exactly as it is now.

usage: tidy.py CLANG-TIDY BUILD-DIRECTORY CACHE-DIRECTORY FILE...

BUILD-DIRECTORY is a finished build of meson's. A file is checked unless it passed with the same clang-tidy, the same
.clang-tidy, the same compile command and the same content, of itself and of every file that it includes, those of the
system too. The cache holds one empty file for each such state; on a new machine everything is checked.
"""

from __future__ import annotations

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[1]
# A state that nothing has asked for in this time goes.
MAX_AGE = 30 * 24 * 60 * 60
# What clang-tidy says also of a file without a finding.
NOISE = re.compile(r"^\d+ warnings? (generated|treated as error)|^Suppressed |^Use -header-filter")


@functools.lru_cache(maxsize=None)
def digest_of(path: pathlib.Path) -> str:
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def read_commands(build: pathlib.Path) -> dict[pathlib.Path, list[tuple[str, str]]]:
    """Source file to its compile commands and their outputs."""
    commands: dict[pathlib.Path, list[tuple[str, str]]] = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        commands.setdefault(path, []).append((entry["command"], entry["output"]))
    return commands


def read_includes(build: pathlib.Path) -> dict[str, list[pathlib.Path]]:
    """Object file to all the files that the compiler has read for it, as ninja remembers them."""
    text = subprocess.run(["ninja", "-C", build, "-t", "deps"], check=True, capture_output=True, text=True).stdout
    includes: dict[str, list[pathlib.Path]] = {}
    names: list[pathlib.Path] = []
    for line in text.splitlines():
        if line.startswith("    "):
            names.append((build / line.strip()).resolve())
        elif ": #deps " in line:
            output, rest = line.split(": #deps ", 1)
            # Of an object that was not built again since, ninja's memory is of an older source.
            names = includes[output] = []
            if not rest.endswith("(VALID)"):
                includes.pop(output)
    return includes


class Cache:
    def __init__(self, directory: str, program: str, build: pathlib.Path) -> None:
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.build = build
        version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout
        self.common = [version, *(digest_of(path) for path in sorted([*TOP.glob(".clang-tidy"), *TOP.glob("src/**/.clang-tidy")]))]
        self.commands, self.includes = read_commands(build), read_includes(build)

    def portable(self, text: object) -> str:
        """Another checkout of the same state has the same key."""
        return str(text).replace(str(self.build), "BUILD").replace(str(TOP), "TOP")

    def key(self, path: pathlib.Path) -> str | None:
        """None if what the file includes is not known: then it is checked."""
        parts = [*self.common, self.portable(path), digest_of(path)]
        if path not in self.commands:
            return None
        for command, output in self.commands[path]:
            if output not in self.includes:
                return None
            parts.append(self.portable(command))
            parts += ["%s %s" % (self.portable(name), digest_of(name)) for name in sorted(self.includes[output])]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def has(self, key: str | None) -> bool:
        if key is None:
            return False
        try:
            os.utime(self.directory / key)
        except OSError:
            return False
        return True

    def add(self, key: str | None) -> None:
        if key is not None:
            (self.directory / key).touch()

    def expire(self) -> None:
        oldest = time.time() - MAX_AGE
        for path in self.directory.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def check(program: str, build: pathlib.Path, path: pathlib.Path) -> str:
    """The findings in a file, as text; empty if there are none."""
    ended = subprocess.run([program, "--quiet", "-p", build, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                           text=True, errors="replace", cwd=TOP, check=False)
    lines = [line for line in ended.stdout.splitlines() if not NOISE.search(line)]
    if ended.returncode and not lines:
        lines = ["%s: clang-tidy ended with code %d" % (path, ended.returncode)]
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    if len(argv) < 4:
        print(__doc__, file=sys.stderr)
        return 2
    program, build, directory = argv[0], pathlib.Path(argv[1]).resolve(), argv[2]
    paths = [pathlib.Path(name).resolve() for name in argv[3:]]
    cache = Cache(directory, program, build)
    keys = {path: cache.key(path) for path in paths}
    due = [path for path in paths if not cache.has(keys[path])]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, findings in zip(due, pool.map(functools.partial(check, program, build), due)):
            if findings:
                failed += 1
                print(findings, flush=True)
            else:
                cache.add(keys[path])
    cache.expire()
    print("clang-tidy: %d files checked, %d as they were when they passed, %d with findings" %
          (len(due), len(paths) - len(due), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
