# SPDX-License-Identifier: Apache-2.0
"""What Python says of the machine."""
import importlib.machinery
import os
import platform
import struct
import sys
import sysconfig

print(platform.machine(), platform.libc_ver(), os.uname().machine, sys.implementation.cache_tag, struct.calcsize("P"))
print(sysconfig.get_platform(), sysconfig.get_config_var("MULTIARCH"), sysconfig.get_config_var("EXT_SUFFIX"))
print(importlib.machinery.EXTENSION_SUFFIXES, sys.implementation._multiarch)
print(sysconfig.get_paths(), sys.version, sys.byteorder, sys.maxsize, sys.executable)
