# SPDX-License-Identifier: Apache-2.0
"""Read flashes back into text."""

import sys

_CODES = (
    '.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. '
    '----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.'
).split()
_LETTERS = dict(zip(_CODES, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'))


def read(flashes):
    """Return the text of flashes; what is no letter becomes a question mark."""
    words = flashes.split('/')
    return ' '.join(''.join(_LETTERS.get(code, '?') for code in word.split()) for word in words)


def main():
    print(read(' '.join(sys.argv[1:]) or sys.stdin.read()))
    return 0
