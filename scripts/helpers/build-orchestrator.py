#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Build the packages that need it, as the build user. Usage: build-orchestrator.py CHANNEL-DESCRIPTOR

The descriptor is a socket to build-supervisor.py, which alone may install. Exit 0: all packages are up to date; 1: a
package failed or was skipped; 130: stopped.
"""

from __future__ import annotations

import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import disk, files, step  # noqa: E402
from colcon_deb.base.machine import read_machine  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings, read_settings  # noqa: E402
from colcon_deb.building import departed, slots  # noqa: E402
from colcon_deb.building.builder import Builder  # noqa: E402
from colcon_deb.building.channel import Channel, Stopped  # noqa: E402
from colcon_deb.building.environment import build_environment  # noqa: E402
from colcon_deb.building.file_owners import FileOwners  # noqa: E402
from colcon_deb.building.orchestrator import Orchestrator  # noqa: E402
from colcon_deb.building.prefix_setup import PrefixSetup, SetupError  # noqa: E402
from colcon_deb.building.result import Result  # noqa: E402
from colcon_deb.building.shared_packages import SharedPackages  # noqa: E402
from colcon_deb.building.stray_files import StrayFiles  # noqa: E402
from colcon_deb.incremental import changes  # noqa: E402
from colcon_deb.incremental.records import Records  # noqa: E402
from colcon_deb.packaging.prepared import Prepared  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402


def make_slots(settings: Settings, emitter: Emitter) -> slots.Slots:
    jobs = settings.jobs
    if settings.memory_share:
        memory = slots.memory_available(builds=settings.memory_share)
        jobs = slots.affordable(jobs, memory, settings.emulated)
        if memory is not None and jobs < settings.jobs:
            emitter.warning("few_jobs", "Building with %d of %d jobs: %d MiB of memory are free%s, and a compiler may "
                            "need %d. Use --jobs to choose the number."
                            % (jobs, settings.jobs, memory >> 20,
                               " for each of %d builds" % settings.memory_share if settings.memory_share > 1 else "",
                               slots.memory_per_slot(settings.emulated) >> 20))
    return slots.Slots(os.path.join(settings.build_root, ".slots"), jobs)


def leave_result(settings: Settings, setup: PrefixSetup, result: Result) -> None:
    """Write result.json, also if the set-up package cannot be put into debs/. Raises OSError."""
    try:
        result = setup.published(result)
    finally:
        files.write_json(os.path.join(settings.state, "builder", "result.json"), result.to_json())


def build(settings: Settings, emitter: Emitter) -> int:
    """The exit code. Raises Stopped, SetupError or OSError."""
    machine = read_machine()
    plan = Plan.from_json(files.read_json(os.path.join(settings.state, "plan.json")))
    entries = files.read_json(os.path.join(settings.state, "builder", "prepared.json"))
    prepared = {name: Prepared.from_json(data) for name, data in entries.items()}
    channel = Channel(int(sys.argv[1]))
    shared = make_slots(settings, emitter)
    target = settings.target(machine.architecture)
    records = Records(settings.output, target)
    departed.clear(settings.output, plan, records)
    owners, strays = FileOwners(settings.output, target), StrayFiles(settings)
    builder = Builder(settings, machine, build_environment(settings, machine, shared.path), channel, owners, strays, emitter)
    orchestrator = Orchestrator(settings, plan, prepared, records, changes.read_sources(settings, emitter.warning), shared,
                                builder, channel, owners, strays, SharedPackages(settings, channel.pause), emitter)
    setup = PrefixSetup(settings, channel)
    try:
        setup.install(prepared)
        orchestrator.run()
    finally:
        leave_result(settings, setup, orchestrator.result())
    return 1 if orchestrator.counts.failed or orchestrator.counts.skipped else 0


def main() -> int:
    settings, emitter = read_settings(), Emitter()
    # The end of the channel means stop. A builder with root's uid gets the signal too, and would die before it reports.
    # This is a handler, because commands would inherit an ignored signal.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        return build(settings, emitter)
    except Stopped:
        return 130
    except SetupError as error:
        emitter.error("%s." % error)
        return 1
    except OSError as error:
        emitter.error("Building: %s." % disk.explain(error, disk.places(settings)))
        return 1


if __name__ == "__main__":
    step.run(main)
