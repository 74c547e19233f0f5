# SPDX-License-Identifier: Apache-2.0
"""Correct what bloom generated, and apply the fields of override.yaml. Works on a tree as saved.read_tree gives it.

Each correction answers a trap that docs/packaging.md lists.
"""

from . import control, overrides

# Each step of debhelper starts a Perl and looks at every file. These find nothing to do in any package whose rules bloom wrote:
# it needs no root (testroot), uses no ${perl:Depends} (perl) and has no debug information to pack (dwz). An empty target is how
# dh is told to leave a step out.
_IDLE_STEPS = ("dh_testroot", "dh_perl")
_DEBUG_STEPS = ("dh_dwz",)
# Idle too where the source has none of these files.
_AUTOTOOLS_STEPS = ("dh_update_autotools_config", "dh_autoreconf")
AUTOTOOLS_FILES = {"configure.ac", "configure.in", "config.guess", "config.sub"}
# What strip-nondeterminism can change; archives of static libraries come without times out of Debian's binutils.
_TIMED_FILES = ("a", "apk", "cpio", "dz", "epub", "gmo", "gz", "htb", "html", "jar", "jmod", "mo", "par", "pk3", "png",
                "properties", "pyz", "war", "whl", "xpi", "zip")

_STEPS = """
# Added by colcon-deb: steps that have nothing to do here.
{idle}
override_dh_strip_nondeterminism:
	if find debian/{deb} -type f '(' {timed} ')' | grep -q .; then dh_strip_nondeterminism; fi
"""

_PYTHON_HOOK = """
# Added by colcon-deb: dh_python3 does not look below /opt, and dh_makeshlibs takes Python extensions for libraries.
execute_before_dh_gencontrol:
	if find debian/{deb} -type f '(' -name '*.py' -o -name '*.cpython-*.so' ')' | grep -q . || \\
	   grep -rIlm1 '^#!.*python3' debian/{deb}{prefix} >/dev/null 2>&1; then \\
		echo 'colcon-deb:Depends=python3' >> debian/{deb}.substvars; \\
	else \\
		echo 'colcon-deb:Depends=' >> debian/{deb}.substvars; \\
	fi

override_dh_makeshlibs:
	dh_makeshlibs -X.cpython- -Xsite-packages/ -Xdist-packages/
"""


class AdaptError(Exception):
    """bloom's output has not the form that is expected."""


def adapt(tree, settings, package, fields, autotools):
    """The tree to build from. autotools: whether the source has any of AUTOTOOLS_FILES."""
    tree = dict(tree)
    tree["compat"] = (b"13\n", False)
    stanzas = control.parse(tree["control"][0].decode())
    if len(stanzas) != 2:
        raise AdaptError("bloom wrote %d stanzas to debian/control instead of 2" % len(stanzas))
    _adapt_source(stanzas[0], fields)
    _adapt_binary(stanzas[1], package, fields)
    tree["control"] = (control.serialise(stanzas).encode(), False)
    tree["rules"] = (_adapt_rules(tree["rules"][0].decode(), settings, package, fields, autotools).encode(), True)
    if fields.get("shlibs_allow"):
        tree["shlibs.local"] = (overrides.shlibs_local(fields["shlibs_allow"]).encode(), False)
    return tree


def _adapt_source(source, fields):
    removed = set(fields.get("remove_build_depends", ()))
    relations = [relation for relation in control.split_relations(source.get("Build-Depends"))
                 if not relation.startswith("debhelper ") and not removed.intersection(control.alternative_names(relation))]
    source["Build-Depends"] = ", ".join(["debhelper (>= 13~)"] + relations)
    control.add_relations(source, "Build-Depends", fields.get("build_depends", []))
    source["Standards-Version"] = "4.6.2"
    source["Rules-Requires-Root"] = "no"


def _adapt_binary(binary, package, fields):
    removed = set(fields.get("remove_depends", ()))
    relations = [relation for relation in control.split_relations(binary.get("Depends"))
                 if not removed.intersection(control.alternative_names(relation))]
    binary["Depends"] = ", ".join(relations + ["${colcon-deb:Depends}"])
    # Replaces alone lets dpkg overwrite the files of the old package but leaves it installed, broken.
    control.add_relations(binary, "Breaks", [relation for relation in control.split_relations(binary.get("Replaces"))])
    for key, field in overrides.RELATIONS.items():
        control.add_relations(binary, field, fields.get(key, []))
    # Last, where a reader looks for it, and never without the long part, which Debian's tools expect.
    description = binary.pop("Description", "") or "no description"
    binary["Description"] = description if "\n" in description else "%s\n ROS package %s." % (description, package["name"])


def _adapt_rules(text, settings, package, fields, autotools):
    lines = []
    anchored = False
    for line in text.splitlines():
        if line == "export DEB_CXXFLAGS_MAINT_APPEND=-DNDEBUG" and _keeps_asserts(settings):
            continue
        if line == "export PKG_CONFIG_PATH=%s/lib/pkgconfig" % settings.prefix:
            line += ":%s/lib/$(DEB_HOST_MULTIARCH)/pkgconfig:%s/share/pkgconfig" % (settings.prefix, settings.prefix)
            line = line.replace("export PKG_CONFIG_PATH=", "export PKG_CONFIG_PATH:=") + ":$(PKG_CONFIG_PATH)"
            # Set in our builds; asking takes longer than a small compilation.
            lines.append("DEB_HOST_MULTIARCH ?= $(shell dpkg-architecture -qDEB_HOST_MULTIARCH)")
        if settings.run_tests and "dh_auto_test" in line and line.endswith("|| true"):
            # bloom ignores failing tests; who asks for tests wants to know.
            line = line[:-len("|| true")].rstrip()
        lines.append(line)
        if "-DCMAKE_INSTALL_PREFIX=" in line:
            anchored = True
            lines += ["\t\t%s \\" % argument for argument in _cmake_arguments(settings, fields)]
    if package["build_type"] != "ament_python" and not anchored:
        raise AdaptError("bloom's debian/rules for %s has no CMAKE_INSTALL_PREFIX" % package["build_type"])
    exports = ["export %s=%s" % item for item in fields.get("rules_exports", {}).items()]
    lines[1:1] = exports
    text = "\n".join(lines) + "\n" + _steps(settings, package, autotools)
    text += _PYTHON_HOOK.format(deb=package["deb"], prefix=settings.prefix)
    appended = fields.get("rules_append", "")
    return text + ("\n# From override.yaml:\n%s\n" % appended.rstrip("\n") if appended else "")


def _steps(settings, package, autotools):
    idle = _IDLE_STEPS + (() if settings.debug_symbols else _DEBUG_STEPS) + (() if autotools else _AUTOTOOLS_STEPS)
    return _STEPS.format(idle="".join("override_%s:\n" % step for step in idle), deb=package["deb"],
                         timed=" -o ".join("-name '*.%s'" % suffix for suffix in _TIMED_FILES))


def _keeps_asserts(settings):
    return settings.build_type == "Debug"


def _cmake_arguments(settings, fields):
    # debhelper passes None before these; the last one wins.
    arguments = [] if settings.build_type == "None" else ['-DCMAKE_BUILD_TYPE="%s"' % settings.build_type]
    return arguments + list(fields.get("cmake_args", ()))
