/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Returns whether a result is of a task of @source with the source tag @tag, the function that
 * began it. If not, that is a programmer's mistake: a critical message, and INVALID_SPEC.
 */
gboolean cdd_result_check(GAsyncResult *result, gpointer source, gpointer tag, GError **error);
