#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draw a terminal transcript as an SVG, for the README: the picture is made from a run, never by hand.

usage: transcript-svg.py TITLE <TRANSCRIPT >PICTURE

Lines that begin with "$ " or "robot$ " are commands. "[...]" alone is a cut. Colour follows a few words of the program's output.
"""
import html
import re
import sys

CHARACTER, LINE, MARGIN, BAR = 7.8, 19, 18, 34
BACKGROUND, PLAIN, DIM, COMMAND, GOOD, BAD = "#14191f", "#d5dae0", "#7d8894", "#ffffff", "#7fd18c", "#ff7b72"
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
RULES = [
    (r"^(robot)?\$ ", COMMAND),
    (r"^\[\.\.\.\]$", DIM),
    (r"(?i)\b(failed|error|cannot)\b", BAD),
    (r"(?i)\b(built|all packages|ok)\b", GOOD),
]


def colour(line):
    return next((shade for pattern, shade in RULES if re.search(pattern, line)), PLAIN)


def draw(title, lines):
    width = int(max(map(len, lines + [title])) * CHARACTER + 2 * MARGIN)
    height = len(lines) * LINE + BAR + 2 * MARGIN - 8
    yield '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">' % (
        width, height, width, height)
    yield '<title>%s</title>' % html.escape(title)
    yield '<rect width="100%%" height="100%%" rx="8" fill="%s"/>' % BACKGROUND
    for index, shade in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        yield '<circle cx="%d" cy="17" r="5.5" fill="%s"/>' % (20 + 18 * index, shade)
    yield '<g font-family="%s" font-size="13">' % FONTS
    for number, line in enumerate(lines):
        if line.strip():
            yield '<text x="%d" y="%d" fill="%s" xml:space="preserve">%s</text>' % (
                MARGIN, BAR + MARGIN + number * LINE, colour(line), html.escape(line))
    yield "</g>"
    yield "</svg>"


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    lines = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line.rstrip()).expandtabs() for line in sys.stdin]
    print("\n".join(draw(sys.argv[1], lines or [""])))
    return 0


if __name__ == "__main__":
    sys.exit(main())
