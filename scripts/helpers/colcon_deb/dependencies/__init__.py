# SPDX-License-Identifier: Apache-2.0
"""System packages that the workspace needs: found by rosdep, installed by apt."""
