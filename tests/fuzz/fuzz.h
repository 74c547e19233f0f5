/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* What libFuzzer calls; driver.c calls it too, where there is no libFuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
