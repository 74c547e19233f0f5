# SPDX-License-Identifier: Apache-2.0
"""What debian_dirs/<package>/ says (docs/overrides.md): a whole debian/ directory, or single changes in override.yaml."""

import os
import re

import yaml

from . import control
from .saved_edits import MARKER

MAX_SIZE = 256 * 1024
RELATIONS = {"depends": "Depends", "recommends": "Recommends", "suggests": "Suggests", "breaks": "Breaks",
             "replaces": "Replaces", "conflicts": "Conflicts", "provides": "Provides"}
_OVERRIDES = ("override.yaml", "debian", "control", "rules")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
# libfoo.so.1.2 or libfoo-1.2.so: the two forms of which dpkg-shlibdeps makes a name and a version.
_LIBRARY = re.compile(r"(?P<name>[A-Za-z0-9+._-]+?)(?:\.so\.(?P<after>[A-Za-z0-9.]+)|-(?P<before>[0-9][0-9.]*)\.so)\Z")


class OverrideError(Exception):
    """An override that cannot be used; the text names the file."""


class Override:
    """whole: path of a complete debian/ directory or None. fields: the checked content of override.yaml."""

    def __init__(self, whole, fields, directory):
        self.whole, self.fields, self.directory = whole, fields, directory


def find(debian_dirs, package):
    """The override of that package; one without any effect when there is none."""
    directory = os.path.join(debian_dirs, package)
    fields_file = os.path.join(directory, "override.yaml")
    whole = _whole_directory(directory)
    fields = {}
    if os.path.lexists(fields_file):
        if whole:
            raise OverrideError("debian_dirs/%s: has both a complete debian/ directory and an override.yaml, which changes "
                                "what is generated. Keep one of them." % package)
        fields = _read_fields(fields_file, "debian_dirs/%s/override.yaml" % package)
        for patch in fields.get("patches", ()):
            if not os.path.isfile(os.path.join(directory, patch)):
                raise OverrideError("debian_dirs/%s/override.yaml: patch %s is not there." % (package, patch))
    return Override(whole, fields, directory)


def unused(debian_dirs, packages):
    """Paths below debian_dirs of what looks like an override but belongs to none of the packages.

    What was generated for a package that is not in the workspace now is no override.
    """
    result = []
    for name in sorted(os.listdir(debian_dirs)) if os.path.isdir(debian_dirs) else []:
        path = os.path.join(debian_dirs, name)
        if name in _OVERRIDES and name != "debian":
            result.append(name)
        elif name not in packages and not any(os.path.exists(os.path.join(path, place, MARKER)) for place in ("", "debian")):
            result += [os.path.join(name, part) for part in _OVERRIDES if os.path.exists(os.path.join(path, part))][:1]
    return result


def _whole_directory(directory):
    for candidate in (os.path.join(directory, "debian"), directory):
        if os.path.exists(os.path.join(candidate, MARKER)):
            return None
        have = [name for name in ("control", "rules") if os.path.isfile(os.path.join(candidate, name))]
        if len(have) == 2:
            return candidate
        if have:
            raise OverrideError("%s has %s but not the other one of control and rules: a debian/ directory needs both."
                                % (os.path.join("debian_dirs", os.path.relpath(candidate, os.path.dirname(directory))),
                                   have[0]))
    return None


def _read_fields(path, shown):
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read(MAX_SIZE + 1)
        if len(text) > MAX_SIZE:
            raise OverrideError("%s: larger than %d bytes." % (shown, MAX_SIZE))
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise OverrideError("%s: cannot be read: %s." % (shown, error)) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = ":%d:%d" % (mark.line + 1, mark.column + 1) if mark else ""
        raise OverrideError("%s%s: not valid YAML: %s." % (shown, where, getattr(error, "problem", None) or error)) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise OverrideError("%s:1:1: a mapping of keys is needed." % shown)
    lines = {key.value: key.start_mark for key, _value in node.value}
    for key, value in data.items():
        mark = lines.get(str(key))
        where = "%s:%d:%d" % (shown, mark.line + 1, mark.column + 1) if mark else shown
        check = _CHECKS.get(key)
        if check is None:
            raise OverrideError("%s: unknown key %r; known are %s." % (where, key, ", ".join(sorted(_CHECKS))))
        problem = check(value)
        if problem:
            raise OverrideError("%s: %s: %s." % (where, key, problem))
    return data


def _check_list(check_item):
    def check(value):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return "a list of strings is needed"
        return next((problem for problem in map(check_item, value) if problem), None)
    return check


def _check_relation(item):
    return None if control.is_relation(item) else "%r is not a relation such as 'libfoo-dev (>= 1.2)'" % item


def _check_name(item):
    return None if control.alternative_names(item) == [item] else "%r is not a package name" % item


def _check_line(item):
    return "%r: no blanks, quotes, dollar signs or control characters" % item if re.search(r"[\s'\"$`\\#\x00-\x1f]", item) \
        else None


def _check_patch(item):
    return "%r must be a path below the directory of override.yaml" % item \
        if item.startswith("/") or ".." in item.split("/") or "\n" in item else None


def _check_library(item):
    return None if _LIBRARY.match(item) else "%r is not a library such as libfoo.so.1" % item


def _check_exports(value):
    if not isinstance(value, dict):
        return "a mapping of variable to value is needed"
    for name, text in value.items():
        if not isinstance(name, str) or not _VARIABLE.match(name):
            return "%r is not a variable name" % (name,)
        if not isinstance(text, (str, int)) or "\n" in str(text):
            return "%s: one line of text is needed" % name
    return None


def _check_text(value):
    return None if isinstance(value, str) else "text is needed"


_CHECKS = dict({key: _check_list(_check_relation) for key in RELATIONS},
               build_depends=_check_list(_check_relation), remove_depends=_check_list(_check_name),
               remove_build_depends=_check_list(_check_name), cmake_args=_check_list(_check_line),
               rules_exports=_check_exports, rules_append=_check_text, patches=_check_list(_check_patch),
               shlibs_allow=_check_list(_check_library))


def shlibs_local(libraries):
    """Text of debian/shlibs.local by which dpkg-shlibdeps lets these libraries pass without a dependency."""
    matches = [_LIBRARY.match(library) for library in libraries]
    return "".join("%s %s\n" % (match.group("name"), match.group("after") or match.group("before")) for match in matches)
