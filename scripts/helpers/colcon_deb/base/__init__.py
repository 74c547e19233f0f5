# SPDX-License-Identifier: Apache-2.0
"""What knows nothing of builds: files, events, settings, names."""
