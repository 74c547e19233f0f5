# SPDX-License-Identifier: Apache-2.0
"""A helper that is a program of its own, and a step of the build."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

from .protocol import Emitter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def run(main: Callable[[], int]) -> NoReturn:
    """End the process with main's exit code. An exception that nobody expected is an error like others, and exit code 1."""
    # A step may turn its own output into a log.
    emitter = Emitter(os.dup(1))
    try:
        code = main()
    except Exception as error:  # every error must reach the host
        traceback.print_exc()
        emitter.error("Internal error of colcon-deb in %s: %s: %s. Please report it, with the output of --verbose."
                      % (os.path.basename(sys.argv[0]), type(error).__name__, error))
        code = 1
    sys.exit(code)
