# SPDX-License-Identifier: Apache-2.0
"""The debian/ directory of a package, and what is inside its .deb files."""
