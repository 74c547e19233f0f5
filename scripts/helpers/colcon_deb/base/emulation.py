# SPDX-License-Identifier: Apache-2.0
"""How much slower an emulated container is: a small program is compiled in it, and the processor time compared.

A compiler, because that is what a build waits for, and because an image may have one that is not emulated. Processor
time, because other load on the machine does not change it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

# Processor time of the compilation on a machine of its own architecture: gcc 12, 2.7 GHz.
NATIVE_SECONDS = 0.1
# Emulators are 10 to 30 times slower. More is a mistake of the measurement.
MAX_SLOWDOWN = 50

_FUNCTION = """struct s%(n)d { int a[8]; double d; };
int f%(n)d(struct s%(n)d *p, int n) {
    int t = %(n)d;
    for (int i = 0; i < n; i++) {
        switch (p[i].a[i & 7] %% 9) {
        case 0: t += i * 3; break;
        case 1: t ^= p[i].a[2]; break;
        case 4: p[i].d *= t; break;
        default: t -= p[i].a[t & 7];
        }
        p[i].a[0] = t;
    }
    return t;
}
"""
# Without headers, so it is the same work in every image.
PROGRAM = "".join(_FUNCTION % {"n": number} for number in range(10))
# Nothing but the exit code comes out.
COMMAND = ("sh", "-c", 'printf %s "$1" | gcc -x c -O2 -S -o /dev/null - >/dev/null 2>&1', "sh", PROGRAM)


def measure(run: Callable[[Sequence[str]], int]) -> int:
    """How many times longer programs take than on a machine of their own architecture, at least 1.

    run: starts a command, waits for it and returns its exit code. 1 if the command fails.
    """
    before = os.times()
    code = run(COMMAND)
    after = os.times()
    seconds = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return 1 if code else slowdown(seconds)


def slowdown(seconds: float) -> int:
    return max(1, min(MAX_SLOWDOWN, round(seconds / NATIVE_SECONDS)))
