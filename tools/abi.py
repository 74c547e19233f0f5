#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare the binary interface of the library with the recorded one, or record it.

usage: tools/abi.py check|record RECORD INCLUDE-DIRECTORY...
       tools/abi.py symbols FILE VERSION INCLUDE-DIRECTORY

The record has a line for each public function and callback, each value of an enumeration, and each structure with the
places and declarations of its members, as a 64-bit machine has them. `check` prints each difference, with what it means for programs that are linked with
the library; exit code 1 if there is one. docs/library.md has the rules.

`symbols` writes the symbols file of the Debian package. A symbol that the file has already keeps the version of the
package that had it first; a new one gets VERSION.
"""

from __future__ import annotations

import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HEADERS = "colcon-deb-docker"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# What has a body in braces: what it is, and, behind the body, its name.
STRUCTURE = re.compile(r"typedef struct (?=\{)|struct _(Cdd\w+Interface) (?=\{)")
ENUMERATION = re.compile(r"typedef enum \{([^}]*)\} (Cdd\w+);")
FUNCTION = re.compile(r"\bCDD_API\b\s+((?!G_DECLARE)[^;{]*?\));")
CALLBACK = re.compile(r"typedef ([^;{}]*\(\*Cdd\w+\)\([^;{}]*\));")


def tidy(declaration: str) -> str:
    return re.sub(r"\* ", "*", re.sub(r"\s+", " ", declaration)).strip()


def body_from(text: str, start: int) -> str:
    """What is between the brace at `start` and the one that closes it."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[start + 1:at]
    raise ValueError(f"no brace closes the one at {start}: {text[start:start + 40]}")


def find_structures(text: str) -> list[tuple[str, str]]:
    """The name and the body of each public structure."""
    found = []
    for match in STRUCTURE.finditer(text):
        body = body_from(text, match.end())
        behind = re.match(r"\}\s*(Cdd\w+)?", text[match.end() + 1 + len(body):])
        name = match.group(1) or (behind and behind.group(1))
        if name:
            found.append((name, body))
    return found


def split_members(body: str) -> list[str]:
    """The declarations of a body; one that has a body itself stays whole."""
    declarations, depth, begin = [], 0, 0
    for at, letter in enumerate(body):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == ";" and depth == 0:
            declarations.append(tidy(body[begin:at]))
            begin = at + 1
    return [declaration for declaration in declarations if declaration]


def member_name(declaration: str) -> str | None:
    pointer = re.search(r"\(\*(\w+)\)\(", declaration)
    plain = re.search(r"(\w+)\s*(\[[^]]*\]|: \d+)?\Z", declaration)
    match = pointer or plain
    return match.group(1) if match else None


def print_structure(name: str, declarations: list[str]) -> list[str]:
    lines = [f'printf("struct {name}: %zu bytes\\n", sizeof({name}));']
    for declaration in declarations:
        member = member_name(declaration)
        lines.append(f'printf("struct {name}.{member} at %zu, %zu bytes: %s\\n", offsetof({name}, {member}), '
                     f'sizeof((({name} *)NULL)->{member}), "{declaration}");')
    return lines


def make_program(text: str) -> str:
    """A program that prints the sizes and places, which only a compiler knows."""
    lines: list[str] = []
    for name, body in find_structures(text):
        lines += print_structure(name, split_members(body))
    for body, name in ENUMERATION.findall(text):
        for value in re.findall(r"\b(CDD_\w+)\b(?=\s*(?:,|=|\Z))", body):
            lines.append(f'printf("enum {name}: {value} = %d\\n", (int){value});')
    body_text = "\n    ".join(lines)
    return (f"#include <{HEADERS}/colcon-deb-docker.h>\n#include <stddef.h>\n#include <stdio.h>\n"
            f"int main(void)\n{{\n    {body_text}\n    return 0;\n}}\n")


def run_program(source: str, include_directories: list[str]) -> list[str]:
    flags = subprocess.run(["pkg-config", "--cflags", "gio-2.0"], check=True, capture_output=True, text=True).stdout
    with tempfile.TemporaryDirectory() as directory:
        program = f"{directory}/abi"
        subprocess.run(["cc", "-w", "-x", "c", "-", "-o", program, *(f"-I{path}" for path in include_directories),
                        *shlex.split(flags)], input=source, text=True, check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def read_interface(include_directories: list[str]) -> list[str]:
    headers = sorted(path for top in include_directories for path in pathlib.Path(top, HEADERS).glob("*.h"))
    text = COMMENT.sub("", "\n".join(path.read_text(encoding="utf-8") for path in headers))
    functions = ["function " + tidy(function) for function in FUNCTION.findall(text)]
    callbacks = ["callback " + tidy(callback) for callback in CALLBACK.findall(text)]
    return sorted(functions) + sorted(callbacks) + run_program(make_program(text), include_directories)


SIZE = re.compile(r"struct (\w+): (\d+) bytes")


def may_go(line: str, recorded: set[str], sizes: dict[str, int]) -> bool:
    """Whether programs that exist do not notice: reserved members become others, and a structure that only the library makes
    grows at its end."""
    size = SIZE.fullmatch(line)
    if size:
        name = size.group(1)
        filled_by_callers = any(other.startswith(f"struct {name}.reserved ") for other in recorded)
        return not filled_by_callers and sizes.get(name, 0) > int(size.group(2))
    return ".reserved at " in line


def compare(recorded: list[str], found: list[str]) -> list[str]:
    sizes = {size.group(1): int(size.group(2)) for size in map(SIZE.fullmatch, found) if size}
    before, after = set(recorded), set(found)
    faults = [f"gone: {line}: programs that use it break, so the library needs a new soversion"
              for line in recorded if line not in after and not may_go(line, before, sizes)]
    return faults + [f"new: {line}: record it" for line in found if line not in before]


# ---- Debian's symbols file

SONAME, PACKAGE = "libcolcon-deb-docker.so.0", "libcolcon-deb-docker0"
# A function, or the type that one of GLib's macros declares.
SYMBOL = re.compile(r"\bCDD_API\b\s+(?:G_DECLARE_\w+\(\s*\w+,\s*(\w+)|[^;{(]*?\b(\w+)\()")


def exported_symbols(text: str) -> list[str]:
    text = re.sub(r"^[ \t]*#.*?$", "", COMMENT.sub("", text), flags=re.MULTILINE)
    return sorted(f"{kind}_get_type" if kind else function for kind, function in SYMBOL.findall(text))


def update_symbols(recorded: str, names: list[str], version: str) -> str:
    versions = dict(re.findall(r"(?m)^ (\w+)@Base (\S+)$", recorded))
    lines = [f" {name}@Base {versions.get(name, version)}\n" for name in names]
    return f"{SONAME} {PACKAGE} #MINVER#\n* Build-Depends-Package: libcolcon-deb-docker-dev\n" + "".join(lines)


def write_symbols(file: pathlib.Path, version: str, include_directory: str) -> None:
    headers = sorted(pathlib.Path(include_directory, HEADERS).glob("*.h"))
    names = exported_symbols("\n".join(path.read_text(encoding="utf-8") for path in headers))
    recorded = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(update_symbols(recorded, names, version), encoding="utf-8")


def main() -> int:
    if len(sys.argv) == 5 and sys.argv[1] == "symbols":
        write_symbols(pathlib.Path(sys.argv[2]), *sys.argv[3:])
        return 0
    if len(sys.argv) < 4 or sys.argv[1] not in ("check", "record"):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    record = pathlib.Path(sys.argv[2])
    found = read_interface(sys.argv[3:])
    if sys.argv[1] == "record":
        record.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
        return 0
    faults = compare(record.read_text(encoding="utf-8").splitlines(), found)
    print("\n".join(faults) or f"{len(found)} lines")
    if faults:
        print("To record the interface as it is: make abi")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
