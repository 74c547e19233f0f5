# SPDX-License-Identifier: Apache-2.0
"""What earlier runs built, and what has changed since."""
