# SPDX-License-Identifier: Apache-2.0
"""The APT repository in the output directory."""
