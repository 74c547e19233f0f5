/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Linear code over asynchronous calls: pass await_ready and the address of a NULL GAsyncResult as
 * callback and user data, then hand await(&result) to the _finish function. Signals, timers and
 * output keep being served meanwhile.
 */
static inline void
await_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **slot = user_data;

    *slot = g_object_ref(result);
}

static inline GAsyncResult *
await(GAsyncResult **slot)
{
    while (*slot == NULL)
        g_main_context_iteration(NULL, TRUE);
    return *slot;
}
