/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the output of a build. An event must stay the same when it is encoded and parsed again. */
#include "fuzz.h"

#include <colcon-deb-docker/colcon-deb-docker.h>
#include <string.h>

#define MAX_FIELDS 64

static void
check_round_trip(const CddBuildEvent *event)
{
    const char *keys[MAX_FIELDS];
    const char *values[MAX_FIELDS];
    guint n_fields = cdd_build_event_get_n_fields(event);
    g_autofree char *line = NULL;
    g_autoptr(CddBuildEvent) again = NULL;

    for (guint i = 0; i < n_fields; i++)
        keys[i] = cdd_build_event_get_field(event, i, &values[i]);
    line = cdd_build_event_encode(cdd_build_event_get_kind(event), keys, values, n_fields);
    again = cdd_build_event_parse(line, strlen(line), CDD_OUTPUT_STDOUT);
    /* Encoding can make a line too long. */
    if (strlen(line) > 64 * 1024)
        return;
    g_assert_cmpuint(cdd_build_event_get_n_fields(again), ==, n_fields);
    for (guint i = 0; i < n_fields; i++)
        g_assert_cmpstr(cdd_build_event_lookup(again, keys[i]), ==, values[i]);
}

/* Without v=1 a log line's message takes the rest of the line, so no field may follow it. */
static gboolean
is_as_writers_write(const CddBuildEvent *event)
{
    guint n_fields = cdd_build_event_get_n_fields(event);

    return cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_PROGRESS ||
           cdd_build_event_lookup(event, "msg") == NULL ||
           g_strcmp0(cdd_build_event_lookup(event, "v"), "1") == 0 ||
           g_str_equal(cdd_build_event_get_field(event, n_fields - 1, NULL), "msg");
}

static void
on_event(const CddBuildEvent *event, gpointer user_data G_GNUC_UNUSED)
{
    g_assert(g_utf8_validate(cdd_build_event_get_line(event), -1, NULL));
    if (cdd_build_event_get_kind(event) != CDD_BUILD_EVENT_OUTPUT && is_as_writers_write(event))
        check_round_trip(event);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(CddBuildOutputHandler) handler = cdd_build_output_handler_new(on_event, NULL, NULL);
    size_t cut = size == 0 ? 0 : data[size - 1] % size;

    cdd_build_output_handler_feed(handler, CDD_OUTPUT_STDOUT, data, cut);
    cdd_build_output_handler_feed(handler, CDD_OUTPUT_STDOUT, data + cut, size - cut);
    cdd_build_output_handler_flush(handler);
    return 0;
}
