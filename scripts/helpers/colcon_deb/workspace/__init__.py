# SPDX-License-Identifier: Apache-2.0
"""The user's sources: which packages there are, what they are made of, a copy to build in."""
