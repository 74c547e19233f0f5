#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compare native and emulated programs of an accelerated image. Usage: self-test.py RESULT

Runs as root in a container of the image. Every case of CASES runs twice in the same directory: as the image is, and after
the emulated programs were put back in their places. What the two runs have written must be the same, byte by byte. Where
it is not, the inputs and both outputs are kept in RESULT.

Prints one JSON object a line: a case and whether it is the same; then the number of cases, and of those that differ.
Exit 0 if all are the same, 1 if not.
"""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ACCELERATOR = pathlib.Path("/usr/lib/colcon-deb/accelerator")
WORK = pathlib.Path("/tmp/colcon-deb-self-test")
FLAGS = "-O2 -fstack-protector-strong -D_FORTIFY_SOURCE=2 -Wformat"
# Times and paths are the same in both runs, so nothing that is written may differ.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "1700000000", "HOME": "/tmp"}

# Name of a case -> shell commands. They write into the current directory, which has the inputs.
CASES = {
    "object": "gcc %s -c plain.c -o plain.o" % FLAGS,
    "object with debug information": "gcc %s -g -c plain.c -o plain-g.o" % FLAGS,
    "C++ object with debug information": "g++ %s -g -c containers.cpp -o containers.o" % FLAGS,
    "C++ object": "g++ -std=c++17 -O3 -fPIC -c containers.cpp -o containers-pic.o",
    "preprocessed": "g++ -E containers.cpp -o containers.ii; gcc -E -dD plain.c -o plain.i; cpp plain.c plain.cpp-out",
    "dependencies": "gcc -M plain.c >plain.d; g++ -MMD -MF containers.d -c containers.cpp -o containers-d.o",
    "assembly": "gcc %s -S plain.c -o plain.s; as plain.s -o plain-s.o; gcc -c start.S -o start.o" % FLAGS,
    "link-time optimisation": "gcc -O2 -flto -frandom-seed=plain -c plain.c -o plain-lto.o; gcc -O2 -flto -frandom-seed=lto -shared -o liblto.so plain-lto.o -lm",
    "shared library": "gcc -shared -Wl,--build-id -o libplain.so plain.o -lm; gcc main.c -L. -lplain -Wl,-rpath,/opt/x -o main",
    "static archive": "ar rcs libplain.a plain.o plain-lto.o; ranlib libplain.a; nm libplain.a >names; gcc-ar t libplain.a >members",
    "relocatable link": "ld -r plain.o start.o -o both.o; objdump -d both.o >both.dump; readelf -aW libplain.so >libplain.elf",
    "strip and debug file": "objcopy --only-keep-debug libplain.so libplain.debug; strip -o stripped.so libplain.so",
    "answers of make": "make -f Makefile answers >make.answers",
    "answers of Python": "python3 /helpers/inputs/answers.py >python.answers; python3 -c 'import sysconfig; print(sysconfig.get_paths())' >paths",
    "answers of dpkg": "dpkg --print-architecture; dpkg --version >dpkg.version; dpkg-query -W >dpkg.packages; "
                       "dpkg-query --control-path libc6:arm64 symbols >dpkg.path; dpkg-query -S /usr/bin/make >dpkg.owner; "
                       "dpkg-deb --version >dpkg-deb.version",
    "answers of apt": "apt-config dump >apt.settings; apt-cache policy dpkg >apt.policy; apt-get -s install dpkg >apt.out",
    "answers of Perl": "perl -e 'print $^X' >perl.path; dpkg-architecture >architecture; /usr/bin/perl -e 'print $^X' >perl.x",
    "bytecode": "python3 -m compileall -q --invalidation-mode checked-hash -d /x answers.py; cp __pycache__/* .; rm -r __pycache__",
    "CMake": "cmake -S . -B build -DCMAKE_BUILD_TYPE=Release | sed 's/ (.*s)//' >cmake.out && make -C build >make.out && "
             "cp build/answers cmake.answers; cp build/CMakeCache.txt build/libshapes.so build/main .; "
             "cp build/CMakeFiles/*/CMakeCCompiler.cmake .; rm -r build",
    "package": "mkdir -p tree/DEBIAN tree/usr/lib; cp libplain.so tree/usr/lib; "
               "printf 'Package: x\\nVersion: 1\\nArchitecture: arm64\\nMaintainer: x\\nDescription: x\\n' >tree/DEBIAN/control; "
               "find tree -exec touch -d @1700000000 {} +; dpkg-deb -Zxz --root-owner-group -b tree x.deb >/dev/null; rm -r tree; "
               "dpkg -i x.deb >installed; dpkg -s x >status; dpkg -L x >files; dpkg --purge x >removed",
    "owners below fakeroot": "fakeroot sh -c 'touch owned; chown 7:8 owned; stat -c %u:%g:%a owned; "
                             "tar --mtime=@0 -cf owned.tar owned' >owners 2>&1; rm -f owned",
    "text tools": "sort main.c | uniq | sed s/a/b/ | grep -n b | cut -c1-9 | tr a-z A-Z >text; "
                  "gzip -9nc main.c >main.gz; xz -9c main.c >main.xz; find . -name '*.c' | sort | xargs sha256sum >sums",
}


def run_all(target: pathlib.Path) -> None:
    """Run the cases in WORK, and move what they have written to the target."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(HERE / "inputs", WORK)
    for path in WORK.iterdir():
        os.utime(path, (1700000000, 1700000000))
    for number, commands in enumerate(CASES.values()):
        before = set(os.listdir(WORK))
        answer = subprocess.run(["/bin/sh", "-ec", commands], cwd=WORK, env=ENVIRONMENT, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        place = target / str(number)
        place.mkdir(parents=True)
        (place / "exit-code-and-output").write_bytes(b"%d\n%s" % (answer.returncode, answer.stdout))
        for name in sorted(set(os.listdir(WORK)) - before):
            shutil.copy2(WORK / name, place / name)


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
    native, emulated = pathlib.Path("/tmp/colcon-deb-native"), pathlib.Path("/tmp/colcon-deb-emulated")
    run_all(native)
    subprocess.run(["sh", str(ACCELERATOR / "restore.sh")], check=True)
    run_all(emulated)
    faults = 0
    for number, name in enumerate(CASES):
        files = differing(native / str(number), emulated / str(number))
        print(json.dumps({"case": name, "same": not files, "files": files}), flush=True)
        if files:
            faults += 1
            for run in (native, emulated):
                shutil.copytree(run / str(number), kept / name.replace(" ", "-") / run.name.rpartition("-")[2])
    if faults:
        shutil.copytree(HERE / "inputs", kept / "inputs")
    print(json.dumps({"cases": len(CASES), "differ": faults}), flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
