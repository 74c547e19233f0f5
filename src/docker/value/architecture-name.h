/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Returns QEMU's name of an architecture that images call @architecture: `aarch64` for `arm64`. */
const char *cdd_architecture_get_qemu_name(const char *architecture);
