/* SPDX-License-Identifier: Apache-2.0 */
#include "run-summary.h"

#include "event-json.h"

/* Of the form of the file, not of the program: it changes when a reader must. */
enum {
    SUMMARY_FORMAT = 1
};

static void
add_string(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    if (value != NULL)
        json_builder_add_string_value(builder, value);
    else
        json_builder_add_null_value(builder);
}

static void
add_number(JsonBuilder *builder, const char *name, gint64 value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_int_value(builder, value);
}

static void
add_boolean(JsonBuilder *builder, const char *name, gboolean value)
{
    json_builder_set_member_name(builder, name);
    json_builder_add_boolean_value(builder, value);
}

static void
add_artifacts(JsonBuilder *builder, const GPtrArray *artifacts)
{
    json_builder_set_member_name(builder, "artifacts");
    json_builder_begin_array(builder);
    for (guint i = 0; i < artifacts->len; i++) {
        const Artifact *artifact = artifacts->pdata[i];

        json_builder_begin_object(builder);
        add_string(builder, "path", artifact->path);
        add_number(builder, "size", artifact->size);
        add_string(builder, "sha256", artifact->sha256);
        add_string(builder, "kind", artifact->kind);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
}

static void
add_package(JsonBuilder *builder, const Package *package)
{
    json_builder_begin_object(builder);
    add_string(builder, "name", package->name);
    add_string(builder, "version", package->version);
    add_string(builder, "deb", package->deb);
    add_string(builder, "state", package_status_get_name(package->status));
    add_number(builder, "duration_ms", package->duration);
    add_string(builder, "cause", package->cause);
    add_string(builder, "error", package->error);
    add_string(builder, "log", package->log);
    add_artifacts(builder, package->artifacts);
    json_builder_end_object(builder);
}

static void
add_packages(JsonBuilder *builder, const RunState *state)
{
    json_builder_set_member_name(builder, "packages");
    json_builder_begin_array(builder);
    for (guint i = 0; i < state->packages->len; i++)
        add_package(builder, state->packages->pdata[i]);
    json_builder_end_array(builder);
}

static void
add_counts(JsonBuilder *builder, const RunState *state)
{
    static const PackageStatus order[] = {PACKAGE_BUILT, PACKAGE_CACHED, PACKAGE_FAILED,
                                          PACKAGE_SKIPPED};

    json_builder_set_member_name(builder, "counts");
    json_builder_begin_object(builder);
    add_number(builder, "total", state->packages->len);
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        add_number(builder, package_status_get_name(order[i]), run_state_count(state, order[i]));
    add_number(builder, "warnings", state->warnings);
    json_builder_end_object(builder);
}

static void
add_errors(JsonBuilder *builder, const Summary *summary)
{
    add_string(builder, "error", summary->error);
    json_builder_set_member_name(builder, "errors");
    json_builder_begin_array(builder);
    for (guint i = 0; i < summary->state->errors->len; i++)
        json_builder_add_string_value(builder, summary->state->errors->pdata[i]);
    json_builder_end_array(builder);
}

static void
add_image(JsonBuilder *builder, const Summary *summary)
{
    json_builder_set_member_name(builder, "image");
    json_builder_begin_object(builder);
    add_string(builder, "reference", summary->image_reference);
    add_string(builder, "id", summary->image != NULL ? summary->image->id : NULL);
    add_string(builder, "architecture",
               summary->image != NULL ? summary->image->architecture : NULL);
    json_builder_end_object(builder);
}

static void
add_engine(JsonBuilder *builder, const CddEngineInfo *engine)
{
    json_builder_set_member_name(builder, "engine");
    json_builder_begin_object(builder);
    add_string(builder, "name", engine != NULL ? engine->name : NULL);
    add_string(builder, "version", engine != NULL ? engine->version : NULL);
    add_string(builder, "api_version", engine != NULL ? engine->api_version : NULL);
    json_builder_end_object(builder);
}

static void
add_repository(JsonBuilder *builder, const RunState *state)
{
    json_builder_set_member_name(builder, "repository");
    if (state->repository == NULL) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    add_string(builder, "path", state->repository);
    add_number(builder, "count", state->repository_count);
    json_builder_end_object(builder);
}

static void
add_compiler_cache(JsonBuilder *builder, const RunState *state)
{
    json_builder_set_member_name(builder, "compiler_cache");
    if (!state->compiler_cache) {
        json_builder_add_null_value(builder);
        return;
    }
    json_builder_begin_object(builder);
    add_number(builder, "hits", state->cache_hits);
    add_number(builder, "misses", state->cache_misses);
    json_builder_end_object(builder);
}

char *
summary_to_json(const Summary *summary)
{
    g_autoptr(JsonBuilder) builder = json_builder_new();
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(summary->started / G_USEC_PER_SEC);
    g_autofree char *started = g_date_time_format_iso8601(utc);
    g_autoptr(JsonNode) root = NULL;
    g_autofree char *text = NULL;

    json_builder_begin_object(builder);
    add_number(builder, "version", SUMMARY_FORMAT);
    add_boolean(builder, "success", summary->success);
    add_boolean(builder, "interrupted", summary->interrupted);
    add_errors(builder, summary);
    add_string(builder, "workspace", summary->workspace);
    add_string(builder, "ros_distro", summary->ros_distro);
    add_image(builder, summary);
    add_engine(builder, summary->engine);
    add_string(builder, "started", started);
    add_number(builder, "duration_ms", summary->duration);
    add_counts(builder, summary->state);
    add_packages(builder, summary->state);
    add_repository(builder, summary->state);
    add_compiler_cache(builder, summary->state);
    json_builder_end_object(builder);
    root = json_builder_get_root(builder);
    text = event_json_print(root, TRUE);
    return g_strconcat(text, "\n", NULL);
}
