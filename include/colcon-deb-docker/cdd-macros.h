/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/**
 * CDD_API:
 *
 * Marks a symbol that the shared library exports. All other symbols are hidden.
 *
 * Since: 0.1
 */
#define CDD_API __attribute__((visibility("default"))) extern
