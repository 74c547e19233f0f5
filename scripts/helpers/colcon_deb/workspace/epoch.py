# SPDX-License-Identifier: Apache-2.0
"""When sources last changed: the same sources give the same packages and versions, on whatever day they are built."""

import os
import time


def source_epoch(directory):
    """Seconds since 1970 of the newest file below directory, or what SOURCE_DATE_EPOCH says."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdigit():
        return int(given)
    newest = 0
    for path, directories, names in os.walk(directory):
        directories[:] = [name for name in directories if not name.startswith(".")]
        for name in names:
            try:
                newest = max(newest, int(os.lstat(os.path.join(path, name)).st_mtime))
            except OSError:
                continue
    return min(newest, int(time.time()))


def stamps(packages, epoch_of):
    """{name: YYYYMMDD.HHMMSS} for packages in build order.

    A package is as new as the newest of what it is built from: a rebuild that only a dependency caused gets a version that
    apt upgrades to, and an unchanged workspace the versions that it had.
    """
    newest = {}
    for package in packages:
        newest[package["name"]] = max([epoch_of(package)] + [newest[dep] for dep in package["deps"]])
    return {name: time.strftime("%Y%m%d.%H%M%S", time.gmtime(epoch)) for name, epoch in newest.items()}
