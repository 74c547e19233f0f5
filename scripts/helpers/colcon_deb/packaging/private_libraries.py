# SPDX-License-Identifier: Apache-2.0
"""Libraries that the user allows a package to need although no package has them (shlibs_allow).

dpkg-shlibdeps fails on a library that it does not find, before it asks debian/shlibs.local. So it is told where in the
package the library is; a library that the robot alone has, such as a driver's, is represented by an empty one.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable

from .elf import files_below


def directories(staging: str, allowed: Iterable[str], stand_ins: str) -> list[str]:
    """The directories with the allowed libraries, for dh_shlibdeps -l. stand_ins: where to make empty libraries.

    Raises OSError or subprocess.CalledProcessError.
    """
    wanted = set(allowed)
    found = {path for path in files_below(staging) if os.path.basename(path) in wanted}
    result = sorted({os.path.abspath(os.path.dirname(path)) for path in found})
    missing = wanted - {os.path.basename(path) for path in found}
    if missing:
        os.makedirs(stand_ins, exist_ok=True)
        result.append(os.path.abspath(stand_ins))
    for name in sorted(missing):
        subprocess.run(["cc", "-shared", "-nostdlib", "-Wl,-soname," + name, "-o", os.path.join(stand_ins, name),
                        "-x", "c", "/dev/null"], stdin=subprocess.DEVNULL, check=True)
    return result
