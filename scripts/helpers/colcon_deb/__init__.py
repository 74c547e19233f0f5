# SPDX-License-Identifier: Apache-2.0
"""What colcon-deb does inside the container. The executables beside this package are thin."""
