# SPDX-License-Identifier: Apache-2.0
"""What has changed since earlier runs: which packages may have to be built, and need a debian/ directory for that."""

import os
import subprocess

from ..base.selection import closure
from ..workspace.source_list import SourceListError, Sources
from . import fingerprint
from .records import DIRECTORY


class Changes:
    """inputs: package -> fingerprint of what it is made of, None when that is not known. candidates: names of the packages that
    are new or changed, and of all that depend on them: whether those are built is decided when their dependencies are."""

    def __init__(self, settings, plan, resolved, records, sources, common):
        versions = _installed_versions() if sources else {}
        self.inputs = {}
        for package in plan["packages"]:
            self.inputs[package["name"]] = sources and fingerprint.of_inputs(common, package, resolved, versions, settings, sources)
        self.candidates = set()
        dependencies = {package["name"]: package["deps"] for package in plan["packages"]}
        # In build order: what a package depends on comes before it.
        for package in plan["packages"]:
            needs = closure(package["deps"], dependencies)
            if package["selected"] and (settings.force or self.candidates.intersection(needs)
                                        or not self._holds(package["name"], needs, records)):
                self.candidates.add(package["name"])

    def _holds(self, name, needs, records):
        """Whether what an earlier run built is of these sources, and against the packages that there are now. A run that ended
        early, or built a part, has built some anew and not what uses them."""
        record = records.intact(name)
        if record is None or not self.inputs[name]:
            return False
        outputs = {need: records.packages[need].output for need in needs if records.intact(need)}
        return record.key == fingerprint.of_build(self.inputs[name], outputs)


def read_sources(settings, warn):
    """What the host says of the sources; None when it does not: then everything is built."""
    if not settings.have_source_list:
        return None
    try:
        return Sources.read(os.path.join(settings.output, DIRECTORY, "sources"))
    except SourceListError as error:
        warn("no_source_list", "The list of source files cannot be used, and everything is built: %s." % error)
        return None


def _installed_versions():
    """package -> version of everything that is installed: what a package is built against."""
    text = subprocess.check_output(["dpkg-query", "-W", "-f", "${Package} ${Version}\n"], text=True)
    return dict(line.split(" ", 1) for line in text.splitlines())
