# SPDX-License-Identifier: Apache-2.0
"""Everything that a package depends on, as one short text: equal as long as building it again would give the same."""

import hashlib
import os

from ..dependencies.needs import FARM_KEYS
from ..packaging import overrides
from ..packaging.saved_edits import MARKER, edited_files, read_tree
from ..workspace.source_list import UNREADABLE

_FORMAT = "1"
# Of the container's environment: where and how the build runs, but not what comes of it.
_IRRELEVANT = {"HOSTNAME", "HOME", "USER", "LOGNAME", "PWD", "OLDPWD", "SHLVL", "_", "TERM", "HOST_UID", "HOST_GID",
               "HOST_USER", "PARALLEL_JOBS", "LIMIT_BY_MEMORY", "VERBOSE", "NO_NEW_PRIVILEGES", "FORCE", "PACKAGES_SELECT",
               "PACKAGES_UP_TO", "PACKAGES_ABOVE", "SOURCE_LIST", "PACKAGE_TIMEOUT", "RETRIES", "CONTINUE_ON_ERROR", "FAST",
               "DEPENDENCY_LAYER", "COMPILER_CACHE", "BUILD_STAMP", "REPOSITORY_PRUNE", "REPOSITORY_HELD"}


def digest(parts):
    """Of texts, each with its length before it: no two lists give the same stream."""
    state = hashlib.sha256()
    for part in parts:
        data = os.fsencode(part)
        state.update(b"%d:" % len(data))
        state.update(data)
    return state.hexdigest()


def of_environment(environ, helpers):
    """What all packages have in common: the image, what the user asked for, and these programs."""
    parts = [_FORMAT, _digest_of_tree(read_tree(helpers))]
    for name in sorted(set(environ) - _IRRELEVANT):
        parts += [name, environ[name]]
    return digest(parts)


def of_inputs(common, package, resolved, versions, settings, sources):
    """What one package is made of, without the packages of the workspace that it is built against. None if that is not known.

    resolved: key -> names for apt; versions: of what is installed.
    """
    listed = sources.of_package(package)
    if listed is None or UNREADABLE in listed:
        return None
    described = [package[name] for name in ("name", "version", "path", "build_type", "deb", "deb_version")]
    built_against = {key for kind in package["keys"] if kind != "test" or settings.run_tests for key in package["keys"][kind]}
    built_against.update(FARM_KEYS)
    answers = []
    for key in sorted(built_against.union(package["keys"].get("test", ()))):
        answers += [key, *("%s %s" % (name, versions.get(name) if key in built_against else "") for name in resolved.get(key, ()))]
    return digest([common, *described, "deps", *package["deps"], "members", *package["group_members"], "keys", *answers,
                   "override", _digest_of_override(settings.debian_dirs, package["name"]), "sources", *listed])


def of_build(inputs, outputs):
    """The whole: inputs, and {workspace package: digests of its .debs} of all that was installed for it."""
    parts = [inputs]
    for name, digests in sorted(outputs.items()):
        parts += [name, *digests]
    return digest(parts)


def _digest_of_override(debian_dirs, package):
    """Of what the user wrote there, through links too, as overrides.py reads it. What was generated there follows from the rest."""
    directory = os.path.join(debian_dirs, package)
    whole = overrides.find(debian_dirs, package).whole
    tree = {name: content for name, content in read_tree(directory, follow=True).items()
            if whole or not name.startswith("debian" + os.sep)}
    for name, content in edited_files(os.path.join(directory, "debian")).items():
        tree[os.path.join("debian", name)] = content
    return _digest_of_tree({name: content for name, content in tree.items() if os.path.basename(name) != MARKER})


def _digest_of_tree(tree):
    parts = []
    for name, (data, executable) in sorted(tree.items()):
        parts += [name, "x" if executable else "-", hashlib.sha256(data).hexdigest()]
    return digest(parts)
