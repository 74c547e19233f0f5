#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Check that only the files that docs/files.md lists open, make, replace or remove a file by a call of the system or of a
library. All others use base/files.py or base/folder.h, which are safe in directories that a build can write.

usage: tools/check-files.py

Prints one line for each fault, FILE:LINE: what is wrong; exit code 1 if there is any.
"""

from __future__ import annotations

import ast
import pathlib
import re
import sys
from collections.abc import Iterator

TOP = pathlib.Path(__file__).resolve().parent.parent
PAGE = "docs/files.md"
FOLDERS = {"src/colcon-deb": ".c", "scripts/helpers": ".py"}
ROW = re.compile(r"\| `((?:%s)/[^`]+)` \| [^|\s]" % "|".join(FOLDERS))
C_CALL = re.compile(
    r"\b((?:g_)?(?:open|fopen|freopen|creat|mkdir|rename|unlink|remove|rmdir|chmod)|openat|openat2|mkdirat|renameat2?|"
    r"unlinkat|linkat|link|symlinkat|symlink|mkfifoat|mkfifo|mknodat|mknod|truncate|l?chown|fchownat|fchmodat|utimensat|"
    r"g_mkdir_with_parents|g_file_[gs]et_contents\w*|g_file_new_for_path|g_file_replace\w*|g_dir_open|g_dir_make_tmp|g_file_open_tmp|(?:g_)?mkdtemp(?:_full)?|(?:g_)?mkstemp(?:_full)?|"
    r"mkostemp|tmpfile|opendir|fts_open|"
    r"nftw|ftw|scandir|g_key_file_load_from_file|json_parser_load_from_file) ?\(")
PYTHON_CALLS = {
    "os": {"open", "mkdir", "makedirs", "rename", "renames", "replace", "unlink", "remove", "rmdir", "removedirs", "link",
           "symlink", "mkfifo", "mknod", "truncate", "chown", "lchown", "chmod", "utime", "walk", "fwalk"},
    "shutil": {"rmtree", "copy", "copy2", "copyfile", "copytree", "copystat", "copymode", "move", "chown", "make_archive"},
    "io": {"open"},
    "json": {"load"},
    "yaml": {"load", "load_all", "safe_load", "safe_load_all", "compose"},
    "gzip": {"open", "GzipFile"},
    "bz2": {"open", "BZ2File"},
    "lzma": {"open", "LZMAFile"},
    "tempfile": {"TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory", "mkstemp", "mkdtemp",
                 "mktemp"},
    "tarfile": {"open"},
}
IMPORTED_WHOLE = ("pathlib", "glob2", "distutils")


def c_calls(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith(("*", "/*")):
            yield from ((number, match[1]) for match in C_CALL.finditer(line))


def python_calls(text: str) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id == "open":
            yield node.lineno, "open"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) \
                and node.attr in PYTHON_CALLS.get(node.value.id, ()):
            yield node.lineno, "%s.%s" % (node.value.id, node.attr)
        elif isinstance(node, ast.ImportFrom) and node.module in (*PYTHON_CALLS, *IMPORTED_WHOLE):
            for alias in node.names:
                if node.module in IMPORTED_WHOLE or alias.name in PYTHON_CALLS[node.module]:
                    yield node.lineno, "%s.%s" % (node.module, alias.name)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name in IMPORTED_WHOLE or alias.name in PYTHON_CALLS and alias.asname:
                    yield node.lineno, "import " + alias.name


def check(top: pathlib.Path) -> list[str]:
    """The faults, one line each."""
    listed = set(ROW.findall((top / PAGE).read_text(encoding="utf-8")))
    faults, used = [], set()
    for folder, suffix in FOLDERS.items():
        for path in sorted((top / folder).rglob("*" + suffix)):
            name = str(path.relative_to(top))
            text = path.read_text(encoding="utf-8")
            for number, call in sorted(python_calls(text) if suffix == ".py" else c_calls(text)):
                used.add(name)
                if name not in listed:
                    faults.append("%s:%d: calls %s: use base/%s, or list the file in %s"
                                  % (name, number, call, "files.py" if suffix == ".py" else "folder.h", PAGE))
    return faults + ["%s:1: lists %s, which calls nothing of the kind" % (PAGE, name) for name in sorted(listed - used)]


def main() -> int:
    faults = check(TOP)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
