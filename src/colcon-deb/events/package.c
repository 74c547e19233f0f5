/* SPDX-License-Identifier: Apache-2.0 */
#include "package.h"

#include "event-fields.h"

#include <string.h>

static void
artifact_free(gpointer data)
{
    Artifact *artifact = data;

    g_free(artifact->path);
    g_free(artifact->sha256);
    g_free(artifact->kind);
    g_free(artifact);
}

static void
failed_test_free(gpointer data)
{
    FailedTest *test = data;

    g_free(test->name);
    g_free(test->message);
    g_free(test);
}

Package *
package_new(const char *name)
{
    Package *package = g_new0(Package, 1);

    package->name = g_strdup(name);
    package->expected = -1;
    package->percent = -1;
    package->artifacts = g_ptr_array_new_with_free_func(artifact_free);
    package->failed_tests = g_ptr_array_new_with_free_func(failed_test_free);
    g_queue_init(&package->tail);
    return package;
}

void
package_free(Package *package)
{
    g_free(package->name);
    g_free(package->target);
    g_free(package->version);
    g_free(package->path);
    g_free(package->build_type);
    g_free(package->deb);
    g_free(package->deps);
    g_free(package->reason);
    g_free(package->taken);
    g_free(package->phase);
    g_free(package->line);
    g_free(package->cause);
    g_free(package->error);
    g_free(package->error_file);
    g_free(package->log);
    g_free(package->test_results);
    g_ptr_array_unref(package->artifacts);
    g_ptr_array_unref(package->failed_tests);
    g_queue_clear_full(&package->tail, g_free);
    g_free(package);
}

const char *
package_get_own_name(const Package *package)
{
    gsize length = package->target != NULL ? strlen(package->target) : 0;

    return length > 0 && g_str_has_prefix(package->name, package->target) &&
                   package->name[length] == '/'
               ? package->name + length + 1
               : package->name;
}

static void
on_plan_package(Package *package, const CddBuildEvent *event, gint64 now)
{
    event_set_text(&package->version, event, "version");
    event_set_text(&package->path, event, "path");
    event_set_text(&package->build_type, event, "build_type");
    event_set_text(&package->deb, event, "deb");
    event_set_text(&package->deps, event, "deps");
}

static void
on_package_expected(Package *package, const CddBuildEvent *event, gint64 now)
{
    package->expected = event_get_number(event, "ms", -1);
    package->measured = event_is_true(event, "measured");
}

static void
on_package_start(Package *package, const CddBuildEvent *event, gint64 now)
{
    package->status = PACKAGE_BUILDING;
    package->started = now;
    event_set_text(&package->reason, event, "reason");
}

static void
on_package_phase(Package *package, const CddBuildEvent *event, gint64 now)
{
    event_set_text(&package->phase, event, "phase");
    package->percent = -1;
}

static void
on_package_progress(Package *package, const CddBuildEvent *event, gint64 now)
{
    package->percent = MIN(event_get_number(event, "percent", package->percent), 100);
    event_set_text(&package->line, event, "output");
}

static void
on_package_output(Package *package, const CddBuildEvent *event, gint64 now)
{
    const char *line = cdd_build_event_lookup(event, "msg");

    event_push_line(&package->tail, line, PACKAGE_MAX_TAIL);
}

static void
on_artifact(Package *package, const CddBuildEvent *event, gint64 now)
{
    Artifact *artifact = NULL;

    if (package->artifacts->len == PACKAGE_MAX_ARTIFACTS)
        return;
    artifact = g_new0(Artifact, 1);
    event_set_text(&artifact->path, event, "path");
    event_set_text(&artifact->sha256, event, "sha256");
    event_set_text(&artifact->kind, event, "kind");
    artifact->size = event_get_number(event, "size", 0);
    g_ptr_array_add(package->artifacts, artifact);
}

static void
on_test_results(Package *package, const CddBuildEvent *event, gint64 now)
{
    package->tests = event_get_number(event, "tests", 0);
    package->tests_failed = event_get_number(event, "failed", 0);
    package->tests_skipped = event_get_number(event, "skipped", 0);
    event_set_text(&package->test_results, event, "path");
    /* After a network failure a package is built and tested again. */
    g_ptr_array_set_size(package->failed_tests, 0);
}

static void
on_test_failed(Package *package, const CddBuildEvent *event, gint64 now)
{
    FailedTest *test = NULL;

    if (package->failed_tests->len == PACKAGE_MAX_FAILED_TESTS)
        return;
    test = g_new0(FailedTest, 1);
    event_set_text(&test->name, event, "test");
    event_set_text(&test->message, event, "msg");
    g_ptr_array_add(package->failed_tests, test);
}

static PackageStatus
status_of_end(const CddBuildEvent *event)
{
    if (event_is_true(event, "success"))
        return PACKAGE_BUILT;
    return event_is_true(event, "stopped") ? PACKAGE_INTERRUPTED : PACKAGE_FAILED;
}

static void
on_package_complete(Package *package, const CddBuildEvent *event, gint64 now)
{
    package->status = status_of_end(event);
    package->duration =
        event_get_number(event, "ms", package->started != 0 ? now - package->started : 0);
    package->warnings = event_get_number(event, "warnings", 0);
    package->error_line = event_get_number(event, "line", 0);
    event_set_text(&package->taken, event, "taken");
    event_set_text(&package->error, event, "error");
    event_set_text(&package->error_file, event, "file");
    event_set_text(&package->log, event, "log");
}

static void
on_package_skip(Package *package, const CddBuildEvent *event, gint64 now)
{
    gboolean cached = g_strcmp0(cdd_build_event_lookup(event, "reason"), "cached") == 0;

    package->status = cached ? PACKAGE_CACHED : PACKAGE_SKIPPED;
    event_set_text(&package->cause, event, "cause");
    event_set_text(&package->log, event, "log");
}

static const struct {
    const char *type;
    void (*apply)(Package *package, const CddBuildEvent *event, gint64 now);
} types[] = {
    {"plan_package", on_plan_package},
    {"package_expected", on_package_expected},
    {"package_start", on_package_start},
    {"package_phase", on_package_phase},
    {"package_progress", on_package_progress},
    {"package_output", on_package_output},
    {"artifact", on_artifact},
    {"test_results", on_test_results},
    {"test_failed", on_test_failed},
    {"package_complete", on_package_complete},
    {"package_skip", on_package_skip},
};

void
package_apply(Package *package, const CddBuildEvent *event, gint64 now)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
        if (g_str_equal(cdd_build_event_get_name(event), types[i].type))
            types[i].apply(package, event, now);
}

gboolean
package_is_finished(const Package *package)
{
    return package->status != PACKAGE_PLANNED && package->status != PACKAGE_BUILDING;
}

FileCounts
package_count_files(const Package *package)
{
    FileCounts counts = {.files = package->artifacts->len};

    for (guint i = 0; i < package->artifacts->len; i++) {
        const Artifact *artifact = package->artifacts->pdata[i];

        counts.size += artifact->size;
    }
    return counts;
}

const char *
package_status_get_name(PackageStatus status)
{
    static const char *const names[] = {
        [PACKAGE_PLANNED] = "planned", [PACKAGE_BUILDING] = "building",
        [PACKAGE_BUILT] = "built",     [PACKAGE_FAILED] = "failed",
        [PACKAGE_SKIPPED] = "skipped", [PACKAGE_INTERRUPTED] = "interrupted",
        [PACKAGE_CACHED] = "cached",
    };

    return names[status];
}
