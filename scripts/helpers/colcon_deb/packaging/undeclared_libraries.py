# SPDX-License-Identifier: Apache-2.0
"""Which libraries does a package need that none of its dependencies brings?

dpkg-shlibdeps passes silently over a library without a version in its name, and those are most of ROS's: such a package
installs and then does not start.
"""

import os
import re
import subprocess

from . import control
from .elf import elf_files, files_below

_NEEDED = re.compile(r"\(NEEDED\)\s+Shared library: \[(.+)\]")


def unowned(deb, staging, library_dirs):
    """Sorted [(library, package that has it or None)] that the deb needs and its dependencies do not bring."""
    installed = files_below(staging)
    binaries = elf_files(installed)
    if not binaries:
        return []
    own = {os.path.basename(path) for path in installed}
    wanted = _needed(binaries) - own
    owners = _owners(wanted, library_dirs)
    closure = _closure(_field(deb, "Depends") + _field(deb, "Pre-Depends"))
    return sorted((name, owners.get(name)) for name in wanted if owners.get(name) not in closure)


def _needed(paths):
    result = set()
    for start in range(0, len(paths), 500):
        text = _output(["readelf", "-d", "--", *paths[start:start + 500]])
        result.update(_NEEDED.findall(text))
    return result


def _owners(libraries, library_dirs):
    """library -> package that owns the file which the loader would take."""
    cache = {}
    for line in _output(["/sbin/ldconfig", "-p"]).splitlines():
        name, arrow, path = line.strip().partition(" => ")
        if arrow:
            cache.setdefault(name.split(" ")[0], path)
    paths = {}
    for library in libraries:
        candidates = [os.path.join(directory, library) for directory in library_dirs]
        path = next((path for path in candidates if os.path.exists(path)), cache.get(library))
        if path:
            paths[library] = path
    owner_of = {}
    asked = sorted({variant for path in paths.values() for variant in _spellings(path)})
    for line in _output(["dpkg-query", "-S", "--", *asked]).splitlines() if asked else []:
        packages, colon, path = line.rpartition(": ")
        if colon:
            owner_of[path] = packages.split(",")[0].split(":")[0]
    return {library: next((owner_of[variant] for variant in _spellings(path) if variant in owner_of), None)
            for library, path in paths.items()}


def _spellings(path):
    """With /usr merged, dpkg may know a file by either name."""
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    names = [path, real, os.path.realpath(path)]
    names += [name[len("/usr"):] for name in names if name.startswith("/usr/lib")]
    return list(dict.fromkeys(names))


def _closure(relations):
    """Names of everything that these relations bring in, by what is installed here."""
    depends, providers = {}, {}
    text = _output(["dpkg-query", "-W", "-f", "${Package}\t${Provides}\t${Depends}, ${Pre-Depends}\n"])
    for line in text.splitlines():
        package, provides, needs = line.split("\t", 2)
        depends.setdefault(package, []).extend(control.split_relations(needs))
        for relation in control.split_relations(provides):
            for name in control.alternative_names(relation):
                providers.setdefault(name, []).append(package)
    seen, queue = set(), list(relations)
    while queue:
        for name in control.alternative_names(queue.pop()):
            for package in [name] + providers.get(name, []):
                if package in depends and package not in seen:
                    seen.add(package)
                    queue += depends[package]
    return seen


def _field(deb, name):
    return control.split_relations(_output(["dpkg-deb", "-f", deb, name]).replace("\n", " "))


def _output(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          errors="replace", check=False, env=dict(os.environ, LC_ALL="C.UTF-8")).stdout
