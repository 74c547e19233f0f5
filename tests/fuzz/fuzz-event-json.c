/* SPDX-License-Identifier: Apache-2.0 */
/* Reads lines of an events.jsonl and makes a report of them. What is an event comes back the same
 * after it was written and read again, and can be one of a target. */
#include "events/event-json.h"
#include "events/event-target.h"
#include "fuzz.h"
#include "report/report-html.h"
#include "report/trace.h"

#include <string.h>

static void
check_again(const CddBuildEvent *event, gint64 timestamp)
{
    g_autofree char *line = event_to_json(event, timestamp);
    gint64 time = 0;
    g_autoptr(CddBuildEvent) again = event_from_json(line, strlen(line), &time);

    g_assert_nonnull(again);
    g_assert_cmpint(time, ==, timestamp);
    g_assert_cmpint(cdd_build_event_get_kind(again), ==, cdd_build_event_get_kind(event));
    g_assert_cmpuint(cdd_build_event_get_n_fields(again), ==, cdd_build_event_get_n_fields(event));
}

/* Any event can be one of a target. */
static void
check_target(const CddBuildEvent *event)
{
    g_autoptr(CddBuildEvent) changed = event_of_target(event, "t", "targets/t");

    g_assert_nonnull(changed);
    g_assert_cmpstr(cdd_build_event_lookup(changed, "target"), ==, "t");
}

static void
take_line(History *history, const char *line, gsize length)
{
    gint64 timestamp = 0;
    g_autoptr(CddBuildEvent) event = event_from_json(line, length, &timestamp);

    if (event == NULL)
        return;
    check_again(event, timestamp);
    check_target(event);
    history_apply(history, event, timestamp);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(History) history = history_new();
    g_autoptr(GBytes) page = NULL;
    g_autoptr(GBytes) trace = NULL;
    const char *rest = (const char *)data;

    while (size > 0) {
        const char *end = memchr(rest, '\n', size);
        size_t length = end != NULL ? (size_t)(end - rest) : size;

        take_line(history, rest, length);
        rest += length + (end != NULL);
        size -= length + (end != NULL);
    }
    page = report_html(history);
    trace = trace_json(history);
    g_assert_true(
        g_utf8_validate(g_bytes_get_data(page, NULL), (gssize)g_bytes_get_size(page), NULL));
    return 0;
}
