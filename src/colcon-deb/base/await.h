/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * Linear code over asynchronous calls: pass await_ready() as the callback and the address of a NULL
 * GAsyncResult as its data, then pass await(&result) to the _finish function. The main context
 * serves signals, timers and output meanwhile.
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

static inline gboolean
await_timeout(gpointer user_data)
{
    gboolean *over = user_data;

    *over = TRUE;
    return G_SOURCE_REMOVE;
}

/* Waits for that many milliseconds, or until @cancellable is cancelled. */
static inline void
await_time(guint milliseconds, GCancellable *cancellable)
{
    gboolean over = FALSE;
    guint timer = g_timeout_add(milliseconds, await_timeout, &over);

    while (!over && !g_cancellable_is_cancelled(cancellable))
        g_main_context_iteration(NULL, TRUE);
    if (!over)
        g_source_remove(timer);
}
