/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Milliseconds of a clock that is never set: for durations. */
static inline gint64
clock_now(void)
{
    return g_get_monotonic_time() / 1000;
}

/* Milliseconds since 1970: for time stamps. */
static inline gint64
clock_timestamp(void)
{
    return g_get_real_time() / 1000;
}
