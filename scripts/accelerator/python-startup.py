# SPDX-License-Identifier: Apache-2.0
# A native Python of an emulated system answers for the emulated machine. This stands at the end of sitecustomize.py, which
# every Python imports when it starts (accelerator/layer.py). The import system keeps its own copy of the suffixes, so it
# still finds native modules.

import sys

NATIVE, EMULATED = "x86_64-linux-gnu", "@TRIPLET@"

if getattr(sys.implementation, "_multiarch", "") == NATIVE:
    setattr(sys.implementation, "_multiarch", EMULATED)
    suffixes = sys.modules["_frozen_importlib_external"].EXTENSION_SUFFIXES
    suffixes[:] = [suffix.replace(NATIVE, EMULATED) for suffix in suffixes]
