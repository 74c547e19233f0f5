/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What QEMU's programs call an architecture that images call so: `aarch64` for `arm64`. */
const char *cdd_architecture_get_qemu_name(const char *architecture);
