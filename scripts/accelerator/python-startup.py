# SPDX-License-Identifier: Apache-2.0
"""A native Python of an emulated system answers for the emulated machine. It starts with this (accelerator/layer.py).

Modules are still found by the names of the native ones: what finds them has its own copy of the suffixes.
"""

import sys

NATIVE, EMULATED = "x86_64-linux-gnu", "@TRIPLET@"

if getattr(sys.implementation, "_multiarch", "") == NATIVE:
    setattr(sys.implementation, "_multiarch", EMULATED)
    suffixes = sys.modules["_frozen_importlib_external"].EXTENSION_SUFFIXES
    suffixes[:] = [suffix.replace(NATIVE, EMULATED) for suffix in suffixes]
