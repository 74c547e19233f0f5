#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw a terminal's transcript as an SVG for the README: the picture is made from a run, never by hand.

usage: transcript-svg.py TITLE <TRANSCRIPT >PICTURE

Colours are those that the program sent (SGR sequences). Lines that begin with "$ " or "robot$ " are commands.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterator

CHARACTER, LINE, MARGIN, BAR = 7.8, 19, 18, 34
BACKGROUND, PLAIN, FAINT, COMMAND = "#14191f", "#d5dae0", "#7d8894", "#ffffff"
COLOURS = {31: "#ff7b72", 32: "#7fd18c", 33: "#e3b341"}
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def visible(line: str) -> str:
    """What a terminal still shows of a line: a status line that was drawn first has been cleared."""
    line = line.rstrip("\r\n").rpartition("\x1b[K")[2]
    return line.rpartition("\r")[2].rstrip()


def spans(line: str) -> Iterator[tuple[str, str, bool]]:
    """The line as (text, colour, bold), by its SGR sequences; other sequences are dropped."""
    colour, bold = (COMMAND, False) if re.match(r"(robot)?\$ ", line) else (PLAIN, False)
    plain = colour
    for part in re.split(r"(\x1b\[[0-9;?]*[A-Za-z])", line):
        if not part.startswith("\x1b"):
            if part:
                yield part.expandtabs(), colour, bold
        elif part.endswith("m"):
            for code in map(int, (part[2:-1] or "0").split(";")):
                if code == 0:
                    colour, bold = plain, False
                elif code == 1:
                    bold = True
                elif code == 2:
                    colour = FAINT
                else:
                    colour = COLOURS.get(code, colour)


def draw_line(row: int, line: str) -> str:
    parts = "".join('<tspan fill="%s"%s>%s</tspan>' % (colour, ' font-weight="bold"' if bold else "", html.escape(text))
                    for text, colour, bold in spans(line))
    return '<text x="%d" y="%d" xml:space="preserve">%s</text>' % (MARGIN, BAR + MARGIN + row * LINE, parts)


def draw(title: str, lines: list[str]) -> Iterator[str]:
    lengths = [sum(len(text) for text, _, _ in spans(line)) for line in lines]
    width = int(max(lengths + [len(title)]) * CHARACTER + 2 * MARGIN)
    height = len(lines) * LINE + BAR + 2 * MARGIN - 8
    yield '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">' % (
        width, height, width, height)
    yield '<title>%s</title>' % html.escape(title)
    yield '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACKGROUND
    for index, shade in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        yield '<circle cx="%d" cy="17" r="5.5" fill="%s"/>' % (20 + 18 * index, shade)
    yield '<g font-family="%s" font-size="13">' % FONTS
    for row, line in enumerate(lines):
        if line.strip():
            yield draw_line(row, line)
    yield "</g>"
    yield "</svg>"


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    # Only a line feed ends a line here: a carriage return begins the same line again.
    lines = [visible(line) for line in sys.stdin.buffer.read().decode("utf-8", "replace").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    print("\n".join(draw(sys.argv[1], lines or [""])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
