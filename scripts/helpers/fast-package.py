#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make a .deb of the installed files of a package, as debhelper would, byte for byte, in a fraction of the time.

Usage: fast-package.py PACKAGE PREFIX, in the source directory, after dh_auto_install; called by debian/rules.

debhelper runs two dozen Perl programs, each of which reads every file; a small ROS package spends most of its time
there. All their work on a package below one prefix in /opt is done here: documents, modes, Python, control. Libraries
and programs are left to debhelper's own tools. If a file needs any other step of debhelper, this makes no package and
exits with 0: then dh makes it. tests/integration/test_real_packages.py compares the two packages.
"""

from __future__ import annotations

import email.utils
import hashlib
import os
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from colcon_deb.base import tree  # noqa: E402
from colcon_deb.packaging import staging  # noqa: E402
from colcon_deb.packaging.elf import elf_files  # noqa: E402
from colcon_deb.packaging.runpaths import RunpathError  # noqa: E402

_DOC = "usr/share/doc"
_DOC_SUFFIXES = ("", ".txt", ".md", ".rst")
_NEVER_EXECUTABLE = re.compile(r"\.(?:so(?:\..*)?|la|a|js|css|scss|sass|jpeg|jpg|png|gif|cmxs|node)\Z")
# Files that dh_strip_nondeterminism may change.
_TIMED = re.compile(r"\.(?:a|apk|cpio|dz|epub|gmo|gz|htb|html|jar|jmod|mo|par|pk3|png|properties|pyz|war|whl|xpi|zip)\Z")
_STATIC_LIBRARY = re.compile(r"/lib[^/]*\.a\Z")
_PYTHON = re.compile(r"\.py\Z|\.cpython-.*\.so\Z")
_TRAILER = re.compile(r"^ -- .*<[^>]*>  (?P<date>.*)$", re.M)


class NeedsDebhelper(Exception):
    """The text names the file that needs debhelper."""


class PackageError(Exception):
    """The text names what cannot be packed."""


class StagedPackage:
    """The files of a package below debian/NAME."""

    def __init__(self, name: str, prefix: str) -> None:
        self.name, self.prefix = name, prefix.strip("/")
        self.root = os.path.join("debian", name)
        self.files: list[str] = []
        self.directories: list[str] = []

    def find_files(self) -> None:
        """Raises NeedsDebhelper."""
        if not self.prefix.startswith("opt/"):
            raise NeedsDebhelper("the prefix is /%s" % self.prefix)
        for path, directories, names in tree.walk_paths(self.root):
            self.directories.append(path)
            for name in names + [name for name in directories if os.path.islink(os.path.join(path, name))]:
                self._look_at(os.path.join(path, name))
        if not self.files:
            raise NeedsDebhelper("nothing was installed")

    def _look_at(self, path: str) -> None:
        inside = os.path.relpath(path, self.root)
        if not inside.startswith(self.prefix + "/"):
            raise NeedsDebhelper("%s is not below the prefix" % inside)
        if os.path.islink(path):
            if os.path.isabs(os.readlink(path)):
                raise NeedsDebhelper("%s is an absolute link" % inside)
        elif not stat.S_ISREG(os.lstat(path).st_mode) or any(char in inside for char in "\\\n"):
            raise NeedsDebhelper("%r is not a plain file" % inside)
        else:
            self.files.append(path)

    def add_documents(self) -> None:
        """Policy 12.5 and 12.7: copyright, and the changelogs, compressed."""
        target = os.path.join(self.root, _DOC, self.name)
        os.makedirs(target)
        for name, source in (("copyright", "debian/copyright"), ("changelog.Debian", "debian/changelog"),
                             ("changelog", _upstream_changelog())):
            if source:
                path = os.path.join(target, name)
                with open(source, "rb") as stream, open(path, "wb") as copy:
                    copy.write(stream.read())
                self.files.append(path)
                os.utime(path, ns=(0, os.stat(source).st_mtime_ns))
        packed = [path for path in self.files[-2:] if os.path.basename(path).startswith("changelog")]
        _run("gzip", "-9nf", *packed)
        self.files = [path + ".gz" if path in packed else path for path in self.files]
        self.directories += [target, os.path.dirname(target), os.path.join(self.root, "usr/share"),
                             os.path.join(self.root, "usr")]

    def set_modes(self) -> None:
        """Policy 10.9: all users may read, the owner may write; what one user may execute, all may."""
        for path in self.directories + self.files:
            mode = stat.S_IMODE(os.stat(path).st_mode)
            wanted = mode & 0o700 | 0o644 | (0o011 if mode & 0o111 else 0)
            if not os.path.isdir(path) and (_NEVER_EXECUTABLE.search(path) or "/%s/" % _DOC in path):
                wanted = 0o644
            if wanted != mode:
                os.chmod(path, wanted)

    def add_python_dependency(self) -> None:
        """The same as the hook that debian/rules has for dh."""
        uses = any(_PYTHON.search(path) for path in self.files) or any(map(_is_python_script, self.files))
        self._add_substitution("colcon-deb:Depends=%s" % ("python3" if uses else ""))

    def strip_times(self) -> None:
        if any(_TIMED.search(path) and "/%s/" % _DOC not in path for path in self.files):
            _run("dh_strip_nondeterminism")

    def treat_binaries(self) -> None:
        """Programs and libraries, by debhelper's own tools and the targets of debian/rules."""
        staging.before_binaries(self.name)
        if elf_files(self.files):
            _run("dh_strip")
            _run("make", "-f", "debian/rules", "override_dh_makeshlibs", "override_dh_shlibdeps")
            _run("dh_installdeb")
        elif any(map(_STATIC_LIBRARY.search, self.files)):
            _run("dh_strip")
        staging.after_binaries(self.name)

    def write_control(self) -> None:
        control = os.path.join(self.root, "DEBIAN")
        os.makedirs(control, exist_ok=True)
        self._add_substitution("misc:Depends=")
        self._add_substitution("misc:Pre-Depends=")
        _run("dpkg-gencontrol", "-p" + self.name, "-ldebian/changelog", "-Tdebian/%s.substvars" % self.name,
             "-cdebian/control", "-P" + self.root)
        with open(os.path.join(control, "md5sums"), "wb") as stream:
            for inside in sorted(os.fsencode(os.path.relpath(path, self.root)) for path in self.files):
                stream.write(b"%s  %s\n" % (_md5(os.path.join(os.fsencode(self.root), inside)), inside))
        for name in os.listdir(control):
            os.chmod(os.path.join(control, name), 0o644)
        os.chmod(control, 0o755)

    def pack(self) -> None:
        os.environ["SOURCE_DATE_EPOCH"] = str(_date_of_changelog())
        _run("dpkg-deb", "--root-owner-group", "--build", self.root, "..")

    def _add_substitution(self, line: str) -> None:
        with open("debian/%s.substvars" % self.name, "a", encoding="utf-8") as stream:
            stream.write(line + "\n")


def _upstream_changelog() -> str | None:
    """The first file that debhelper would take."""
    for directory in (".", "doc", "docs"):
        names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
        for suffix in _DOC_SUFFIXES:
            for wanted in ("changelog", "changes", "history"):
                for name in names:
                    path = os.path.join(directory, name)
                    if name.lower() == wanted + suffix and os.path.isfile(path) and os.path.getsize(path):
                        return path
    return None


def _date_of_changelog() -> int:
    with open("debian/changelog", encoding="utf-8") as stream:
        trailer = _TRAILER.search(stream.read())
    if not trailer:
        raise PackageError("debian/changelog has no date")
    return int(email.utils.parsedate_to_datetime(trailer["date"]).timestamp())


def _md5(path: bytes) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest().encode()


def _is_python_script(path: str) -> bool:
    with open(path, "rb") as stream:
        first = stream.readline(256)
    return first.startswith(b"#!") and b"python3" in first


def _run(*command: str) -> None:
    print("\t" + " ".join(command), flush=True)
    subprocess.run(command, check=True)


def main(arguments: list[str]) -> int:
    package = StagedPackage(*arguments)
    try:
        package.find_files()
        package.add_documents()
        package.add_python_dependency()
        package.strip_times()
        package.set_modes()
        package.treat_binaries()
        package.write_control()
        package.pack()
    except NeedsDebhelper as reason:
        print("fast-package.py: dh makes this package: %s" % reason)
    except subprocess.CalledProcessError as error:
        return error.returncode if error.returncode > 0 else 1
    except (OSError, RunpathError, PackageError, UnicodeError, ValueError) as error:
        print("colcon-deb: error: packing %s: %s" % (package.name, " ".join(str(error).split())), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
