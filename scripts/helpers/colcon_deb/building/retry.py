# SPDX-License-Identifier: Apache-2.0
"""How long to wait before a retry after a network failure."""

from __future__ import annotations

import time

DELAYS = (2, 5, 10, 30)


def delay(attempt: int) -> int:
    """Seconds before the next attempt; attempt: how many have failed, from 1."""
    return DELAYS[min(attempt, len(DELAYS)) - 1]


def wait(attempt: int) -> None:
    time.sleep(delay(attempt))
