# SPDX-License-Identifier: Apache-2.0
"""Build packages, several at a time, as the build user."""
