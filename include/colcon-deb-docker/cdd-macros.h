/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/**
 * CDD_API:
 *
 * Marks what the shared library exports; everything else is hidden.
 */
#define CDD_API __attribute__((visibility("default"))) extern
