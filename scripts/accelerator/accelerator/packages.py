# SPDX-License-Identifier: Apache-2.0
"""The Debian packages that are installed in a root file system: which has a file, and of which source it was built."""

from __future__ import annotations

import glob
import hashlib
import os
import pathlib
import re
from dataclasses import dataclass, field

_SOURCE = re.compile(r"(\S+)(?: \((\S+)\))?\Z")
_BUILT_USING = re.compile(r"(\S+) \(= (\S+)\)")


@dataclass(frozen=True)
class Source:
    name: str
    version: str

    def __str__(self) -> str:
        return "%s %s" % (self.name, self.version)


@dataclass(frozen=True)
class Package:
    name: str
    source: Source
    built_using: dict[str, str] = field(default_factory=dict)  # source -> version

    def made_of(self, source: str) -> Source:
        """The source of that name that is in it: its own, or one that it was built from, as a cross compiler is."""
        return Source(source, self.built_using[source]) if source in self.built_using else self.source


class Packages:
    def __init__(self, root: str) -> None:
        self._root = pathlib.Path(root)
        text = (self._root / "var/lib/dpkg/status").read_text(encoding="utf-8", errors="replace")
        packages = (_parse(stanza) for stanza in text.split("\n\n"))
        self._packages = {package.name: package for package in packages if package is not None}
        self._owners = self._read_lists()
        self._md5: dict[str, dict[str, str]] = {}

    def owner(self, path: str) -> Package | None:
        """The package that has installed the file; with merged /usr, under either of its names."""
        aliases = [path, path.removeprefix("/usr")] if path.startswith("/usr/") else [path]
        return next((self._packages.get(self._owners[alias]) for alias in aliases if alias in self._owners), None)

    def is_changed(self, path: str) -> bool:
        """Whether the file is not as its package has installed it. Unknown counts as unchanged."""
        owner = self.owner(path)
        expected = self._digests(owner.name).get(path.lstrip("/")) if owner else None
        return expected is not None and expected != hashlib.md5((self._root / path.lstrip("/")).read_bytes()).hexdigest()

    def _digests(self, package: str) -> dict[str, str]:
        """Path, without its first slash and with merged /usr, -> MD5 that dpkg has recorded."""
        if package not in self._md5:
            found = glob.glob(str(self._root / "var/lib/dpkg/info" / (glob.escape(package) + "[:.]*md5sums")))
            lines = [line.split(None, 1) for path in found for line in pathlib.Path(path).read_text("utf-8").splitlines()]
            self._md5[package] = {name if name.startswith("usr/") else "usr/" + name: digest for digest, name in lines}
        return self._md5[package]

    def _read_lists(self) -> dict[str, str]:
        owners: dict[str, str] = {}
        for entry in os.scandir(self._root / "var/lib/dpkg/info"):
            if not entry.name.endswith(".list"):
                continue
            name = entry.name.removesuffix(".list").partition(":")[0]
            with open(entry.path, encoding="utf-8", errors="replace") as lines:
                owners.update((line.rstrip("\n"), name) for line in lines)
        return owners


def _parse(stanza: str) -> Package | None:
    fields = dict(re.findall(r"(?m)^(Package|Version|Source|Status|Built-Using): (.*)$", stanza))
    # Whether it is configured does not matter: its files are there.
    if fields.get("Status", "not-installed").split()[-1] in ("not-installed", "config-files"):
        return None
    match = _SOURCE.match(fields.get("Source", fields["Package"]))
    name, version = match.groups() if match else (fields["Package"], None)
    return Package(fields["Package"], Source(name, version or fields["Version"]),
                   dict(_BUILT_USING.findall(fields.get("Built-Using", ""))))
