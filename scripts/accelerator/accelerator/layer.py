# SPDX-License-Identifier: Apache-2.0
"""The files of the layer: native programs in the place of emulated ones, and everything that these need.

    /usr/lib/colcon-deb/accelerator/
        programs/    the native programs that the wrapper starts
        unpatched/   marks: these programs are started by the loader
        lib/         the loader and the native libraries
        emulated/    the emulated programs, below it at their own paths
        patched/     of these, some that would find themselves there
        native.sha256  of what stands in their places; restore.sh compares
        rules        what the wrapper reads (src/accelerator/rules-file.h)
        report.json  what is replaced, and of which version
    /usr/bin/…       the wrapper, or the native program itself
"""

from __future__ import annotations

import glob
import hashlib
import os
import pathlib
import re
import shutil

from . import cross_compiler, dpkg, elf
from .programs import Names, Program, Refused

PLACE = "/usr/lib/colcon-deb/accelerator"
_PERL_LINK = "/usr/lib/cdd-p"
MACHINE_LIBRARY = "libcolcon-deb-machine.so"


class Layer:
    """tools: the native root file system, in which this runs. base: the emulated one. out: grows into the layer."""

    def __init__(self, base: str, out: str, wrapper: str, names: Names) -> None:
        self._base, self._out, self._wrapper, self._names = base, out, wrapper, names
        for name in ("programs", "unpatched", "lib", "emulated"):
            os.makedirs(self._at(PLACE, name))

    def add_programs(self, programs: list[Program]) -> None:
        libraries = elf.libraries_of(program.native for program in programs)
        elf.copy_libraries(libraries, self._at(PLACE, "lib"), PLACE + "/lib")
        for program in programs:
            self._keep_emulated(program.path)
            if program.how == "wrapped":
                self._add_wrapped(program)
                continue
            self._put(program.native, program.path)
            if program.how == "patched":
                dpkg.use_architecture(self._at(program.path), self._names.debian)
            self._patch(self._at(program.path))

    def add_machine_library(self, path: str) -> None:
        shutil.copy(path, self._at(PLACE, "lib", MACHINE_LIBRARY))

    def add_fakeroot(self) -> None:
        """Native programs below fakeroot preload a native library of the same name."""
        for path in glob.glob("/usr/lib/x86_64-linux-gnu/libfakeroot/libfakeroot-*.so"):
            shutil.copy2(path, self._at(PLACE, "lib"))

    def add_python_modules(self) -> None:
        """The compiled modules of Python's own library. Their names say for which machine they are, so that each
        interpreter finds its own."""
        directory = "/usr/lib/%s/lib-dynload" % self._names.python
        modules = glob.glob(directory + "/*-x86_64-linux-gnu.so")
        self._add_modules(modules)

    def add_python_startup(self, text: str) -> None:
        """At the end of the file that Debian's Python imports when it starts, in a virtual environment, too."""
        path = "/etc/%s/sitecustomize.py" % self._names.python
        before, target = pathlib.Path(self._base + path), pathlib.Path(self._at(path))
        own = before.read_text(encoding="utf-8") if before.is_file() else ""
        target.parent.mkdir(parents=True)
        target.write_text(own + "\n" + text.replace("@TRIPLET@", self._names.triplet), encoding="utf-8")

    def add_perl_modules(self) -> None:
        for directory in glob.glob("/usr/lib/x86_64-linux-gnu/perl*"):
            if os.path.isdir(directory):
                shutil.copytree(directory, self._at(directory), symlinks=True)
        modules = glob.glob("/usr/lib/x86_64-linux-gnu/perl*/**/*.so", recursive=True)
        self._add_modules([path for path in modules if not os.path.islink(path)])

    def write_apt_configuration(self) -> None:
        """apt's own architecture is a text in the program."""
        target = self._at("/etc/apt/apt.conf.d/00colcon-deb-accelerator")
        os.makedirs(os.path.dirname(target))
        pathlib.Path(target).write_text('APT::Architecture "%s";\n' % self._names.debian, encoding="utf-8")

    def write_rules(self, scripts: str) -> None:
        names = self._names
        variables = {
            "driver set GCC_EXEC_PREFIX": "/usr/lib/gcc/",
            "driver set COMPILER_PATH": names.libexec + "/",
            # As for a cross build: sysconfig answers for the emulated machine.
            "python set _PYTHON_SYSCONFIGDATA_NAME": "_sysconfigdata__" + names.triplet,
            "python set _PYTHON_HOST_PLATFORM": "linux-" + names.triplet.partition("-")[0],
            "make default MAKE_HOST": self._make_host(),
        }
        lines = ["%s=%s\n" % item for item in variables.items() if item[1]]
        lines += ["compiler absent %s\n" % path for path in cross_compiler.unsearched_directories(names)]
        # What the packages of Python compile their modules with.
        lines.append("python path /usr/lib/%s/py_compile.py\n" % names.python)
        pathlib.Path(self._at(PLACE, "rules")).write_text(scripts + "".join(lines), encoding="utf-8")

    def _make_host(self) -> str:
        """The machine that the emulated make was built for: a text in the program."""
        path = pathlib.Path(self._base + "/usr/bin/make")
        found = re.search(rb"\0(%s-[a-z]+-linux-gnu[a-z]*)\0" % self._names.triplet.partition("-")[0].encode(),
                          path.read_bytes()) if path.is_file() else None
        return found.group(1).decode() if found else ""

    def finish(self, programs: list[Program], restore: str) -> None:
        """Write what puts the emulated programs back."""
        digests = [(hashlib.sha256(pathlib.Path(self._at(program.path)).read_bytes()).hexdigest(), program.path)
                   for program in programs]
        text = "".join("%s  %s\n" % (digest, path.lstrip("/")) for digest, path in digests)
        pathlib.Path(self._at(PLACE, "native.sha256")).write_text(text, encoding="utf-8")
        shutil.copy(restore, self._at(PLACE, "restore.sh"))

    def patch_perl(self) -> None:
        """perl finds its own path, $^X, by reading the link /proc/self/exe, which would name a place of ours. Both perls read
        another link of a name of the same length."""
        os.symlink("/usr/bin/perl", self._at(_PERL_LINK))
        self._put_patched(self._at(PLACE, "programs/perl"), self._at(PLACE, "programs/perl"))
        os.makedirs(self._at(PLACE, "patched/usr/bin"))
        self._put_patched(self._base + "/usr/bin/perl", self._at(PLACE, "patched/usr/bin/perl"))

    def _put_patched(self, source: str, target: str) -> None:
        own, other = b"/proc/self/exe\0", _PERL_LINK.encode() + b"\0"
        content = pathlib.Path(source).read_bytes()
        if own not in content or len(own) != len(other):
            raise Refused("perl does not find itself by /proc/self/exe, as is expected")
        pathlib.Path(target).write_bytes(content.replace(own, other))
        os.chmod(target, 0o755)

    def _add_wrapped(self, program: Program) -> None:
        name = os.path.basename(program.path)
        copy = self._at(PLACE, "programs", name)
        shutil.copy2(program.native, copy)
        if name in cross_compiler.COMPILERS:
            cross_compiler.use_native_directories(copy, self._names)
        if elf.is_fixed(copy):
            pathlib.Path(self._at(PLACE, "unpatched", name)).touch()
        else:
            self._patch(copy)
        self._put(self._wrapper, program.path)

    def _keep_emulated(self, path: str) -> None:
        target = self._at(PLACE, "emulated") + path
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(self._base + path, target)

    def _put(self, source: str, path: str) -> None:
        """With the mode and the times of the emulated file, which others compare."""
        target = self._at(path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(source, target)
        shutil.copystat(self._base + path, target)

    def _patch(self, path: str) -> None:
        if os.path.basename(path).endswith(".so"):
            elf.patch_library(path, PLACE + "/lib")
            return
        times = os.stat(path)
        elf.patch_program(path, PLACE + "/lib", MACHINE_LIBRARY)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _add_modules(self, paths: list[str]) -> None:
        known = os.listdir(self._at(PLACE, "lib"))
        libraries = elf.libraries_of(paths)
        elf.copy_libraries({name: file for name, file in libraries.items() if name not in known},
                           self._at(PLACE, "lib"), PLACE + "/lib")
        for path in paths:
            target = self._at(path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if not os.path.exists(target):
                shutil.copy2(path, target)

    def _at(self, *parts: str) -> str:
        return os.path.join(self._out, *[part.lstrip("/") for part in parts])
