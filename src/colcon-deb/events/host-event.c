/* SPDX-License-Identifier: Apache-2.0 */
#include "host-event.h"

#include <stdarg.h>

enum {
    MAX_FIELDS = 16
};

CddBuildEvent *
host_event_log(const char *level, const char *message)
{
    static const char *const keys[] = {"level", "source", "msg"};
    const char *const values[] = {level, "host", message};

    return cdd_build_event_new(CDD_BUILD_EVENT_LOG, keys, values, G_N_ELEMENTS(keys));
}

CddBuildEvent *
host_event_progress(const char *type, ...)
{
    const char *keys[MAX_FIELDS] = {"type"};
    const char *values[MAX_FIELDS] = {type};
    gsize n_fields = 1;
    const char *key = NULL;
    va_list pairs;

    va_start(pairs, type);
    while ((key = va_arg(pairs, const char *)) != NULL) {
        const char *value = va_arg(pairs, const char *);

        if (value == NULL)
            continue;
        g_assert(n_fields < MAX_FIELDS);
        keys[n_fields] = key;
        values[n_fields++] = value;
    }
    va_end(pairs);
    return cdd_build_event_new(CDD_BUILD_EVENT_PROGRESS, keys, values, n_fields);
}
