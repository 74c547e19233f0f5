# SPDX-License-Identifier: Apache-2.0
"""Correct what bloom generated, and apply the fields of override.yaml. Works on a tree as saved.read_tree gives it.

Each correction answers a trap that docs/packaging.md lists.
"""

from . import control, overrides

FAST_TARGET = "fast-binary"
_FAST = """
# Added by colcon-deb: the same package as `binary` makes, without the steps of debhelper that find nothing to do in it.
.PHONY: {target}
.NOTPARALLEL:
{target}: {steps}
	python3 -B $(COLCON_DEB_HELPERS)/fast-package.py {deb} {prefix}
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


def adapt(tree, settings, package, fields):
    """The tree to build from."""
    tree = dict(tree)
    tree["compat"] = (b"13\n", False)
    stanzas = control.parse(tree["control"][0].decode())
    if len(stanzas) != 2:
        raise AdaptError("bloom wrote %d stanzas to debian/control instead of 2" % len(stanzas))
    _adapt_source(stanzas[0], fields)
    _adapt_binary(stanzas[1], package, fields)
    tree["control"] = (control.serialise(stanzas).encode(), False)
    tree["rules"] = (_adapt_rules(tree["rules"][0].decode(), settings, package, fields).encode(), True)
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


def _adapt_rules(text, settings, package, fields):
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
    text = "\n".join(lines) + "\n" + _fast(settings, package)
    text += _PYTHON_HOOK.format(deb=package["deb"], prefix=settings.prefix)
    appended = fields.get("rules_append", "")
    return text + ("\n# From override.yaml:\n%s\n" % appended.rstrip("\n") if appended else "")


def _fast(settings, package):
    steps = ["configure", "build"] + (["test"] if settings.run_tests else []) + ["install"]
    return _FAST.format(target=FAST_TARGET, steps=" ".join("override_dh_auto_" + step for step in steps), deb=package["deb"],
                         prefix=settings.prefix)


def dh_options(tree):
    """What debian/rules tells dh to tell each of its steps; None when it does not call dh as bloom does."""
    for line in tree["rules"][0].decode().splitlines():
        if line.startswith("\tdh $@ "):
            words = line.split()[2:]
            return [word for word, before in zip(words, [""] + words) if word.startswith("-") and word != "--with"
                    and before != "--with"]
    return None


def _keeps_asserts(settings):
    return settings.build_type == "Debug"


def _cmake_arguments(settings, fields):
    # debhelper passes None before these; the last one wins.
    arguments = [] if settings.build_type == "None" else ['-DCMAKE_BUILD_TYPE="%s"' % settings.build_type]
    return arguments + list(fields.get("cmake_args", ()))
