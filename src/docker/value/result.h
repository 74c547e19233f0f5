/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Returns whether a result is of a task of @source with the source tag @tag, the function that
 * began it. If not, that is a programmer's mistake: a critical message, and INVALID_SPEC.
 */
gboolean cdd_result_check(GAsyncResult *result, gpointer source, gpointer tag, GError **error);

/*
 * The argument @name of the operation is NULL. That is a programmer's mistake too: a critical
 * message, and the task ends with INVALID_SPEC. Drops the caller's reference.
 */
void cdd_result_return_missing(GTask *task, const char *name);
