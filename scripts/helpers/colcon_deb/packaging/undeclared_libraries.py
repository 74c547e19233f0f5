# SPDX-License-Identifier: Apache-2.0
"""Which libraries a package needs that none of its dependencies brings.

dpkg-shlibdeps passes silently over a library without a version in its name, as most of ROS's are: such a package
installs and then does not start.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence

from . import control
from .elf import dynamic_sections, elf_files, files_below


def undeclared(deb: str, staging: str, library_dirs: Sequence[str],
               siblings: Mapping[str, tuple[str, str]]) -> list[tuple[str, str | None]]:
    """Sorted (library, owning package or None) of the libraries that the deb needs without a dependency on them.

    siblings: package -> its (deb, staging directory), of those that are made from the same source. They count in place of
    installed packages of these names.
    """
    installed = files_below(staging)
    binaries = elf_files(installed)
    if not binaries:
        return []
    own = {os.path.basename(path) for path in installed}
    wanted = {name for dynamic in dynamic_sections(binaries).values() for name in dynamic.needed} - own
    made = {os.path.basename(path): name for name, (_deb, directory) in siblings.items() for path in files_below(directory)}
    owners = {**_owners(wanted, library_dirs), **made}
    brought = _closure(_needs(deb), {name: _needs(sibling) for name, (sibling, _directory) in siblings.items()})
    return sorted(((name, owners.get(name)) for name in wanted if owners.get(name) not in brought),
                  key=lambda found: found[0])


def _owners(libraries: Iterable[str], library_dirs: Sequence[str]) -> dict[str, str | None]:
    """library -> the package that owns the file which the loader would take."""
    paths = _find(libraries, library_dirs)
    owner_of = _ask_dpkg({spelling for path in paths.values() for spelling in _spellings(path)})
    return {library: next((owner_of[spelling] for spelling in _spellings(path) if spelling in owner_of), None)
            for library, path in paths.items()}


def _find(libraries: Iterable[str], library_dirs: Sequence[str]) -> dict[str, str]:
    """library -> the file that the loader would take."""
    cache: dict[str, str] = {}
    for line in _output(["/sbin/ldconfig", "-p"]).splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow:
            cache.setdefault(name.split(" ")[0], path)
    paths = {}
    for library in libraries:
        candidates = [os.path.join(directory, library) for directory in library_dirs]
        found = next((path for path in candidates if os.path.exists(path)), cache.get(library))
        if found:
            paths[library] = found
    return paths


def _ask_dpkg(paths: Iterable[str]) -> dict[str, str]:
    """path -> the package that owns it."""
    asked = sorted(paths)
    owner_of = {}
    for line in _output(["dpkg-query", "-S", "--", *asked]).splitlines() if asked else []:
        packages, colon, path = line.rpartition(": ")
        if colon:
            owner_of[path] = packages.split(",")[0].split(":")[0]
    return owner_of


def _spellings(path: str) -> list[str]:
    """With /usr merged, dpkg may know a file by either name."""
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    names = [path, real, os.path.realpath(path)]
    names += [name[len("/usr"):] for name in names if name.startswith("/usr/lib")]
    return list(dict.fromkeys(names))


def _closure(relations: Iterable[str], siblings: Mapping[str, list[str]]) -> set[str]:
    """Names of the packages that these relations bring in: installed ones and siblings (package -> its relations)."""
    depends, providers = _installed_packages()
    depends = {**depends, **siblings}
    seen: set[str] = set()
    queue = list(relations)
    while queue:
        for name in control.alternative_names(queue.pop()):
            for package in [name] + providers.get(name, []):
                if package in depends and package not in seen:
                    seen.add(package)
                    queue += depends[package]
    return seen


def _installed_packages() -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """(package -> its relations, name -> the packages that provide it)."""
    depends: dict[str, list[str]] = {}
    providers: dict[str, list[str]] = {}
    text = _output(["dpkg-query", "-W", "-f", "${Package}\t${Provides}\t${Depends}, ${Pre-Depends}\n"])
    for line in text.splitlines():
        package, provides, needs = line.split("\t", 2)
        depends.setdefault(package, []).extend(control.split_relations(needs))
        for relation in control.split_relations(provides):
            for name in control.alternative_names(relation):
                providers.setdefault(name, []).append(package)
    return depends, providers


def _needs(deb: str) -> list[str]:
    return _field(deb, "Depends") + _field(deb, "Pre-Depends")


def _field(deb: str, name: str) -> list[str]:
    return control.split_relations(_output(["dpkg-deb", "-f", deb, name]).replace("\n", " "))


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="replace", check=False, env=dict(os.environ, LC_ALL="C.UTF-8")).stdout
