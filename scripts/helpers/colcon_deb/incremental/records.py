# SPDX-License-Identifier: Apache-2.0
"""What earlier runs built, in `.colcon-deb/state.json` of the output: by target (suite and architecture) and package.

It is written after every package, whole or not at all, so whatever ends a run, what was finished is known. It may be lost or
damaged at no greater cost than building again; what it says of a file in debs/ counts only while that file is as it was.
"""

import os

from ..base import debname, files

FORMAT = 1
DIRECTORY = ".colcon-deb"
_FILE = "state.json"


class Record:
    """inputs: fingerprint of what the package is made of. key: of that and what it was built against. epoch: the date in it.
    artifacts: as in the event of that name, and mtime_ns. seconds: how long it took."""

    FIELDS = (("inputs", str), ("key", str), ("version", str), ("epoch", int), ("seconds", (int, float)), ("artifacts", list))

    def __init__(self, inputs, key, version, epoch, seconds, artifacts):
        self.inputs, self.key, self.version, self.epoch = inputs, key, version, epoch
        self.seconds, self.artifacts = seconds, artifacts

    @property
    def debs(self):
        """File names of the .deb packages."""
        return [os.path.basename(artifact["path"]) for artifact in self.artifacts]

    @property
    def output(self):
        """What a dependent is built against: digests of the packages that are installed for it."""
        return [artifact["sha256"] for artifact in self.artifacts if artifact["kind"] == "deb"]

    def to_json(self):
        return {name: getattr(self, name) for name, _kind in self.FIELDS}

    @classmethod
    def from_json(cls, data):
        """None for what is no record."""
        if not isinstance(data, dict) or not all(isinstance(data.get(name), kind) for name, kind in cls.FIELDS) \
                or not data["artifacts"] or not all(_is_artifact(artifact) for artifact in data["artifacts"]):
            return None
        return cls(**{name: data[name] for name, _kind in cls.FIELDS})


class Records:
    """Of one target; those of others are kept as they are."""

    def __init__(self, output, target):
        self._output, self._target = output, target
        self._path = os.path.join(output, DIRECTORY, _FILE)
        self._targets = self._read()
        entries = self._targets.get(target)
        self.packages = {name: record for name, record in
                         ((name, Record.from_json(data)) for name, data in (entries if isinstance(entries, dict) else {}).items())
                         if record}

    def intact(self, name):
        """The record of a package whose files are still as it left them; None otherwise."""
        record = self.packages.get(name)
        return record if record and all(self._is_intact(artifact) for artifact in record.artifacts) else None

    def binaries(self, name):
        """Names of the Debian packages that an earlier run made of the package."""
        record = self.packages.get(name)
        return [debname.package_of(deb) for deb in record.debs] if record else []

    def _is_intact(self, artifact):
        try:
            status = os.stat(os.path.join(self._output, artifact["path"]), follow_symlinks=False)
        except OSError:
            return False
        return (status.st_size, status.st_mtime_ns) == (artifact["size"], artifact["mtime_ns"])

    def put(self, name, record):
        for artifact in record.artifacts:
            artifact["mtime_ns"] = os.stat(os.path.join(self._output, artifact["path"])).st_mtime_ns
        self.packages[name] = record
        self._write()

    def drop(self, names):
        """These have no package any more."""
        if [self.packages.pop(name) for name in names if name in self.packages]:
            self._write()

    def _read(self):
        try:
            data = files.read_json(self._path)
        except (OSError, ValueError):
            return {}
        targets = data.get("targets") if isinstance(data, dict) and data.get("format") == FORMAT else None
        return targets if isinstance(targets, dict) else {}

    def _write(self):
        self._targets[self._target] = {name: record.to_json() for name, record in self.packages.items()}
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        files.write_json(self._path, {"format": FORMAT, "targets": self._targets})


def _is_artifact(data):
    """Of a shape that can be used, and of a file in debs/ and nowhere else."""
    return isinstance(data, dict) and all(isinstance(data.get(name), kind) for name, kind in
                                          (("path", str), ("size", int), ("mtime_ns", int), ("sha256", str), ("kind", str))) \
        and os.path.dirname(data["path"]) == "debs" and debname.package_of(os.path.basename(data["path"])) is not None
