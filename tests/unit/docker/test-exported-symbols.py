#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the shared library exports is what its public headers declare: no more, no less, and versioned by its soname.

usage: test-exported-symbols.py LIBRARY HEADER...
"""
import re
import subprocess
import sys


def declared(headers):
    """The functions that the headers mark, and the types that GLib's macros declare in their stead."""
    names = set()
    for path in headers:
        with open(path, encoding="utf-8") as file:
            text = re.sub(r"/\*.*?\*/|^#.*?$", "", file.read(), flags=re.DOTALL | re.MULTILINE)
        for declaration in re.findall(r"\bCDD_API\b([^;{]*?\))", text, re.DOTALL):
            macro = re.match(r"\s*G_DECLARE_\w+\(\s*\w+,\s*(\w+)", declaration)
            names.add(macro.group(1) + "_get_type" if macro else re.search(r"(\w+)\(", declaration).group(1))
    return names


def exported(library):
    table = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1].split("@")[0] for line in table.splitlines()}


def soname(library):
    table = subprocess.run(["readelf", "-d", library], check=True, capture_output=True, text=True).stdout
    return re.search(r"\(SONAME\).*\[(.*)\]", table).group(1)


def main():
    library, headers = sys.argv[1], sys.argv[2:]
    wanted, found = declared(headers), exported(library)
    problems = ["%s is declared and not exported" % name for name in sorted(wanted - found)]
    problems += ["%s is exported and not declared" % name for name in sorted(found - wanted)]
    if soname(library) != "libcolcon-deb-docker.so.0":
        problems.append("the soname is %s" % soname(library))
    if len(wanted) < 200:
        problems.append("only %d declarations were found in the headers" % len(wanted))
    print("\n".join(problems) or "%d functions" % len(wanted))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
