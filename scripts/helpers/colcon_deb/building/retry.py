# SPDX-License-Identifier: Apache-2.0
"""How long to wait before something is tried again that failed only for want of the network."""

import time

DELAYS = (2, 5, 10, 30)


def delay(attempt):
    """Seconds before the next try; attempt: how many have failed, from 1."""
    return DELAYS[min(attempt, len(DELAYS)) - 1]


def wait(attempt):
    time.sleep(delay(attempt))
