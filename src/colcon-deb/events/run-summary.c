/* SPDX-License-Identifier: Apache-2.0 */
#include "run-summary.h"

#include "../base/json.h"
#include "../base/output-names.h"

/* The version of the file's format: it changes when readers must change. */
enum {
    SUMMARY_FORMAT = 1
};

static void
add_artifacts(JsonBuilder *builder, const GPtrArray *artifacts)
{
    json_begin_array(builder, "artifacts");
    for (guint i = 0; i < artifacts->len; i++) {
        const Artifact *artifact = artifacts->pdata[i];

        json_builder_begin_object(builder);
        json_add_string_or_null(builder, "path", artifact->path);
        json_add_number(builder, "size", artifact->size);
        json_add_string_or_null(builder, "sha256", artifact->sha256);
        json_add_string_or_null(builder, "kind", artifact->kind);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_test_counts(JsonBuilder *builder, const TestCounts *counts)
{
    json_add_number(builder, "total", counts->total);
    json_add_number(builder, "failed", counts->failed);
    json_add_number(builder, "skipped", counts->skipped);
}

static void
add_failed_tests(JsonBuilder *builder, const GPtrArray *tests)
{
    json_begin_array(builder, "failed_tests");
    for (guint i = 0; i < tests->len; i++) {
        const FailedTest *test = tests->pdata[i];

        json_builder_begin_object(builder);
        json_add_string_or_null(builder, "name", test->name);
        json_add_string_or_null(builder, "message", test->message);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_tests(JsonBuilder *builder, const Package *package)
{
    const TestCounts counts = {package->tests, package->tests_failed, package->tests_skipped};

    if (package->tests == 0) {
        json_add_string_or_null(builder, "tests", NULL);
        return;
    }
    json_begin_object(builder, "tests");
    add_test_counts(builder, &counts);
    json_add_string_or_null(builder, "results", package->test_results);
    add_failed_tests(builder, package->failed_tests);
    json_builder_end_object(builder);
}

static void
add_package(JsonBuilder *builder, const Package *package)
{
    json_builder_begin_object(builder);
    json_add_string_or_null(builder, "name", package->name);
    json_add_string_or_null(builder, "version", package->version);
    json_add_string_or_null(builder, "deb", package->deb);
    json_add_string_or_null(builder, "state", package_status_get_name(package->status));
    json_add_number(builder, "duration_ms", package->duration);
    json_add_number(builder, "warnings", package->warnings);
    json_add_string_or_null(builder, "cause", package->cause);
    json_add_string_or_null(builder, "error", package->error);
    json_add_string_or_null(builder, "log", package->log);
    add_tests(builder, package);
    add_artifacts(builder, package->artifacts);
    json_builder_end_object(builder);
}

static void
add_packages(JsonBuilder *builder, const RunState *state)
{
    json_begin_array(builder, "packages");
    for (guint i = 0; i < state->packages->len; i++)
        add_package(builder, state->packages->pdata[i]);
    json_builder_end_array(builder);
}

static void
add_counts(JsonBuilder *builder, const RunState *state)
{
    static const PackageStatus order[] = {PACKAGE_BUILT, PACKAGE_CACHED, PACKAGE_FAILED,
                                          PACKAGE_INTERRUPTED, PACKAGE_SKIPPED};
    const TestCounts tests = run_state_count_tests(state);

    json_begin_object(builder, "counts");
    json_add_number(builder, "total", state->packages->len);
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        json_add_number(builder, package_status_get_name(order[i]),
                        run_state_count(state, order[i]));
    json_add_number(builder, "warnings", state->warnings);
    json_add_number(builder, "compiler_warnings", state->compiler_warnings);
    json_begin_object(builder, "tests");
    add_test_counts(builder, &tests);
    json_builder_end_object(builder);
    json_builder_end_object(builder);
}

static void
add_errors(JsonBuilder *builder, const RunSummary *summary)
{
    json_add_string_or_null(builder, "error", summary->error);
    json_begin_array(builder, "errors");
    for (guint i = 0; i < summary->state->errors->len; i++)
        json_add_element(builder, summary->state->errors->pdata[i]);
    json_builder_end_array(builder);
}

static void
add_image(JsonBuilder *builder, const RunSummary *summary)
{
    json_begin_object(builder, "image");
    json_add_string_or_null(builder, "reference", summary->image_reference);
    json_add_string_or_null(builder, "id", summary->image != NULL ? summary->image->id : NULL);
    json_add_string_or_null(builder, "architecture",
                            summary->image != NULL ? summary->image->architecture : NULL);
    json_builder_end_object(builder);
}

static void
add_engine(JsonBuilder *builder, const CddEngineInfo *engine)
{
    json_begin_object(builder, "engine");
    json_add_string_or_null(builder, "name", engine != NULL ? engine->name : NULL);
    json_add_string_or_null(builder, "version", engine != NULL ? engine->version : NULL);
    json_add_string_or_null(builder, "api_version", engine != NULL ? engine->api_version : NULL);
    json_builder_end_object(builder);
}

static void
add_former(JsonBuilder *builder, const char *name, const GPtrArray *packages)
{
    json_begin_array(builder, name);
    for (guint i = 0; i < packages->len; i++) {
        const FormerPackage *package = packages->pdata[i];

        json_builder_begin_object(builder);
        json_add_string_or_null(builder, "deb", package->deb);
        json_add_string_or_null(builder, "version", package->version);
        json_add_string_or_null(builder, "reason", package->reason);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_repository(JsonBuilder *builder, const RunState *state)
{
    if (state->repository == NULL) {
        json_add_string_or_null(builder, "repository", NULL);
        return;
    }
    json_begin_object(builder, "repository");
    json_add_string_or_null(builder, "path", state->repository);
    json_add_number(builder, "count", state->repository_count);
    add_former(builder, "kept", state->repository_kept);
    add_former(builder, "removed", state->repository_removed);
    json_builder_end_object(builder);
}

/* NULL for a target whose own build did not begin. */
static void
add_summary_path(JsonBuilder *builder, const RunTarget *target)
{
    g_autofree char *path = g_build_filename(target->directory, OUTPUT_SUMMARY, NULL);

    json_add_string_or_null(builder, "summary", target->begun ? path : NULL);
}

static void
add_target(JsonBuilder *builder, const RunTarget *target)
{
    json_builder_begin_object(builder);
    json_add_string(builder, "name", target->name);
    json_add_string(builder, "state", target_status_get_name(target->status));
    if (target->exit_code >= 0)
        json_add_number(builder, "exit_code", target->exit_code);
    else
        json_add_string_or_null(builder, "exit_code", NULL);
    json_add_string_or_null(builder, "error", target->error);
    json_add_number(builder, "duration_ms", target->duration);
    json_add_string(builder, "directory", target->directory);
    add_summary_path(builder, target);
    json_builder_end_object(builder);
}

static void
add_targets(JsonBuilder *builder, const RunState *state)
{
    if (state->targets->len == 0)
        return;
    json_begin_array(builder, "targets");
    for (guint i = 0; i < state->targets->len; i++)
        add_target(builder, state->targets->pdata[i]);
    json_builder_end_array(builder);
}

static void
add_compiler_cache(JsonBuilder *builder, const RunState *state)
{
    if (!state->compiler_cache) {
        json_add_string_or_null(builder, "compiler_cache", NULL);
        return;
    }
    json_begin_object(builder, "compiler_cache");
    json_add_number(builder, "hits", state->cache_hits);
    json_add_number(builder, "misses", state->cache_misses);
    json_builder_end_object(builder);
}

static const char *
get_state(const RunSummary *summary)
{
    if (summary->running)
        return "running";
    if (summary->success)
        return "success";
    return summary->interrupted ? "interrupted" : "failed";
}

char *
run_summary_to_json(const RunSummary *summary)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(summary->started / G_USEC_PER_SEC);
    g_autofree char *started = g_date_time_format_iso8601(utc);
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    json_add_number(builder, "version", SUMMARY_FORMAT);
    json_add_string(builder, "state", get_state(summary));
    json_add_boolean(builder, "success", summary->success);
    json_add_boolean(builder, "interrupted", summary->interrupted);
    add_errors(builder, summary);
    json_add_string_or_null(builder, "workspace", summary->workspace);
    json_add_string_or_null(builder, "ros_distro", summary->ros_distro);
    add_image(builder, summary);
    add_engine(builder, summary->engine);
    json_add_string_or_null(builder, "started", started);
    json_add_number(builder, "duration_ms", summary->duration);
    add_targets(builder, summary->state);
    add_counts(builder, summary->state);
    add_packages(builder, summary->state);
    add_repository(builder, summary->state);
    add_compiler_cache(builder, summary->state);
    json_builder_end_object(builder);
    text = json_print(builder, TRUE);
    return g_strconcat(text, "\n", NULL);
}
