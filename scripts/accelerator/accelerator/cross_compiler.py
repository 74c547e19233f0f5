# SPDX-License-Identifier: Apache-2.0
"""A cross compiler is given the include directories of the native compiler.

They are texts in the program. With the same directories in the same order, the list that it searches is the native one, and
so are the line markers of its output. Options or variables that change the list would also change those.
"""

from __future__ import annotations

import pathlib

from .programs import Names, Refused

COMPILERS = ("cc1", "cc1plus")


def directories(names: Names) -> list[tuple[str, str]]:
    """Text in the cross compiler, text in the native one."""
    triplet, gcc = names.triplet, names.gcc
    cross = names.cross.replace("/libexec/", "/lib/")
    native = "/usr/lib/gcc/%s/%s" % (triplet, gcc)
    up = "%s/../../../../%s/include" % (cross, triplet)
    return [
        ("%s/c++/%s/%s" % (up, gcc, triplet), "/usr/include/%s/c++/%s" % (triplet, gcc)),
        ("%s/c++/%s/backward" % (up, gcc), "/usr/include/c++/%s/backward" % gcc),
        ("%s/c++/%s" % (up, gcc), "/usr/include/c++/%s" % gcc),
        (up, "/usr/local/include"),
        (cross + "/include", native + "/include"),
        (cross + "/include-fixed", native + "/include-fixed"),
    ]


def unsearched_directories(names: Names) -> list[str]:
    """Only a native compiler searches these. They rarely exist."""
    return ["/usr/local/include/" + names.triplet, "/usr/%s/include" % names.triplet]


def use_native_directories(path: str, names: Names) -> None:
    """Raises Refused if one of the texts is missing."""
    file = pathlib.Path(path)
    content = file.read_bytes()
    for old, new in directories(names):
        before = b"\0" + old.encode() + b"\0"
        after = b"\0" + new.encode()
        if content.count(before) == 0 or len(after) >= len(before):
            raise Refused("the cross compiler %s does not search %s, as is expected" % (file.name, old))
        content = content.replace(before, after.ljust(len(before), b"\0"))
    file.write_bytes(content)
