# SPDX-License-Identifier: Apache-2.0
"""What .deb files hold: whether two hold the same package, but for its version, and whether one is for all architectures.

If a rebuild gives what the former package holds, the former package stays: robots have nothing to upgrade, and dependents
need no rebuild.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import subprocess
import tarfile
from collections.abc import Iterable, Iterator

from . import elf

# A member of an archive: everything about it but its time.
_Member = tuple[str, bytes, int, str, str, str, str]
_CHANGELOG = re.compile(r"\./usr/share/doc/[^/]+/changelog\.Debian\.gz\Z")
_CHANGELOG_SUM = re.compile(rb"(?m)^[0-9a-f]{32}  usr/share/doc/[^/]+/changelog\.Debian\.gz\n")
_MULTIARCH = re.compile(r"/[a-z0-9_]+-linux-gnu[a-z0-9_]*(?:/|\Z)")
# The version, and a size that counts the changelog.
_OWN_FIELDS = re.compile(rb"(?m)^(?:Version|Installed-Size): .*\n")


class ContentError(Exception):
    """A .deb file that cannot be read."""


def same(one: str, version: str, other: str, other_version: str, binaries: Iterable[str]) -> bool:
    """Whether both files hold the same package. version: the version of the first, other_version of the second.
    binaries: the packages that are built together and may name each other by version. Raises ContentError."""
    names = "|".join(map(re.escape, binaries))
    # The control archive has the sums of all files: most packages that differ are told apart without unpacking them.
    return _control(one, version, names) == _control(other, other_version, names) and _data(one) == _data(other)


def of_one_architecture(deb: str) -> str | None:
    """A path in the package that is not for all architectures: a program, a library, or what lies in a directory of one
    architecture. None without one. Raises ContentError."""
    found = None
    with _archive(deb, "--fsys-tarfile") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.isreg() else None
            if _MULTIARCH.search(member.name) or (stream and elf.machine_of(stream)):
                found = member.name[1:]
                break
    return found


def _control(deb: str, version: str, names: str) -> list[tuple[str, int, bytes]]:
    # Another package of the workspace may have the same version.
    own = re.compile((r"(?<![a-z0-9+.-])(%s) \((>?=) %s\)" % (names, re.escape(version))).encode())
    result = []
    with _archive(deb, "--ctrl-tarfile") as archive:
        for member in archive:
            stream = archive.extractfile(member)
            text = stream.read() if stream else b""
            if member.name == "./control":
                if b"Version: %s\n" % version.encode() not in text:
                    # Names of files have no epoch.
                    raise ContentError("%s has another version than %s" % (deb, version))
                text = _OWN_FIELDS.sub(b"", text)
            text = _CHANGELOG_SUM.sub(b"", text) if member.name == "./md5sums" else own.sub(rb"\1 (\2 @)", text)
            result.append((member.name, member.mode, text))
    return sorted(result)


def _data(deb: str) -> list[_Member]:
    result: list[_Member] = []
    with _archive(deb, "--fsys-tarfile") as archive:
        for member in archive:
            if not _CHANGELOG.match(member.name):
                digest = hashlib.sha256()
                stream = archive.extractfile(member) if member.isreg() else None
                for block in iter(lambda: stream.read(1 << 20) if stream else b"", b""):
                    digest.update(block)
                result.append((member.name, member.type, member.mode, member.uname, member.gname, member.linkname,
                               digest.hexdigest()))
    return sorted(result)


@contextlib.contextmanager
def _archive(deb: str, option: str) -> Iterator[tarfile.TarFile]:
    with subprocess.Popen(["dpkg-deb", option, deb], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL) as process:
        try:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                yield archive
            _read_to_end(process, deb)
        except (tarfile.TarError, OSError, EOFError) as error:
            raise ContentError("%s cannot be read: %s" % (deb, error)) from error
        finally:
            # After an error, the rest of the archive does not matter.
            process.kill()


def _read_to_end(process: subprocess.Popen[bytes], deb: str) -> None:
    """The end of the tar archive is padding, but dpkg-deb checks the compressed data up to its end."""
    while process.stdout and process.stdout.read(1 << 20):
        pass
    if process.wait():
        raise ContentError("%s cannot be read: dpkg-deb failed" % deb)
