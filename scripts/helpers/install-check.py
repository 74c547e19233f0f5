#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Install the packages of a repository in this clean container, and check that they are usable there.

usage: install-check.py REPOSITORY SUITE [PACKAGE...]

Runs as root. Prints one JSON object a line: each package with what is wrong, or the one error. Exit code 1 is for an
error; what is wrong with packages is no error.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_INSTALL = ["apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0", "--no-install-recommends"]
_SETUP = "-colcon-deb-setup"
_MODULE = re.compile(r"/lib/python3[^/]*/(?:site|dist)-packages/([A-Za-z_]\w*)(?:/__init__\.py|\.py|\.[^/]*\.so)\Z")
_MANIFEST = re.compile(r"(/.+)/share/([^/]+)/package\.xml\Z")
_IMPORT_SECONDS = 120


class CheckError(Exception):
    """Nothing could be checked. The text is for the user."""


@dataclass(frozen=True)
class Problem:
    reason: str
    advice: str


def run(command: list[str], environ: Mapping[str, str] | None = None,
        seconds: int | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", env=environ, timeout=seconds, check=False)


def packages_of(repository: str, suite: str, architecture: str) -> list[str]:
    """The names of the packages that robots install: without debug symbols."""
    path = os.path.join(repository, "dists", suite, "main", "binary-" + architecture, "Packages")
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            names = re.findall(r"(?m)^Package: (\S+)$", stream.read())
    except FileNotFoundError:
        raise CheckError("suite %s has no packages for %s, which the image is for" % (suite, architecture)) from None
    return sorted({name for name in names if not name.endswith("-dbgsym")})


def choose(listed: list[str], words: Iterable[str]) -> list[str]:
    """The packages with these names, in Debian's form or in that of ROS."""
    chosen = []
    for word in words:
        dashed = word.replace("_", "-")
        found = [name for name in listed if name == dashed] or [name for name in listed if name.endswith("-" + dashed)]
        if len(found) != 1:
            raise CheckError("%s is %s of the repository; 'colcon-deb repo ls' lists them" % (
                word, "the name of several packages (%s)" % ", ".join(found) if found else "no package"))
        chosen += found
    return chosen or listed


def use(repository: str, suite: str) -> None:
    """Tell apt of the repository."""
    run(["chmod", "-R", "a+rX", repository])
    key = os.path.join(repository, "colcon-deb.asc")
    signed = os.path.exists(os.path.join(repository, "dists", suite, "InRelease")) and os.path.exists(key)
    option = "signed-by=" + key if signed else "trusted=yes"
    with open("/etc/apt/sources.list.d/colcon-deb.list", "w", encoding="utf-8") as stream:
        stream.write("deb [%s] file:%s %s main\n" % (option, repository, suite))
    answer = run(["apt-get", "-q", "update"])
    if answer.returncode:
        raise CheckError("apt-get update failed in the container: %s" % last_line(answer.stdout))


def last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it printed nothing"


def cannot_be_installed(package: str) -> Problem | None:
    """Asks apt without installing."""
    answer = run([*_INSTALL, "-s", "install", package])
    if not answer.returncode:
        return None
    missing = re.findall(r"(?:Depends|PreDepends): (.*) but (.*)", answer.stdout)
    if missing:
        return Problem("it cannot be installed: it needs %s, but %s" % missing[0],
                       "publish that package too ('colcon-deb repo add'), or check an image whose apt sources have it (--image)")
    return Problem("it cannot be installed: %s" % last_line(answer.stdout), "read the dependencies: apt-cache show " + package)


def install(packages: list[str]) -> dict[str, Problem]:
    """Package -> why it is not installed."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if not run([*_INSTALL, "install", *packages], environ).returncode:
        return {}
    failed: dict[str, Problem] = {}
    for package in packages:
        problem = cannot_be_installed(package)
        if problem is None:
            answer = run([*_INSTALL, "install", package], environ)
            if answer.returncode:
                problem = Problem("its installation failed: %s" % last_line(answer.stdout),
                                  "look at its maintainer scripts and at the files that it shares with other packages")
        if problem:
            failed[package] = problem
    return failed


def files_of(package: str) -> list[str]:
    names = run(["dpkg", "-L", package]).stdout.splitlines()
    return [name for name in names if os.path.isfile(name) and not os.path.islink(name)]


def removed_problem(package: str) -> Problem | None:
    """Installing a package may remove another one, which conflicts with it."""
    status = run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev}", package]).stdout
    if status.startswith("ii"):
        return None
    return Problem("apt removed it again, to install another package of the repository",
                   "look for Conflicts and Breaks between the packages")


def prefixes_of(files: list[str]) -> list[str]:
    """The prefixes that these files are below, such as /opt/ros/jazzy: whoever has made their set-up files."""
    found = {match[1] for match in map(_MANIFEST.match, files) if match}
    return sorted(found | {os.path.dirname(path) for path in files if path.endswith("/setup.sh")})


def environment(prefixes: Iterable[str]) -> dict[str, str]:
    """What the set-up files of these prefixes leave, as for a user of the robot."""
    setups = [os.path.join(prefix, "setup.sh") for prefix in prefixes]
    script = "".join(". '%s' >/dev/null\n" % setup for setup in setups if os.path.isfile(setup))
    answer = subprocess.run(["sh", "-c", script + "env -0"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={"PATH": os.defpath, "HOME": "/root", "LC_ALL": "C.UTF-8"}, check=False)
    if answer.returncode:
        raise CheckError("sourcing %s failed: %s" % (", ".join(setups), last_line(answer.stderr.decode("utf-8", "replace"))))
    pairs = (entry.partition("=") for entry in answer.stdout.decode("utf-8", "replace").split("\0") if entry)
    return {name: value for name, _equals, value in pairs}


def kind_of_elf(path: str) -> bytes | None:
    """Class, byte order and machine of a program or library; None for other files."""
    try:
        with open(path, "rb") as stream:
            head = stream.read(20)
    except OSError:
        return None
    # ET_EXEC and ET_DYN: object files are not loaded.
    return head[4:6] + head[18:20] if head[:4] == b"\x7fELF" and len(head) == 20 and (head[16] | head[17]) in (2, 3) else None


def library_problems(files: Iterable[str], environ: Mapping[str, str]) -> list[Problem]:
    native = kind_of_elf(os.path.realpath(sys.executable))
    found = []
    for path in files:
        # Firmware for another machine is not loaded here.
        if kind_of_elf(path) != native:
            continue
        missing = re.findall(r"(\S+) => not found|version `(\S+)' not found", run(["ldd", path], environ).stdout)
        for name in sorted({library or "version " + version for library, version in missing}):
            found.append(Problem("%s needs %s, which is not found" % (path, name),
                                 "add the package that has it to package.xml (<depend>), or install the library where the "
                                 "loader looks"))
    return found


def module_problems(files: Iterable[str], environ: Mapping[str, str]) -> list[Problem]:
    names = {match[1] for match in map(_MODULE.search, files) if match}
    found = []
    for name in sorted(names):
        try:
            answer = run(["python3", "-B", "-c", "import " + name], environ, _IMPORT_SECONDS)
            why = last_line(answer.stdout) if answer.returncode else None
        except subprocess.TimeoutExpired:
            why = "it takes more than %d seconds" % _IMPORT_SECONDS
        if why:
            found.append(Problem("the Python module %s cannot be imported: %s" % (name, why),
                                 "add what it imports to package.xml (<exec_depend>), or correct the module"))
    return found


def index_problems(files: Iterable[str]) -> list[Problem]:
    found = []
    for match in (match for match in map(_MANIFEST.match, files) if match):
        entry = "%s/share/ament_index/resource_index/packages/%s" % (match[1], match[2])
        if is_ament(match[0]) and not os.path.isfile(entry):
            found.append(Problem("%s is missing, so ROS does not find the package" % entry,
                                 "call ament_package() in CMakeLists.txt, or list the file in data_files of setup.py"))
    return found


def is_ament(manifest: str) -> bool:
    try:
        kinds = [node.text or "" for node in ElementTree.parse(manifest).iterfind("export/build_type")]
    except (ElementTree.ParseError, OSError):
        return False
    return any(kind.strip().startswith("ament_") for kind in kinds)


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def report(package: str, problems: list[Problem]) -> None:
    version = run(["dpkg-query", "-W", "-f", "${Version}", package])
    say(package=package, version="" if version.returncode else version.stdout, ok=not problems,
        problems=[{"reason": one.reason, "advice": one.advice} for one in problems])


def check(repository: str, suite: str, words: list[str]) -> None:
    listed = packages_of(repository, suite, run(["dpkg", "--print-architecture"]).stdout.strip())
    packages = choose(listed, words)
    use(repository, suite)
    failed = install(packages)
    files = {package: files_of(package) for package in packages if package not in failed}
    setups = [path for package in listed if package.endswith(_SETUP) for path in files_of(package)]
    environ = environment(prefixes_of([*setups, *(path for names in files.values() for path in names)]))
    for package in packages:
        problem = failed.get(package) or removed_problem(package)
        if problem:
            report(package, [problem])
        else:
            report(package, [*library_problems(files[package], environ), *module_problems(files[package], environ),
                             *index_problems(files[package])])


def main() -> int:
    try:
        check(sys.argv[1], sys.argv[2], sys.argv[3:])
    except CheckError as error:
        say(error=str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
