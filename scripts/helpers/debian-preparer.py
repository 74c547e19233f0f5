#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make a debian/ directory for every package that may have to be built, as the build user. Usage: debian-preparer.py

The result goes to /workspace/prepared/<package>/, what bloom generated also to debian_dirs/<package>/debian. A package for
which that fails is reported when its turn to be built comes, so that the others are built. bloom's own words go to
logs/stage.prepare.log in the output directory.
"""

import os
import sys

HELPERS = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HELPERS)

from colcon_deb.base import files  # noqa: E402
from colcon_deb.base.protocol import Emitter  # noqa: E402
from colcon_deb.base.settings import Settings  # noqa: E402
from colcon_deb.building.environment import Machine  # noqa: E402
from colcon_deb.incremental import changes, fingerprint  # noqa: E402
from colcon_deb.incremental.records import Records  # noqa: E402
from colcon_deb.packaging.bloom_adapter import write_index  # noqa: E402


def prepare(settings, plan, resolved, records, candidates, emitter):
    """package -> what the preparer says of it."""
    # bloom prints whatever it likes, and keeps a log in the home directory: neither may reach our standard output.
    log = files.open_log(os.path.join(settings.output, "logs", "stage.prepare.log"))
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    os.environ["HOME"] = os.path.join(settings.prepared, ".home")
    os.environ["ROSDISTRO_INDEX_URL"] = write_index(os.path.join(settings.prepared, ".index"), settings)

    from colcon_deb.packaging.prepare import Preparer
    preparer = Preparer(settings, plan, resolved, {} if settings.force else kept_dates(plan, records), emitter.warning)
    result = {}
    for number, package in enumerate(candidates, 1):
        result[package["name"]] = preparer.prepare(package)
        emitter.progress("general", current=number, total=len(candidates), message="debian/ of " + package["name"])
    sys.stdout.flush()
    return result


def kept_dates(plan, records):
    versions = {package["name"]: package["deb_version"] for package in plan["packages"]}
    return {name: record.epoch for name, record in records.packages.items() if record.version == versions.get(name)}


def main():
    emitter, settings = Emitter(os.dup(1)), Settings()
    plan = files.read_json(os.path.join(settings.state, "plan.json"))
    resolved = files.read_json(os.path.join(settings.state, "resolved.json"))
    records = Records(settings.output, settings.target(Machine().architecture))
    sources = changes.read_sources(settings, emitter.warning)
    found = changes.Changes(settings, plan, resolved, records, sources, fingerprint.of_environment(os.environ, HELPERS))
    candidates = [package for package in plan["packages"] if package["name"] in found.candidates]
    prepared = prepare(settings, plan, resolved, records, candidates, emitter) if candidates else {}
    for package in plan["packages"]:
        entry = prepared.setdefault(package["name"], {"binaries": records.binaries(package["name"])})
        entry.update(inputs=found.inputs[package["name"]], estimate=sources.estimate(package) if sources else 1)
    files.write_json(os.path.join(settings.state, "builder", "prepared.json"), prepared)
    return 0


if __name__ == "__main__":
    sys.exit(main())
