/* SPDX-License-Identifier: Apache-2.0 */
#include "report-data.h"

#include "critical-path.h"
#include "phase-merge.h"
#include "report-text.h"

#include <string.h>

/* The version of the data's form: the script of the same program reads it. */
enum {
    DATA_FORMAT = 1
};

static void
add_time(JsonBuilder *builder, const char *member, const History *history, gint64 time)
{
    if (time != 0)
        json_add_number(builder, member, time - history->begin);
}

/* A build that was stopped from outside has no run_complete: its file says nothing of its end. */
static const char *
result_of(const History *history)
{
    if (history->interrupted)
        return "interrupted";
    if (history->ended)
        return history->success ? "success" : "failed";
    if (history->state->complete)
        return history->state->success ? "success" : "failed";
    return "unfinished";
}

static void
add_run(JsonBuilder *builder, const History *history, ReportBudget *budget)
{
    json_begin_object(builder, "run");
    json_add_string(builder, "result", result_of(history));
    report_add_excerpt(builder, "error", history->error, budget);
    json_add_number(builder, "started", history->begin);
    json_add_number(builder, "duration", history->now - history->begin);
    report_add_name(builder, "workspace", history->workspace);
    report_add_name(builder, "program_version", history->program_version);
    report_add_name(builder, "image", history->image);
    report_add_name(builder, "arch", history->arch);
    report_add_name(builder, "engine", history->engine);
    report_add_name(builder, "engine_version", history->engine_version);
    report_add_name(builder, "distro", history->distro);
    json_add_number(builder, "slots", history->state->slots);
    json_add_number(builder, "cores", history->cores);
    json_builder_end_object(builder);
}

static void
add_tests_counts(JsonBuilder *builder, const RunState *state)
{
    TestCounts counts = run_state_count_tests(state);

    json_add_number(builder, "tests", counts.total);
    json_add_number(builder, "tests_failed", counts.failed);
    json_add_number(builder, "tests_skipped", counts.skipped);
}

static void
add_counts(JsonBuilder *builder, const RunState *state)
{
    json_begin_object(builder, "counts");
    json_add_number(builder, "total", state->packages->len);
    for (PackageStatus status = PACKAGE_PLANNED; status <= PACKAGE_CACHED; status++)
        json_add_number(builder, package_status_get_name(status), run_state_count(state, status));
    json_add_number(builder, "warnings", state->warnings);
    json_add_number(builder, "compiler_warnings", state->compiler_warnings);
    add_tests_counts(builder, state);
    if (state->compiler_cache) {
        json_add_number(builder, "cache_hits", state->cache_hits);
        json_add_number(builder, "cache_misses", state->cache_misses);
    }
    json_builder_end_object(builder);
}

static void
add_stages(JsonBuilder *builder, const History *history)
{
    json_begin_array(builder, "stages");
    for (guint i = 0; i < history->stages->len; i++) {
        const StageHistory *stage = history->stages->pdata[i];

        json_builder_begin_object(builder);
        report_add_name(builder, "name", stage->name);
        json_add_number(builder, "begin", stage->begin - history->begin);
        add_time(builder, "end", history, stage->end);
        json_add_boolean(builder, "success", stage->success);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_load(JsonBuilder *builder, const History *history)
{
    json_begin_array(builder, "load");
    for (guint i = 0; i < history->load->len; i++) {
        const LoadSample *sample = &g_array_index(history->load, LoadSample, i);

        json_builder_begin_array(builder);
        json_builder_add_int_value(builder, sample->time - history->begin);
        json_builder_add_int_value(builder, sample->cpu);
        json_builder_add_int_value(builder, sample->memory);
        json_builder_end_array(builder);
    }
    json_builder_end_array(builder);
}

static void
add_path(JsonBuilder *builder, const History *history, const RunGraph *graph)
{
    g_autoptr(GPtrArray) path = critical_path(history, graph);

    json_begin_array(builder, "critical");
    for (guint i = 0; i < path->len; i++) {
        const PackageHistory *package = path->pdata[i];

        json_builder_add_int_value(builder, package->index);
    }
    json_builder_end_array(builder);
}

static void
add_needs(JsonBuilder *builder,
          const History *history,
          const RunGraph *graph,
          const PackageHistory *package)
{
    const GArray *needs = run_graph_get_needs(graph, package->index);
    const PackageHistory *last = history_get_last_need(history, graph, package);

    json_begin_array(builder, "deps");
    for (guint i = 0; i < needs->len; i++)
        json_builder_add_int_value(builder, g_array_index(needs, guint, i));
    json_builder_end_array(builder);
    if (last == NULL)
        return;
    json_add_number(builder, "ready", last->ended - history->begin);
    json_add_number(builder, "waited_for", last->index);
}

static void
add_phases(JsonBuilder *builder, const History *history, const PackageHistory *package)
{
    g_autoptr(GArray) phases = phases_merged(history, package, REPORT_MAX_PHASES);

    json_begin_array(builder, "phases");
    for (guint i = 0; i < phases->len; i++) {
        const PhaseTime *phase = &g_array_index(phases, PhaseTime, i);

        json_builder_begin_array(builder);
        json_builder_add_int_value(builder, phase->phase);
        json_builder_add_int_value(builder, phase->begin - history->begin);
        json_builder_end_array(builder);
    }
    json_builder_end_array(builder);
}

static void
add_times(JsonBuilder *builder, const History *history, const PackageHistory *package)
{
    if (package->started == 0)
        return;
    json_add_number(builder, "lane", package->lane);
    json_add_number(builder, "begin", package->started - history->begin);
    add_time(builder, "end", history, package->ended);
    json_add_number(builder, "duration",
                    package_is_finished(package->package) ? package->package->duration
                                                          : history->now - package->started);
    if (package->attempts > 1)
        json_add_number(builder, "attempts", package->attempts);
    add_phases(builder, history, package);
}

static void
add_failed_tests(JsonBuilder *builder, const Package *package, ReportBudget *budget)
{
    if (package->failed_tests->len == 0)
        return;
    json_begin_array(builder, "failed_tests");
    for (guint i = 0; i < package->failed_tests->len && report_take_item(budget); i++) {
        const FailedTest *test = package->failed_tests->pdata[i];

        json_builder_begin_object(builder);
        report_add_excerpt(builder, "name", test->name, budget);
        report_add_excerpt(builder, "message", test->message, budget);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_tests(JsonBuilder *builder, const Package *package, ReportBudget *budget)
{
    if (package->tests == 0)
        return;
    json_add_number(builder, "tests", package->tests);
    json_add_number(builder, "tests_failed", package->tests_failed);
    json_add_number(builder, "tests_skipped", package->tests_skipped);
    add_failed_tests(builder, package, budget);
}

static char *
last_lines(const GQueue *tail)
{
    GString *text = g_string_new(NULL);
    guint skip = tail->length > REPORT_MAX_LINES ? tail->length - REPORT_MAX_LINES : 0;

    for (GList *item = g_queue_peek_nth_link((GQueue *)tail, skip); item != NULL; item = item->next)
        g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", (char *)item->data);
    return g_string_free(text, FALSE);
}

static void
add_failure(JsonBuilder *builder, const Package *package, gsize *names, ReportBudget *budget)
{
    g_autofree char *tail = NULL;

    report_add_excerpt(builder, "error", package->error, budget);
    if (package->status != PACKAGE_FAILED)
        return;
    report_add_name_within(builder, "file", package->error_file, names);
    if (package->error_line > 0)
        json_add_number(builder, "line", package->error_line);
    tail = last_lines(&package->tail);
    if (*tail != '\0')
        report_add_excerpt(builder, "tail", tail, budget);
}

static void
add_expected(JsonBuilder *builder, const Package *package)
{
    if (package->measured && package->expected >= 0)
        json_add_number(builder, "former", package->expected);
}

/* A skipped package names the one that failed by its place. */
static void
add_cause(JsonBuilder *builder, const History *history, const Package *package)
{
    const PackageHistory *cause =
        package->cause != NULL ? g_hash_table_lookup(history->by_name, package->cause) : NULL;

    if (cause != NULL)
        json_add_number(builder, "cause", cause->index);
}

static void
add_package(JsonBuilder *builder,
            const History *history,
            const RunGraph *graph,
            const PackageHistory *times,
            ReportBudget *budget)
{
    const Package *package = times->package;
    gsize names = REPORT_MAX_PACKAGE_NAMES;

    json_builder_begin_object(builder);
    report_add_name_within(builder, "name", package->name, &names);
    report_add_name_within(builder, "log", package->log, &names);
    report_add_name_within(builder, "version", package->version, &names);
    report_add_name_within(builder, "reason", package->reason, &names);
    json_add_string(builder, "status", package_status_get_name(package->status));
    add_cause(builder, history, package);
    json_add_number(builder, "size", package_count_files(package).size);
    json_add_number(builder, "warnings", package->warnings);
    add_expected(builder, package);
    add_times(builder, history, times);
    add_needs(builder, history, graph, times);
    add_failure(builder, package, &names, budget);
    add_tests(builder, package, budget);
    json_builder_end_object(builder);
}

static void
add_packages(JsonBuilder *builder, const History *history, ReportBudget *budget)
{
    g_autoptr(RunGraph) graph = run_graph_new(history->state);

    json_begin_array(builder, "packages");
    for (guint i = 0; i < history->packages->len; i++)
        add_package(builder, history, graph, history->packages->pdata[i], budget);
    json_builder_end_array(builder);
    add_path(builder, history, graph);
}

static void
add_former(JsonBuilder *builder,
           const char *member,
           const GPtrArray *packages,
           ReportBudget *budget)
{
    json_begin_array(builder, member);
    for (guint i = 0; i < packages->len && report_take_item(budget); i++) {
        const FormerPackage *package = packages->pdata[i];

        json_builder_begin_object(builder);
        report_add_excerpt(builder, "deb", package->deb, budget);
        report_add_excerpt(builder, "version", package->version, budget);
        report_add_excerpt(builder, "reason", package->reason, budget);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_repository(JsonBuilder *builder, const RunState *state, ReportBudget *budget)
{
    if (state->repository == NULL)
        return;
    json_begin_object(builder, "repository");
    report_add_name(builder, "path", state->repository);
    json_add_number(builder, "count", state->repository_count);
    add_former(builder, "kept", state->repository_kept, budget);
    add_former(builder, "removed", state->repository_removed, budget);
    json_builder_end_object(builder);
}

static void
add_errors(JsonBuilder *builder, const RunState *state, ReportBudget *budget)
{
    json_begin_array(builder, "errors");
    for (guint i = 0; i < state->errors->len && report_take_item(budget); i++) {
        json_builder_begin_object(builder);
        report_add_excerpt(builder, "message", state->errors->pdata[i], budget);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static char *
data_with_excerpts(const History *history, gsize bytes)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    ReportBudget budget = {.left = bytes};

    json_builder_begin_object(builder);
    json_add_number(builder, "format", DATA_FORMAT);
    add_run(builder, history, &budget);
    add_errors(builder, history->state, &budget);
    add_counts(builder, history->state);
    add_stages(builder, history);
    json_add_strings(builder, "phase_names", history_phases);
    add_load(builder, history);
    add_packages(builder, history, &budget);
    add_repository(builder, history->state, &budget);
    json_add_boolean(builder, "shortened", budget.exhausted);
    json_builder_end_object(builder);
    return json_print(builder, FALSE);
}

/* What the rest leaves of the size that is promised for a usual workspace. */
static gsize
room_for_excerpts(const History *history)
{
    g_autofree char *rest = data_with_excerpts(history, 0);
    g_autofree char *escaped = report_escape_json(rest);
    gsize bytes = strlen(escaped);

    if (history->packages->len > REPORT_USUAL_PACKAGES)
        return REPORT_MAX_EXCERPTS;
    return bytes < REPORT_MAX_DATA ? MIN(REPORT_MAX_DATA - bytes, REPORT_MAX_EXCERPTS) : 0;
}

char *
report_data(const History *history)
{
    return data_with_excerpts(history, room_for_excerpts(history));
}
