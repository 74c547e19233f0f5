# SPDX-License-Identifier: Apache-2.0
"""Makes the layer of native programs for an emulated builder image."""
