/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* Blocking calls for tests: start an operation with await_ready, then await() its result. */
static inline void
await_ready(GObject *source G_GNUC_UNUSED, GAsyncResult *result, gpointer user_data)
{
    GAsyncResult **slot = (GAsyncResult **)user_data;

    g_assert_null(*slot);
    *slot = (GAsyncResult *)g_object_ref(result);
}

static inline GAsyncResult *
await(GAsyncResult **slot)
{
    while (*slot == NULL)
        g_main_context_iteration(NULL, TRUE);
    return *slot;
}
