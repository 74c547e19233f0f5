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
COLOURS = {31: "#ff7b72", 32: "#7fd18c", 33: "#e3b341", 36: "#76c7d6"}
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def visible(line: str) -> str:
    """What a terminal still shows of a line: a status line that was drawn first has been cleared."""
    line = line.rstrip("\r\n").rpartition("\x1b[K")[2]
    return line.rpartition("\r")[2].rstrip()


class Style:
    """What the sequences so far have set; a terminal keeps it from line to line."""

    def __init__(self) -> None:
        self.colour: str | None = None
        self.bold = self.faint = False

    def apply(self, code: int) -> None:
        if code == 0:
            self.colour, self.bold, self.faint = None, False, False
        elif code == 1:
            self.bold = True
        elif code == 2:
            self.faint = True
        elif code == 22:
            self.bold = self.faint = False
        elif code == 39:
            self.colour = None
        else:
            self.colour = COLOURS.get(code, self.colour)


def spans(line: str, style: Style | None = None) -> Iterator[tuple[str, str, bool]]:
    """The line as (text, colour, bold), by its SGR sequences; other sequences are dropped."""
    style = style or Style()
    plain = COMMAND if re.match(r"(robot)?\$ ", line) else PLAIN
    for part in re.split(r"(\x1b\[[0-9;?]*[A-Za-z])", line):
        if not part.startswith("\x1b"):
            if part:
                yield part.expandtabs(), style.colour or (FAINT if style.faint else plain), style.bold
        elif part.endswith("m"):
            for code in map(int, (part[2:-1] or "0").split(";")):
                style.apply(code)


def draw_line(row: int, line: str, style: Style) -> str:
    parts = "".join('<tspan fill="%s"%s>%s</tspan>' % (colour, ' font-weight="bold"' if bold else "", html.escape(text))
                    for text, colour, bold in spans(line, style))
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
    style = Style()
    for row, line in enumerate(lines):
        if line.strip():
            yield draw_line(row, line, style)
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
