# SPDX-License-Identifier: Apache-2.0
"""Correct a debian/ directory of bloom's, and apply the fields of override.yaml.

Each correction answers a trap that docs/packaging.md lists.
"""

from __future__ import annotations

import os

from ..base.settings import Settings
from ..workspace.package import Package
from . import control, overrides, pyproject, test_commands
from .overrides import Fields
from .user_files import Tree, TreeFile

FAST_TARGET = "fast-binary"
# Set by the build when it has sourced setup.sh: each step would start Python to read the hooks of all packages again.
SOURCED = "COLCON_DEB_SOURCED"
_FAST = """
# Added by colcon-deb: the same package as `binary` makes, without the idle steps of debhelper.
.PHONY: {target}
.NOTPARALLEL:
{target}: {steps}
	python3 -B $(COLCON_DEB_HELPERS)/fast-package.py {deb} {prefix}
"""

_HOOKS = """
# Added by colcon-deb. A recipe of yours for one of these three targets runs after ours.
.PHONY: execute_after_dh_fixperms execute_after_dh_shlibdeps execute_before_dh_gencontrol
.PHONY: colcon-deb-before-binaries colcon-deb-after-binaries colcon-deb-python
execute_after_dh_fixperms: colcon-deb-before-binaries
execute_after_dh_shlibdeps: colcon-deb-after-binaries
execute_before_dh_gencontrol: colcon-deb-python

# Programs of other machines are kept from debhelper's tools; no RUNPATH leads into the build directory.
colcon-deb-before-binaries:
	python3 -B $(COLCON_DEB_HELPERS)/staged-files.py before {deb}

colcon-deb-after-binaries:
	python3 -B $(COLCON_DEB_HELPERS)/staged-files.py after {deb}

# dh_python3 does not look below /opt, and dh_makeshlibs takes Python extensions for libraries.
colcon-deb-python:
	if find debian/{deb} -type f '(' -name '*.py' -o -name '*.cpython-*.so' ')' | grep -q . || \\
	   grep -rIlm1 '^#!.*python3' debian/{deb}{prefix} >/dev/null 2>&1; then \\
		echo 'colcon-deb:Depends=python3' >> debian/{deb}.substvars; \\
	else \\
		echo 'colcon-deb:Depends=' >> debian/{deb}.substvars; \\
	fi

override_dh_makeshlibs:
	dh_makeshlibs -X.cpython- -Xsite-packages/ -Xdist-packages/
"""
_NDEBUG = "export DEB_CXXFLAGS_MAINT_APPEND=-DNDEBUG"
_IGNORED_FAILURE = "|| true"
# The loader looks there by itself.
_SYSTEM_PREFIXES = ("/usr", "/usr/local")
_SHLIBDEPS = "\tdh_shlibdeps"


class AdaptError(Exception):
    """bloom's output does not have the expected form."""


def adapt(tree: Tree, settings: Settings, package: Package, fields: Fields) -> Tree:
    """The tree to build from."""
    stanzas = control.parse(tree["control"].data.decode())
    if len(stanzas) != 2:
        raise AdaptError("bloom wrote %d stanzas to debian/control instead of 2" % len(stanzas))
    _adapt_source(stanzas[0], fields, _relations_of_pyproject(settings, package))
    _adapt_binary(stanzas[1], package, fields)
    rules = _adapt_rules(tree["rules"].data.decode(), settings, package, fields)
    result = {**tree, "compat": TreeFile(b"13\n"), "control": TreeFile(control.serialise(stanzas).encode()),
              "rules": TreeFile(rules.encode(), executable=True)}
    if fields.shlibs_allow:
        result["shlibs.local"] = TreeFile(overrides.shlibs_local(fields.shlibs_allow).encode())
    return result


def dh_options(tree: Tree) -> list[str] | None:
    """The options that debian/rules gives to each step of dh; None when it does not call dh as bloom does."""
    for line in tree["rules"].data.decode().splitlines():
        if line.startswith("\tdh $@ "):
            words = line.split()[2:]
            return [word for word, before in zip(words, [""] + words) if word.startswith("-") and word != "--with"
                    and before != "--with"]
    return None


def _adapt_source(source: control.Stanza, fields: Fields, more: list[str]) -> None:
    """more: relations that bloom does not know."""
    control.add_relations(source, "Build-Depends", more)
    relations = [relation for relation in _without(fields.remove_build_depends, source.get("Build-Depends"))
                 if not relation.startswith("debhelper ")]
    source["Build-Depends"] = ", ".join(["debhelper (>= 13~)"] + relations)
    control.add_relations(source, "Build-Depends", fields.build_depends)
    for field in ("Maintainer", "Homepage"):
        if field in source:
            source[field] = _literal(source[field])
    source["Standards-Version"] = "4.6.2"
    source["Rules-Requires-Root"] = "no"


def _adapt_binary(binary: control.Stanza, package: Package, fields: Fields) -> None:
    binary["Depends"] = ", ".join(_without(fields.remove_depends, binary.get("Depends")) + ["${colcon-deb:Depends}"])
    # With Replaces alone, dpkg overwrites the files of the old package but leaves it installed, broken.
    control.add_relations(binary, "Breaks", control.split_relations(binary.get("Replaces")))
    for key, field in overrides.RELATIONS.items():
        control.add_relations(binary, field, fields.relations(key))
    # Debian's tools expect the description last, with a long part.
    description = binary.pop("Description", "") or "no description"
    description = _literal(description)
    binary["Description"] = description if "\n" in description else "%s\n ROS package %s." % (description, package.name)


def _literal(text: str) -> str:
    """dpkg-gencontrol replaces ${name} in every field, and ${} by a dollar sign."""
    return text.replace("${", "${}{")


def _without(removed: list[str], field: str | None) -> list[str]:
    """The relations of a field that name none of the removed packages."""
    return [relation for relation in control.split_relations(field)
            if not set(removed).intersection(control.alternative_names(relation))]


def _adapt_rules(text: str, settings: Settings, package: Package, fields: Fields) -> str:
    lines = text.splitlines()
    if package.build_type != "ament_python" and not any(map(_sets_prefix, lines)):
        raise AdaptError("bloom's debian/rules for %s has no CMAKE_INSTALL_PREFIX" % package.build_type)
    adapted = [new for line in _with_cmake_arguments(lines, settings, fields)
               for new in _adapt_line(line, settings, package, fields)]
    exports = ["export %s=%s" % item for item in fields.rules_exports.items()]
    if package.build_type == "ament_python":
        exports = pyproject.exports(_source_of(settings, package), settings.prefix) + exports
    adapted[1:1] = exports
    appended = fields.rules_append.rstrip("\n")
    return "".join(("\n".join(adapted), "\n", _fast_target(settings, package),
                    _HOOKS.format(deb=package.deb, prefix=settings.prefix),
                    "\n# From override.yaml:\n%s\n" % appended if fields.rules_append else ""))


def _adapt_line(line: str, settings: Settings, package: Package, fields: Fields) -> list[str]:
    """The lines to have in place of a line of bloom's debian/rules."""
    prefix = settings.prefix
    sourcing = '\tif [ -f "%s/setup.sh" ]; then ' % prefix
    if line.startswith(sourcing):
        return ['\tif [ -z "$$%s" ] && %s' % (SOURCED, line[len("\tif "):])]
    if line == _NDEBUG and settings.build_type == "Debug":
        return []
    if line == "export PKG_CONFIG_PATH=%s/lib/pkgconfig" % prefix:
        # The builds set DEB_HOST_MULTIARCH. Running dpkg-architecture takes longer than a small compilation.
        return ["DEB_HOST_MULTIARCH ?= $(shell dpkg-architecture -qDEB_HOST_MULTIARCH)",
                "export PKG_CONFIG_PATH:=%s/lib/pkgconfig:%s/lib/$(DEB_HOST_MULTIARCH)/pkgconfig:%s/share/pkgconfig"
                ":$(PKG_CONFIG_PATH)" % (prefix, prefix, prefix)]
    if settings.run_tests and "dh_auto_test" in line and line.endswith(_IGNORED_FAILURE):
        # bloom ignores failing tests; a user who asks for tests does not.
        return [test_commands.adapted(line[:-len(_IGNORED_FAILURE)].rstrip(), settings, package)]
    if _has_only_pyproject(settings, package) and line in ("\tdh_auto_configure", "\tdh_auto_install"):
        return [line, "\tpython3 -B $(COLCON_DEB_HELPERS)/staged-files.py %s" % (
            "relocate %s %s" % (package.deb, prefix) if line.endswith("install") else "limit-discovery " + package.name)]
    if line.startswith(_SHLIBDEPS):
        return _shlibdeps(settings, package, fields)
    return [line]


def _source_of(settings: Settings, package: Package) -> str:
    return os.path.join(settings.source, package.path)


def _has_only_pyproject(settings: Settings, package: Package) -> bool:
    return package.build_type == "ament_python" and pyproject.is_alone(_source_of(settings, package))


def _relations_of_pyproject(settings: Settings, package: Package) -> list[str]:
    alone = _has_only_pyproject(settings, package)
    return pyproject.build_relations(_source_of(settings, package)) if alone else []


def _sets_prefix(line: str) -> bool:
    return "-DCMAKE_INSTALL_PREFIX=" in line


def _with_cmake_arguments(lines: list[str], settings: Settings, fields: Fields) -> list[str]:
    """bloom's lines with our arguments and those of override.yaml after bloom's own: the last one wins."""
    result, inside = [], False
    for line in lines:
        inside = inside or _sets_prefix(line)
        if inside and not line.endswith("\\"):
            arguments = _cmake_arguments(settings) + fields.cmake_args
            line = " \\\n\t\t".join([line] + arguments)
            inside = False
        result += line.split("\n")
    return result


def _cmake_arguments(settings: Settings) -> list[str]:
    """Against what debhelper passes: build type None, libraries in lib/<multiarch>, no FetchContent.

    Where the libraries are is written into all programs, so that they start without LD_LIBRARY_PATH, which still wins.
    """
    arguments = [] if settings.build_type == "None" else ['-DCMAKE_BUILD_TYPE="%s"' % settings.build_type]
    if settings.prefix not in _SYSTEM_PREFIXES:
        arguments += ["-DCMAKE_INSTALL_LIBDIR=lib",
                      '-DCMAKE_INSTALL_RPATH="%s"' % ";".join(_library_directories(settings))]
    return arguments + ["-DFETCHCONTENT_FULLY_DISCONNECTED=OFF"]


def _library_directories(settings: Settings) -> list[str]:
    """The second one is for what upstream's build files put there by themselves."""
    return ["%s/lib" % settings.prefix, "%s/lib/$(DEB_HOST_MULTIARCH)" % settings.prefix]


def _shlibdeps(settings: Settings, package: Package, fields: Fields) -> list[str]:
    """Libraries of this package, of the prefix, and of this package alone if override.yaml allows them."""
    installed = _library_directories(settings)
    places = ":".join(["$(CURDIR)/debian/%s%s" % (package.deb, directory) for directory in installed] + installed)
    if not fields.shlibs_allow:
        return ["%s -l%s" % (_SHLIBDEPS, places)]
    return ["\tallowed=$$(python3 -B $(COLCON_DEB_HELPERS)/staged-files.py library-directories %s %s) && \\"
            % (package.deb, " ".join(fields.shlibs_allow)), "%s -l%s:$$allowed" % (_SHLIBDEPS, places)]


def _fast_target(settings: Settings, package: Package) -> str:
    steps = ["configure", "build"] + (["test"] if settings.run_tests else []) + ["install"]
    return _FAST.format(target=FAST_TARGET, steps=" ".join("override_dh_auto_" + step for step in steps), deb=package.deb,
                        prefix=settings.prefix)
