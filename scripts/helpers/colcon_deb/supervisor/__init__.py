# SPDX-License-Identifier: Apache-2.0
"""Process 1: what needs root, and the dialogue with the host."""
