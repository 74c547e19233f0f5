# SPDX-License-Identifier: Apache-2.0
"""Whether a .deb file is whole.

dpkg-deb ignores bytes behind the last member of the archive, but apt-ftparchive refuses most such files.
"""

from __future__ import annotations

import os
import subprocess

from ..base import files

_MAGIC = b"!<arch>\n"
_HEADER_SIZE = 60
_HEADER_END = b"`\n"
_MEMBERS = 3  # debian-binary, control.tar and data.tar


def is_whole(path: str) -> bool:
    """Whether it is an archive (ar(5)) whose members fill the file exactly. The content of the members is not read."""
    try:
        with files.open_file(path) as stream:
            size = os.fstat(stream.fileno()).st_size
            end, members = len(_MAGIC), 0
            if stream.read(end) != _MAGIC:
                return False
            while end < size:
                stream.seek(end)
                header = stream.read(_HEADER_SIZE)
                if len(header) != _HEADER_SIZE or not header.endswith(_HEADER_END) or not header[48:58].strip().isdigit():
                    return False
                length = int(header[48:58])
                end += _HEADER_SIZE + length + length % 2
                members += 1
            return end == size and members >= _MEMBERS
    except OSError:
        return False


def is_readable(path: str) -> bool:
    """Whether dpkg-deb can read all of it."""
    return all(subprocess.run(["dpkg-deb", option, path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, check=False).returncode == 0
               for option in ("--ctrl-tarfile", "--fsys-tarfile"))
