/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Called by libFuzzer, or without it by driver.c. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
