#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make a build container ready for a shell, as the build user. Usage: shell-preparer.py CHANNEL-DESCRIPTOR

The descriptor is a socket to build-supervisor.py, which alone may install. What shell-session.py needs goes to shell.json.
Exit 0: ready; 1: there is nothing to open a shell in; 130: stopped.
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
from colcon_deb.building.channel import Channel, Stopped  # noqa: E402
from colcon_deb.building.shell import ShellError, ShellSetup  # noqa: E402
from colcon_deb.incremental.records import Records  # noqa: E402
from colcon_deb.packaging.prepared import Prepared  # noqa: E402
from colcon_deb.workspace.package import Plan  # noqa: E402
from colcon_deb.workspace.source_copy import SourceError  # noqa: E402


def prepare(settings: Settings, emitter: Emitter) -> None:
    machine = read_machine()
    plan = Plan.from_json(files.read_json(os.path.join(settings.state, "plan.json")))
    entries = files.read_json(os.path.join(settings.state, "builder", "prepared.json"))
    prepared = {name: Prepared.from_json(data) for name, data in entries.items()}
    records = Records(settings.output, settings.target(machine.architecture))
    setup = ShellSetup(settings, plan, prepared, records, Channel(int(sys.argv[1])), emitter)
    files.write_json(os.path.join(settings.state, "builder", "shell.json"), setup.make(machine))


def main() -> int:
    settings, emitter = read_settings(), Emitter()
    # As in build-orchestrator.py: the end of the channel means stop.
    signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        prepare(settings, emitter)
    except Stopped:
        return 130
    except (ShellError, SourceError) as error:
        emitter.error("%s." % error)
        return 1
    except OSError as error:
        emitter.error("Preparing the shell: %s." % disk.explain(error, disk.places(settings)))
        return 1
    return 0


if __name__ == "__main__":
    step.run(main)
