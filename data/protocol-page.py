#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Print docs/protocol.md as the manual page colcon-deb-protocol(7).

usage: protocol-page.py VERSION FILE

It knows the Markdown that the page uses: headings, paragraphs, lists, tables and indented code; `code`, **bold** and links.
"""
import re
import sys

ITEM = re.compile(r"(-|\d+\.) (.*)", re.DOTALL)


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^(?=[.'])", r"\\&", text)


def inline(text):
    """A link is its text, since a manual page leads nowhere; code and what is bold are bold."""
    text = escape(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text))
    return re.sub(r"`([^`]*)`|\*\*([^*]*)\*\*", lambda found: "\\fB%s\\fR" % (found[1] or found[2]), text)


def cells(row):
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def table(rows):
    """A paragraph for each row, as no terminal is as wide as its cells: the first cell, and the others below it."""
    titles, lines = cells(rows[0]), []
    for row in rows[2:]:
        first, *others = cells(row)
        lines += [".TP", inline(first)]
        for title, cell in zip(titles[1:], others):
            if cell:
                # One other column needs no title at each row.
                lines += [inline("%s: %s" % (title.capitalize(), cell) if len(others) > 1 else cell), ".br"]
        if lines[-1] == ".br":
            lines.pop()
    return lines


def items(block):
    """A list: each item with the lines that go on below it."""
    lines = []
    for item in re.split(r"\n(?=- |\d+\. )", block):
        mark, text = ITEM.fullmatch(item).groups()
        lines += [".IP \\(bu 3" if mark == "-" else ".IP %s 4" % mark, inline(re.sub(r"\n +", "\n", text))]
    return lines


def block_lines(block):
    heading = re.fullmatch(r"(#+) (.*)", block)
    if heading:
        return [] if heading[1] == "#" else ['.SH "%s"' % escape(heading[2]).upper()]
    if block.startswith("    "):
        return [".PP", ".EX", escape(block), ".EE"]
    if block.startswith("|"):
        return table(block.splitlines())
    if ITEM.match(block):
        return items(block)
    return [".PP", inline(block)]


def main():
    version, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"<!--.*?-->\n", "", file.read())
    sys.stdout.reconfigure(encoding="utf-8")
    print('.\\" SPDX-License-Identifier: Apache-2.0\n.TH COLCON\\-DEB\\-PROTOCOL 7 "" "colcon\\-deb %s"' % version)
    print(".SH NAME\ncolcon\\-deb\\-protocol \\- the events of a build, on standard output and in events.jsonl\n.SH DESCRIPTION")
    for block in re.split(r"\n\n+", text.strip("\n")):
        print("\n".join(block_lines(block)))
    print(".SH SEE ALSO\n.BR colcon\\-deb\\-build (1)")


if __name__ == "__main__":
    main()
