#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write the library's blocking calls, from the headers of the asynchronous ones.

usage: tools/sync-calls.py header|source HEADER...

`header` prints include/colcon-deb-docker/cdd-sync.h, which `make sync-header` writes; `source` prints the functions, which
the build compiles. Each call of a CddService gets one, except ENDLESS, which have no end, and STREAMS, which give a stream.
"""

from __future__ import annotations

import dataclasses
import pathlib
import re
import subprocess
import sys
import textwrap

ENDLESS = {"cdd_service_watch_events", "cdd_service_watch_events_with_handler", "cdd_service_watch_container_stats",
           "cdd_service_watch_stats_with_handler"}
STREAMS = {"cdd_service_attach_container", "cdd_service_start_exec"}
OF_THE_RESULT = ("callback", "user_data")

DECLARATION = re.compile(r"/\*\*\n \* (cdd_\w+?)_(async|finish):[^\n]*\n((?: \*[^\n]*\n)*?) \*/\n"
                         r"CDD_API\s+([^;(]*?)\b\1_\2\(([^;]*?)\);")
TOP = """/* SPDX-License-Identifier: Apache-2.0 */
/* Written by tools/sync-calls.py. */
"""


@dataclasses.dataclass(frozen=True)
class Function:
    returned: str
    parameters: list[tuple[str, str]]
    described: dict[str, str]
    returns: str
    since: str


@dataclasses.dataclass(frozen=True)
class Call:
    name: str
    begin: Function
    finish: Function

    def outputs(self) -> list[tuple[str, str]]:
        return [one for one in self.finish.parameters[2:] if one[0] != "error"]

    def parameters(self) -> list[tuple[str, str]]:
        mine = [one for one in self.begin.parameters if one[0] not in OF_THE_RESULT]
        return mine + self.outputs() + [self.finish.parameters[-1]]

    def head(self) -> str:
        declared = ", ".join(declaration for _, declaration in self.parameters())
        return f"{self.finish.returned}{self.name}_sync({declared})"


def read_function(lines: str, returned: str, arguments: str) -> Function:
    text = "\n".join(line.removeprefix(" *").removeprefix(" ") for line in lines.splitlines())
    parts = re.findall(r"^@(\w+):((?:[^\n]|\n(?![@\n]))*)", text, re.MULTILINE)
    described = {name: " ".join(rest.split()) for name, rest in parts}
    returns = re.search(r"^Returns:((?:[^\n]|\n(?!\n))*)", text, re.MULTILINE)
    parameters = []
    for declaration in arguments.split(","):
        declaration = " ".join(declaration.split())
        parameters.append((re.split(r"[ *]", declaration)[-1], declaration))
    returned = " ".join(returned.split())
    since = re.search(r"^Since: (\S+)$", text, re.MULTILINE)
    return Function(returned if returned.endswith("*") else returned + " ", parameters, described,
                    " ".join(returns.group(1).split()) if returns else "", since.group(1) if since else "")


def read_calls(headers: list[str]) -> list[tuple[str, list[Call]]]:
    found = []
    for header in sorted(headers):
        functions: dict[tuple[str, str], Function] = {}
        for name, kind, lines, returned, arguments in DECLARATION.findall(pathlib.Path(header).read_text(encoding="utf-8")):
            functions[name, kind] = read_function(lines, returned, arguments)
        calls = [Call(name, begin, functions[name, "finish"]) for (name, kind), begin in functions.items()
                 if kind == "async" and name not in ENDLESS | STREAMS and begin.parameters[0][1].startswith("CddService *")]
        if calls:
            found.append((pathlib.Path(header).name, calls))
    return found


def describe(call: Call) -> str:
    """The description of a call: what is said of its two halves."""
    def say(name: str, text: str) -> list[str]:
        text = text.replace("@callback is called", "the call ends").replace("@callback", "the end of the call")
        return textwrap.wrap(f"@{name}: {text}", 97, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)

    lines = [f"{call.name}_sync:"]
    for name, _ in call.parameters():
        described = call.finish.described if (name, _) in call.finish.parameters and name != "self" else call.begin.described
        lines += say(name, described[name])
    lines += ["", f"Like {call.name}_async(), but blocks until the end.", ""]
    lines += textwrap.wrap(f"Returns: {call.finish.returns}", 97, subsequent_indent="  ", break_on_hyphens=False)
    lines += ["", f"Since: {call.begin.since}"]
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"


def print_header(calls: list[tuple[str, list[Call]]]) -> str:
    text = TOP + "#pragma once\n\n"
    text += "".join(f"#include <colcon-deb-docker/{name}>\n" for name, _ in calls) + "\nG_BEGIN_DECLS\n"
    for _, of_header in calls:
        for call in of_header:
            text += f"\n{describe(call)}CDD_API {call.head()};\n"
    style = f"--assume-filename={pathlib.Path(__file__).resolve().parents[1]}/include/colcon-deb-docker/cdd-sync.h"
    return subprocess.run(["clang-format", style], input=text + "\nG_END_DECLS\n", check=True, capture_output=True,
                          text=True).stdout


def print_source(calls: list[tuple[str, list[Call]]]) -> str:
    text = TOP + '#include "service/blocking-call.h"\n\n#include <colcon-deb-docker/cdd-sync.h>\n'
    for call in [call for _, of_header in calls for call in of_header]:
        self = call.parameters()[0][0]
        failure = "NULL" if call.finish.returned.endswith("*") else "FALSE"
        names = [name for name, _ in call.begin.parameters if name not in OF_THE_RESULT]
        arguments = ", ".join("call.cancellable" if name == "cancellable" else name for name in names)
        outputs = "".join(f", {name}" for name, _ in call.outputs())
        text += f"""
{call.head()}
{{
    CddBlockingCall call;
    {call.finish.returned}value;

    g_return_val_if_fail(CDD_IS_SERVICE({self}), {failure});
    if (!cdd_blocking_call_begin(&call, {self}, cancellable, error))
        return {failure};
    {call.name}_async({arguments}, cdd_blocking_call_done, &call);
    value = {call.name}_finish({self}, cdd_blocking_call_wait(&call){outputs}, error);
    cdd_blocking_call_end(&call);
    return value;
}}
"""
    return text


def main() -> int:
    if len(sys.argv) < 3 or sys.argv[1] not in ("header", "source"):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    calls = read_calls(sys.argv[2:])
    sys.stdout.write((print_header if sys.argv[1] == "header" else print_source)(calls))
    return 0


if __name__ == "__main__":
    sys.exit(main())
