/* SPDX-License-Identifier: Apache-2.0 */
#include "trace.h"

#include "report-text.h"

#include <string.h>

enum {
    STAGES = 1,   /* pid */
    PACKAGES = 2, /* pid */
    LOAD = 3,     /* pid */
    PER_MS = 1000 /* microseconds, the unit of the format */
};

static void
begin_event(JsonBuilder *builder, const char *kind, const char *name, int pid, guint tid)
{
    json_builder_begin_object(builder);
    json_add_string(builder, "ph", kind);
    report_add_name(builder, "name", name);
    json_add_number(builder, "pid", pid);
    json_add_number(builder, "tid", tid);
}

/* What "process_name" or "thread_name" shows. */
static void
add_title(JsonBuilder *builder, const char *what, int pid, guint tid, const char *title)
{
    begin_event(builder, "M", what, pid, tid);
    json_begin_object(builder, "args");
    json_add_string(builder, "name", title);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void
add_titles(JsonBuilder *builder, const History *history)
{
    add_title(builder, "process_name", STAGES, 0, "stages");
    add_title(builder, "process_name", PACKAGES, 0, "packages");
    add_title(builder, "process_name", LOAD, 0, "load");
    add_title(builder, "thread_name", STAGES, 0, "stages");
    for (guint lane = 0; lane < history->lanes->len; lane++) {
        g_autofree char *title = g_strdup_printf("lane %u", lane + 1);

        add_title(builder, "thread_name", PACKAGES, lane, title);
    }
}

static void
add_span(JsonBuilder *builder, const History *history, gint64 begin, gint64 end)
{
    json_add_number(builder, "ts", (begin - history->begin) * PER_MS);
    json_add_number(builder, "dur", MAX(end - begin, 0) * PER_MS);
}

static gint64
end_or_now(const History *history, gint64 end)
{
    return end != 0 ? end : history->now;
}

static void
add_stages(JsonBuilder *builder, const History *history)
{
    for (guint i = 0; i < history->stages->len; i++) {
        const StageHistory *stage = history->stages->pdata[i];

        begin_event(builder, "X", stage->name, STAGES, 0);
        json_add_string(builder, "cat", "stage");
        add_span(builder, history, stage->begin, end_or_now(history, stage->end));
        json_builder_end_object(builder);
    }
}

static void
add_phases(JsonBuilder *builder, const History *history, const PackageHistory *package)
{
    const GArray *phases = package->phases;

    for (guint i = 0; i < phases->len; i++) {
        const PhaseTime *phase = &g_array_index(phases, PhaseTime, i);
        gint64 end = i + 1 < phases->len ? g_array_index(phases, PhaseTime, i + 1).begin
                                         : end_or_now(history, package->ended);

        begin_event(builder, "X", history_phases[phase->phase], PACKAGES, package->lane);
        json_add_string(builder, "cat", "phase");
        add_span(builder, history, phase->begin, end);
        json_builder_end_object(builder);
    }
}

static void
add_package(JsonBuilder *builder, const History *history, const PackageHistory *package)
{
    begin_event(builder, "X", package->package->name, PACKAGES, package->lane);
    json_add_string(builder, "cat", "package");
    add_span(builder, history, package->started, end_or_now(history, package->ended));
    json_begin_object(builder, "args");
    json_add_string(builder, "result", package_status_get_name(package->package->status));
    report_add_name(builder, "version", package->package->version);
    report_add_name(builder, "reason", package->package->reason);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
    add_phases(builder, history, package);
}

static void
add_packages(JsonBuilder *builder, const History *history)
{
    for (guint i = 0; i < history->packages->len; i++) {
        const PackageHistory *package = history->packages->pdata[i];

        if (package->started != 0)
            add_package(builder, history, package);
    }
}

static void
add_counter(
    JsonBuilder *builder, const History *history, gint64 time, const char *name, gint64 value)
{
    begin_event(builder, "C", name, LOAD, 0);
    json_add_number(builder, "ts", (time - history->begin) * PER_MS);
    json_begin_object(builder, "args");
    json_add_number(builder, "value", value);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void
add_load(JsonBuilder *builder, const History *history)
{
    for (guint i = 0; i < history->load->len; i++) {
        const LoadSample *sample = &g_array_index(history->load, LoadSample, i);

        add_counter(builder, history, sample->time, "CPU (percent)", sample->cpu);
        add_counter(builder, history, sample->time, "memory (MiB)", sample->memory >> 20);
    }
}

GBytes *
trace_json(const History *history)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    char *text = NULL;

    json_builder_begin_object(builder);
    json_add_string(builder, "displayTimeUnit", "ms");
    json_begin_array(builder, "traceEvents");
    add_titles(builder, history);
    add_stages(builder, history);
    add_packages(builder, history);
    add_load(builder, history);
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    text = json_print(builder, FALSE);
    return g_bytes_new_take(text, strlen(text));
}
