#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make a debian/ directory for every package that may have to be built, as the build user. Usage: debian-preparer.py [shell]

The result goes to /workspace/prepared/<package>/; directories of bloom's go to debian_dirs/<package>/debian, too. An
error is reported only when the package would be built, so that the other packages are built. The output of bloom goes
to logs/stage.prepare.log in the output directory.

For a shell, only the packages that were selected by name get one, and the logs of the last build stay.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import disk, files, step  # noqa: E402
from colcon_deb.base.machine import read_machine  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import HELPERS, Settings, read_settings  # noqa: E402
from colcon_deb.dependencies import faults  # noqa: E402
from colcon_deb.incremental import changes, fingerprint, portable  # noqa: E402
from colcon_deb.incremental.records import DIRECTORY, Records  # noqa: E402
from colcon_deb.packaging import setup_package  # noqa: E402
from colcon_deb.packaging.bloom_adapter import write_index  # noqa: E402
from colcon_deb.packaging.prepared import Prepared  # noqa: E402
from colcon_deb.workspace.epoch import Commits  # noqa: E402
from colcon_deb.workspace.package import Package, Plan  # noqa: E402

FOR_SHELL = sys.argv[1:] == ["shell"]


def prepare(settings: Settings, plan: Plan, resolved: Mapping[str, list[str]], candidates: Sequence[Package],
            setup: Sequence[str], emitter: Emitter) -> dict[str, Prepared]:
    """setup: the packages that have the set-up files of the prefix, if they are ours."""
    # bloom prints to standard output, which carries our events, and keeps a log in the home directory.
    log = files.create_log(os.path.join(settings.state, "builder", "prepare.log") if FOR_SHELL
                           else os.path.join(settings.output, "logs", "stage.prepare.log"))
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    os.environ["HOME"] = os.path.join(settings.prepared, ".home")
    os.environ["ROSDISTRO_INDEX_URL"] = write_index(os.path.join(settings.prepared, ".index"), settings)

    from colcon_deb.packaging.prepare import Preparer
    commits = Commits.read(os.path.join(settings.output, DIRECTORY)) if settings.have_source_list else Commits()
    preparer = Preparer(settings, plan, resolved, setup, commits, emitter.warning)
    result = {}
    for number, package in enumerate(candidates, 1):
        result[package.name] = preparer.prepare(package)
        emitter.progress("general", current=number, total=len(candidates), message="debian/ of " + package.name)
    sys.stdout.flush()
    return result


def main() -> int:
    emitter, settings = Emitter(os.dup(1)), read_settings()
    try:
        prepare_all(emitter, settings)
    except OSError as error:
        emitter.error("Preparing the debian/ directories: %s." % disk.explain(error, disk.places(settings)))
        # Python would fail at its end to write what bloom has printed.
        sys.stdout = sys.stderr
        return 1
    return 0


def prepare_all(emitter: Emitter, settings: Settings) -> None:
    plan = Plan.from_json(files.read_json(os.path.join(settings.state, "plan.json")))
    resolved = files.read_json(os.path.join(settings.state, "resolved.json"))
    machine = read_machine()
    records = Records(settings.output, settings.target(machine.architecture))
    sources = changes.read_sources(settings, emitter.warning)
    faulty = faults.read(settings.state)
    setup_file = setup_package.make(settings, plan, resolved, machine, emitter.warning)
    files.write_json(os.path.join(settings.state, "builder", "setup.json"), {"file": setup_file})
    setup = [settings.setup_deb] if setup_file else []
    environment = fingerprint.of_environment(os.environ, HELPERS)
    shared = portable.of_environment(os.environ, HELPERS, settings, setup)
    found = changes.Changes(settings, plan, resolved, records, sources, environment, shared, faulty)
    candidates = [package for package in plan.packages if package.name in found.candidates and package.name not in faulty]
    if FOR_SHELL and not settings.packages_select:
        candidates = []
    prepared = prepare(settings, plan, resolved, candidates, setup, emitter) if candidates else {}
    prepared.update({name: Prepared(error=reason, binaries=records.binaries(name)) for name, reason in faulty.items()})
    entries = {}
    for package in plan.packages:
        entry = prepared.get(package.name) or Prepared(binaries=records.binaries(package.name))
        estimate = sources.estimate(package) if sources else 1
        entries[package.name] = replace(entry, sources=found.sources[package.name], inputs=found.inputs[package.name],
                                        estimate=estimate, environment=environment,
                                        portable=found.portable[package.name]).to_json()
    files.write_json(os.path.join(settings.state, "builder", "prepared.json"), entries)


if __name__ == "__main__":
    step.run(main)
