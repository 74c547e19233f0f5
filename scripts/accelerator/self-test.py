#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compare native and emulated programs of an accelerated image. Usage: self-test.py RESULT

Runs as root in a container of the image. Every case of GROUPS runs twice in the same directory: as the image is, and after
the emulated programs were put back in their places. What the two runs have written must be the same, byte by byte. The
first case where it is not ends the test: the inputs and both outputs are kept in RESULT.

Prints one JSON object a line: a case and whether it is the same; then how many cases were compared, and how many differ.
Exit 0 if all are the same, 1 if not.
"""

from __future__ import annotations

import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping

HERE = pathlib.Path(__file__).resolve().parent
ACCELERATOR = pathlib.Path("/usr/lib/colcon-deb/accelerator")
WORK = pathlib.Path("/tmp/colcon-deb-self-test")
NATIVE = pathlib.Path("/tmp/colcon-deb-native")
EMULATED = pathlib.Path("/tmp/colcon-deb-emulated")
FLAGS = "-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wformat"
# Times and paths are the same in both runs, so nothing that is written may differ.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1700000000", "HOME": "/tmp"}

# Name of a case -> shell commands, which write into the current directory. The cases of a group run one after the other in
# a directory that has the inputs, and may use what an earlier one has written. The groups run at the same time. Emulated,
# the first cases of a group take the least time, so that a faulty compiler or linker is found soon.
GROUPS = (
    {
        "object": "gcc %s -c plain.c -o plain.o" % FLAGS,
        "shared library": "gcc -shared -Wl,--build-id -o libplain.so plain.o -lm; "
                          "gcc main.c -L. -lplain -Wl,-rpath,/opt/x -o main",
        "object with debug information": "gcc %s -g -c plain.c -o plain-g.o" % FLAGS,
        "assembly": "gcc %s -S plain.c -o plain.s; as plain.s -o plain-s.o; gcc -c start.S -o start.o" % FLAGS,
        "relocatable link": "ld -r plain.o start.o -o both.o; objdump -d both.o >both.dump; readelf -aW libplain.so >libplain.elf",
        "link-time optimisation": "gcc -O2 -flto -frandom-seed=plain -c plain.c -o plain-lto.o; "
                                  "gcc -O2 -flto -frandom-seed=lto -shared -o liblto.so plain-lto.o -lm",
        "static archive": "ar rcs libplain.a plain.o plain-lto.o; ranlib libplain.a; nm libplain.a >names; "
                          "gcc-ar t libplain.a >members",
        "strip and debug file": "objcopy --only-keep-debug libplain.so libplain.debug; strip -o stripped.so libplain.so",
        "answers of dpkg": "dpkg --print-architecture; dpkg --version >dpkg.version; dpkg-query -W >dpkg.packages; "
                           "dpkg-query --control-path libc6:arm64 symbols >dpkg.path; dpkg-query -S /usr/bin/make >dpkg.owner; "
                           "dpkg --validate-version 1:2~3-4; dpkg --compare-versions 1.0~rc1 lt 1.0; "
                           "for name in deb divert split trigger; do dpkg-$name --version; done >dpkg.versions; "
                           "update-alternatives --query cc >alternatives",
        "answers of apt": "apt-config dump >apt.settings; apt-cache policy dpkg >apt.policy; "
                          "apt-get -s install dpkg >apt.out",
        "package": "mkdir -p tree/DEBIAN tree/usr/lib; cp libplain.so tree/usr/lib; "
                   "printf 'Package: x\\nVersion: 1\\nArchitecture: arm64\\nMaintainer: x\\nDescription: x\\n' >tree/DEBIAN/control; "
                   "printf '#!/bin/sh\\nset -e\\necho $DPKG_MAINTSCRIPT_ARCH\\ndpkg-divert --add --rename /usr/lib/libplain.x\\n"
                   "update-alternatives --install /usr/bin/plain plain /bin/true 1\\n' >tree/DEBIAN/postinst; "
                   "printf '#!/bin/sh\\nset -e\\ndpkg-divert --remove --rename /usr/lib/libplain.x\\n"
                   "update-alternatives --remove plain /bin/true\\n' >tree/DEBIAN/prerm; chmod 755 tree/DEBIAN/p*; "
                   "find tree -exec touch -d @1700000000 {} +; dpkg-deb -Zxz --root-owner-group -b tree x.deb >/dev/null; rm -r tree; "
                   "dpkg -i x.deb >installed; dpkg -s x >status; dpkg -L x >files; dpkg --purge x >removed",
    },
    {
        "preprocessed": "g++ -E containers.cpp -o containers.ii; gcc -E -dD plain.c -o plain.i; cpp plain.c plain.cpp-out",
        "dependencies": "gcc -M plain.c >plain.d; g++ -MM containers.cpp >containers-own.d",
        "C++ object with debug information": "g++ %s -g -MMD -MF containers.d -c containers.cpp -o containers.o" % FLAGS,
    },
    {
        "text tools": "sort main.c | uniq | sed s/a/b/ | grep -n b | cut -c1-9 | tr a-z A-Z >text; "
                      "gzip -9nc main.c >main.gz; xz -9c main.c >main.xz; find . -name '*.c' | sort | xargs sha256sum >sums",
        "owners below fakeroot": "fakeroot sh -c 'touch owned; chown 7:8 owned; stat -c %u:%g:%a owned; "
                                 "tar --mtime=@0 -cf owned.tar owned' >owners 2>&1; rm -f owned",
        "answers of make": "make -f Makefile answers >make.answers",
        "answers of Perl": "perl -e 'print $^X' >perl.path; dpkg-architecture >architecture; /usr/bin/perl -e 'print $^X' >perl.x",
        "answers of Python": "python3 /helpers/inputs/answers.py >python.answers; "
                             "python3 -c 'import sysconfig; print(sysconfig.get_paths())' >paths",
        "bytecode": "python3 -m compileall -q --invalidation-mode checked-hash -d /x answers.py; cp __pycache__/* .; "
                    "rm -r __pycache__",
    },
    {
        "CMake": "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_STANDARD=17 -DCMAKE_CXX_EXTENSIONS=OFF "
                 "| sed 's/ (.*s)//' >cmake.out && make -C build >make.out && "
                 "cp build/answers cmake.answers; cp build/CMakeCache.txt build/libshapes.so build/main .; "
                 "cp build/CMakeFiles/*/CMakeCCompiler.cmake build/CMakeFiles/shapes.dir/*.o .; rm -r build",
    },
)


def run_case(directory: pathlib.Path, commands: str, results: pathlib.Path) -> None:
    """Run the commands, and copy the files that they have written to the results. Only a failure leaves directories."""
    before = set(os.listdir(directory))
    answer = subprocess.run(["/bin/sh", "-ec", commands], cwd=directory, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    results.mkdir(parents=True)
    (results / "exit-code-and-output").write_bytes(b"%d\n%s" % (answer.returncode, answer.stdout))
    for name in sorted(set(os.listdir(directory)) - before):
        if (directory / name).is_file():
            shutil.copy2(directory / name, results / name)


def run_group(cases: Mapping[str, str], directory: pathlib.Path, target: pathlib.Path,
              ended: queue.SimpleQueue[str | Exception]) -> None:
    try:
        shutil.copytree(HERE / "inputs", directory)
        for path in directory.iterdir():
            os.utime(path, (1700000000, 1700000000))
        for name, commands in cases.items():
            run_case(directory, commands, target / directory_of(name))
            ended.put(name)
    except Exception as error:  # pylint: disable=broad-except # it ends the main thread
        ended.put(error)


def run_all(target: pathlib.Path) -> Iterator[str]:
    """Run all groups, and yield each case when its results are in the target."""
    ended: queue.SimpleQueue[str | Exception] = queue.SimpleQueue()
    shutil.rmtree(WORK, ignore_errors=True)
    for number, cases in enumerate(GROUPS):
        # A daemon: after a difference, nobody waits for the others.
        threading.Thread(target=run_group, args=(cases, WORK / str(number), target, ended), daemon=True).start()
    for _ in range(sum(map(len, GROUPS))):
        name = ended.get()
        if isinstance(name, Exception):
            raise name
        yield name


def directory_of(case: str) -> str:
    return case.replace(" ", "-")


def differing(native: pathlib.Path, emulated: pathlib.Path) -> list[str]:
    """Names of the files that differ, or that only one run has written. A command that fails in both runs proves nothing."""
    names = sorted(set(os.listdir(native)) | set(os.listdir(emulated)))
    output = "exit-code-and-output"
    return [name for name in names if _content(native / name) != _content(emulated / name)
            or name == output and not (native / name).read_bytes().startswith(b"0\n")]


def _content(path: pathlib.Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def main(result: str) -> int:
    kept = pathlib.Path(result)
    compared = faults = 0
    for _ in run_all(NATIVE):
        pass
    subprocess.run(["sh", str(ACCELERATOR / "restore.sh")], check=True)
    for name in run_all(EMULATED):
        place = directory_of(name)
        files = differing(NATIVE / place, EMULATED / place)
        print(json.dumps({"case": name, "same": not files, "files": files}), flush=True)
        compared += 1
        if files:
            faults = 1
            shutil.copytree(NATIVE / place, kept / place / "native")
            shutil.copytree(EMULATED / place, kept / place / "emulated")
            shutil.copytree(HERE / "inputs", kept / "inputs")
            break
    print(json.dumps({"cases": compared, "differ": faults}), flush=True)
    if faults:
        # The host copies RESULT, and then ends the input.
        sys.stdin.read()
    return faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
