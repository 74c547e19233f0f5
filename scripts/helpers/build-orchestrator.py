#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Build what has to be built, as the build user. Usage: build-orchestrator.py CHANNEL-DESCRIPTOR

The descriptor is a socket to build-supervisor.py, the only one who may install. Exit 0: all is there; 1: something failed or
was skipped; 130: stopped.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings  # noqa: E402
from colcon_deb.building import slots  # noqa: E402
from colcon_deb.building.builder import Builder  # noqa: E402
from colcon_deb.building.channel import Channel, Stopped  # noqa: E402
from colcon_deb.building.environment import Machine, build_environment  # noqa: E402
from colcon_deb.building.orchestrator import Orchestrator  # noqa: E402
from colcon_deb.incremental import changes  # noqa: E402
from colcon_deb.incremental.records import Records  # noqa: E402


def count_slots(settings, emitter):
    jobs = settings.jobs
    if settings.limit_by_memory:
        memory = slots.memory_available()
        jobs = slots.affordable(jobs, memory)
        if jobs < settings.jobs:
            emitter.warning("few_jobs", "Building with %d of %d jobs: %d MiB of memory are free, and a compiler may need %d. "
                            "--jobs decides otherwise." % (jobs, settings.jobs, memory >> 20, slots.MEMORY_PER_SLOT >> 20))
    return slots.Slots(os.path.join(settings.build_root, ".slots"), jobs)


def main(arguments):
    settings, emitter, machine = Settings(), Emitter(), Machine()
    plan = files.read_json(os.path.join(settings.state, "plan.json"))
    prepared = files.read_json(os.path.join(settings.state, "builder", "prepared.json"))
    channel = Channel(int(arguments[0]))
    shared = count_slots(settings, emitter)
    builder = Builder(settings, machine, build_environment(settings, machine, shared.path), channel, emitter)
    orchestrator = Orchestrator(settings, plan, prepared, Records(settings.output, settings.target(machine.architecture)),
                                changes.read_sources(settings, emitter.warning), shared, builder, channel, emitter)
    try:
        orchestrator.run()
    except Stopped:
        return 130
    finally:
        files.write_json(os.path.join(settings.state, "builder", "result.json"),
                         {"counts": orchestrator.counts, "debs": orchestrator.debs})
    return 1 if orchestrator.counts["failed"] or orchestrator.counts["skipped"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
