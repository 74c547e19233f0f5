#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make an image out of a static busybox, as an archive that an engine loads.

usage: tools/image-archive.py BUSYBOX ARCHITECTURE NAME ARCHIVE

The archive is loaded, not imported: an engine gives its own architecture to all images that it imports.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import tarfile

COMMANDS = ("cat", "echo", "false", "sh", "sleep", "true", "uname")


def member(archive: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))


def layer_of(busybox: str) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as layer:
        with open(busybox, "rb") as program:
            member(layer, "bin/busybox", program.read(), 0o755)
        for name in COMMANDS:
            link = tarfile.TarInfo("bin/" + name)
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            layer.addfile(link)
    return data.getvalue()


def main(busybox: str, architecture: str, name: str, path: str) -> None:
    layer = layer_of(busybox)
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps({
        "architecture": architecture, "os": "linux", "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]}}).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [digest + "/layer.tar"]}]
    with tarfile.open(path, "w") as archive:
        member(archive, config_name, config)
        member(archive, digest + "/layer.tar", layer)
        member(archive, "manifest.json", json.dumps(manifest).encode())


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
