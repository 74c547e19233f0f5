/* SPDX-License-Identifier: Apache-2.0 */
#include "run-state.h"

#include "event-fields.h"

#include <string.h>

static void
former_package_free(gpointer data)
{
    FormerPackage *package = data;

    g_free(package->deb);
    g_free(package->version);
    g_free(package->reason);
    g_free(package);
}

RunState *
run_state_new(void)
{
    RunState *state = g_new0(RunState, 1);

    state->packages = g_ptr_array_new_with_free_func((GDestroyNotify)package_free);
    state->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    state->working = g_ptr_array_new();
    state->targets = g_ptr_array_new_with_free_func((GDestroyNotify)run_target_free);
    state->errors = g_ptr_array_new_with_free_func(g_free);
    state->sources = g_ptr_array_new_with_free_func(g_free);
    state->repository_kept = g_ptr_array_new_with_free_func(former_package_free);
    state->repository_removed = g_ptr_array_new_with_free_func(former_package_free);
    g_queue_init(&state->tail);
    return state;
}

void
run_state_free(RunState *state)
{
    if (state == NULL)
        return;
    g_free(state->stage);
    g_free(state->failed_stage);
    g_free(state->message);
    g_hash_table_unref(state->by_name);
    g_ptr_array_unref(state->working);
    g_ptr_array_unref(state->packages);
    g_ptr_array_unref(state->targets);
    g_ptr_array_unref(state->errors);
    g_free(state->debs);
    g_ptr_array_unref(state->sources);
    g_ptr_array_unref(state->repository_kept);
    g_ptr_array_unref(state->repository_removed);
    g_queue_clear_full(&state->tail, g_free);
    g_free(state->repository);
    g_free(state);
}

void
run_state_add_target(RunState *state, const char *name, const char *directory)
{
    g_ptr_array_add(state->targets, run_target_new(name, directory));
}

RunTarget *
run_state_get_target(const RunState *state, const char *name)
{
    for (guint i = 0; i < state->targets->len; i++) {
        RunTarget *target = state->targets->pdata[i];

        if (g_str_equal(target->name, name))
            return target;
    }
    return NULL;
}

RunTarget *
run_state_lookup_target(const RunState *state, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "target");

    return name != NULL ? run_state_get_target(state, name) : NULL;
}

Package *
run_state_lookup(const RunState *state, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "name");

    return name != NULL ? g_hash_table_lookup(state->by_name, name) : NULL;
}

/* A package that the plan did not name is added. */
static Package *
ensure_package(RunState *state, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "name");
    Package *package = run_state_lookup(state, event);
    const RunTarget *target = NULL;

    if (package != NULL || name == NULL || strlen(name) > EVENT_MAX_TEXT ||
        state->packages->len == STATE_MAX_PACKAGES)
        return package;
    package = package_new(name);
    target = run_state_lookup_target(state, event);
    package->target = target != NULL ? g_strdup(target->name) : NULL;
    g_ptr_array_add(state->packages, package);
    g_hash_table_insert(state->by_name, package->name, package);
    state->total = MAX(state->total, (gint64)state->packages->len);
    return package;
}

static void
on_stage(RunState *state, const CddBuildEvent *event, gint64 now)
{
    g_clear_pointer(&state->message, g_free);
    event_set_text(&state->stage, event, "value");
    state->stage_started = now;
    state->step = state->steps = 0;
}

static void
on_stage_complete(RunState *state, const CddBuildEvent *event, gint64 now)
{
    if (!event_is_true(event, "success"))
        event_set_text(&state->failed_stage, event, "value");
    g_clear_pointer(&state->stage, g_free);
    g_clear_pointer(&state->message, g_free);
}

static void
on_general(RunState *state, const CddBuildEvent *event, gint64 now)
{
    event_set_text(&state->message, event, "message");
    state->step = event_get_number(event, "current", 0);
    state->steps = event_get_number(event, "total", 0);
    state->in_bytes = g_strcmp0(cdd_build_event_lookup(event, "unit"), "bytes") == 0;
}

static void
on_plan(RunState *state, const CddBuildEvent *event, gint64 now)
{
    state->total = event_get_number(event, "total", state->total);
}

static void
on_schedule(RunState *state, const CddBuildEvent *event, gint64 now)
{
    state->slots = event_get_number(event, "slots", 0);
}

/* Packages are numbered as they end, because several are built at a time. Cached packages have no
 * number. */
static void
finish(RunState *state, Package *package)
{
    g_ptr_array_remove(state->working, package);
    if (package->position == 0 && package->status != PACKAGE_CACHED)
        package->position = ++state->finished;
}

static void
on_package_start(RunState *state, const CddBuildEvent *event, Package *package)
{
    g_ptr_array_remove(state->working, package);
    g_ptr_array_add(state->working, package);
    /* The total of the event leaves out skipped packages. They are numbered here as well. */
    if (cdd_build_event_lookup(event, "total") != NULL)
        state->total =
            event_get_number(event, "total", 0) + run_state_count(state, PACKAGE_SKIPPED);
    state->begun = TRUE;
}

static void
on_package_complete(RunState *state, const CddBuildEvent *event, Package *package)
{
    /* Once, whatever a container repeats. */
    if (package->position == 0)
        state->compiler_warnings += package->warnings;
    finish(state, package);
}

static void
on_package_skip(RunState *state, const CddBuildEvent *event, Package *package)
{
    /* It was to be built, until its dependency turned out to be the same as before. */
    if (state->begun && package->status == PACKAGE_CACHED && package->expected >= 0)
        state->total = MAX(state->total - 1, state->finished);
    finish(state, package);
}

static void
on_repository(RunState *state, const CddBuildEvent *event, gint64 now)
{
    event_set_text(&state->repository, event, "path");
    state->repository_count = event_get_number(event, "count", 0);
    state->repository_signed = event_is_true(event, "signed");
}

static void
add_former(GPtrArray *packages, const CddBuildEvent *event)
{
    FormerPackage *package = NULL;

    if (packages->len == STATE_MAX_FORMER)
        return;
    package = g_new0(FormerPackage, 1);
    event_set_text(&package->deb, event, "deb");
    event_set_text(&package->version, event, "version");
    event_set_text(&package->reason, event, "reason");
    g_ptr_array_add(packages, package);
}

static void
on_repository_kept(RunState *state, const CddBuildEvent *event, gint64 now)
{
    add_former(state->repository_kept, event);
}

static void
on_repository_removed(RunState *state, const CddBuildEvent *event, gint64 now)
{
    add_former(state->repository_removed, event);
}

static void
on_published(RunState *state, const CddBuildEvent *event, gint64 now)
{
    const char *source = cdd_build_event_lookup(event, "source");

    event_set_text(&state->debs, event, "debs");
    /* Targets that share a repository tell the same of it. */
    if (source != NULL &&
        !g_ptr_array_find_with_equal_func(state->sources, source, g_str_equal, NULL) &&
        state->sources->len < STATE_MAX_SOURCES)
        g_ptr_array_add(state->sources, event_bounded(source));
}

static void
on_compiler_cache(RunState *state, const CddBuildEvent *event, gint64 now)
{
    state->compiler_cache = TRUE;
    state->cache_hits = event_get_number(event, "hits", 0);
    state->cache_misses = event_get_number(event, "misses", 0);
}

static void
on_warning(RunState *state, const CddBuildEvent *event, gint64 now)
{
    state->warnings++;
    if (g_strcmp0(cdd_build_event_lookup(event, "code"), "source_changed") == 0)
        state->sources_changed = TRUE;
}

static void
on_interrupted(RunState *state, const CddBuildEvent *event, gint64 now)
{
    state->interrupted = TRUE;
}

static void
on_build_complete(RunState *state, const CddBuildEvent *event, gint64 now)
{
    state->complete = TRUE;
    state->success = event_is_true(event, "success");
    if (!state->success)
        run_state_end(state, now);
    g_ptr_array_set_size(state->working, 0);
}

static const struct {
    const char *type;
    void (*apply)(RunState *state, const CddBuildEvent *event, gint64 now);
    gboolean of_whole; /* that of a target changes the state of the whole, too */
} progress_types[] = {
    {"stage", on_stage, FALSE},
    {"stage_complete", on_stage_complete, FALSE},
    {"general", on_general, FALSE},
    {"plan", on_plan, FALSE},
    {"schedule", on_schedule, FALSE},
    {"repository", on_repository, FALSE},
    {"repository_kept", on_repository_kept, TRUE},
    {"repository_removed", on_repository_removed, TRUE},
    {"published", on_published, TRUE},
    {"compiler_cache", on_compiler_cache, FALSE},
    {"warning", on_warning, TRUE},
    {"interrupted", on_interrupted, FALSE},
    {"build_complete", on_build_complete, FALSE},
};

/* The events of packages, and what each means for the run. */
static const struct {
    const char *type;
    void (*apply)(RunState *state, const CddBuildEvent *event, Package *package);
} package_types[] = {
    {"plan_package", NULL},
    {"package_expected", NULL},
    {"package_start", on_package_start},
    {"package_phase", NULL},
    {"package_progress", NULL},
    {"package_output", NULL},
    {"artifact", NULL},
    {"test_results", NULL},
    {"test_failed", NULL},
    {"package_complete", on_package_complete},
    {"package_skip", on_package_skip},
};

static void
apply_to_package(RunState *state, const CddBuildEvent *event, gint64 now)
{
    for (size_t i = 0; i < G_N_ELEMENTS(package_types); i++) {
        Package *package = NULL;

        if (!g_str_equal(cdd_build_event_get_name(event), package_types[i].type))
            continue;
        package = ensure_package(state, event);
        if (package == NULL)
            return;
        package_apply(package, event, now);
        if (package_types[i].apply != NULL)
            package_types[i].apply(state, event, package);
    }
}

static void
apply_progress(RunState *state, const CddBuildEvent *event, gboolean of_target, gint64 now)
{
    apply_to_package(state, event, now);
    for (size_t i = 0; i < G_N_ELEMENTS(progress_types); i++)
        if (g_str_equal(cdd_build_event_get_name(event), progress_types[i].type) &&
            (!of_target || progress_types[i].of_whole))
            progress_types[i].apply(state, event, now);
}

static void
apply_log(RunState *state, const CddBuildEvent *event)
{
    const char *level = cdd_build_event_get_name(event);
    const char *text = cdd_build_event_lookup(event, "msg");

    if (g_str_equal(level, "warning"))
        state->warnings++;
    if (g_str_equal(level, "error") && text != NULL && state->errors->len < STATE_MAX_ERRORS)
        g_ptr_array_add(state->errors, event_bounded(text));
}

static gboolean
ends_packages(const CddBuildEvent *event)
{
    const char *name = cdd_build_event_get_name(event);

    return cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_PROGRESS &&
           (g_str_equal(name, "build_complete") || g_str_equal(name, "target_complete"));
}

/* The end of a target's build is the end of its packages. */
static void
end_packages(RunState *state, const RunTarget *target)
{
    for (guint i = 0; i < target->state->packages->len; i++) {
        const Package *own = target->state->packages->pdata[i];
        Package *package = g_hash_table_lookup(state->by_name, own->name);

        if (package == NULL || package_is_finished(package) || !package_is_finished(own))
            continue;
        g_ptr_array_remove(state->working, package);
        package->status = own->status;
        package->duration = own->duration;
        g_free(package->error);
        package->error = g_strdup(own->error);
    }
}

/* How many packages of a target will have been finished, as far as that is known. */
static gint64
count_total(const RunTarget *target)
{
    if (target->status == TARGET_WAITING)
        return 0;
    return run_target_is_finished(target) ? target->state->finished : target->state->total;
}

static void
sum_up(RunState *state)
{
    state->total = state->slots = state->cache_hits = state->cache_misses = 0;
    for (guint i = 0; i < state->targets->len; i++) {
        const RunTarget *target = state->targets->pdata[i];

        state->total += count_total(target);
        state->slots += run_target_is_finished(target) ? 0 : target->state->slots;
        state->compiler_cache |= target->state->compiler_cache;
        state->cache_hits += target->state->cache_hits;
        state->cache_misses += target->state->cache_misses;
    }
}

static void
apply(RunState *state, const CddBuildEvent *event, gboolean of_target, gint64 now)
{
    switch (cdd_build_event_get_kind(event)) {
    case CDD_BUILD_EVENT_PROGRESS:
        apply_progress(state, event, of_target, now);
        break;
    case CDD_BUILD_EVENT_LOG:
        apply_log(state, event);
        break;
    case CDD_BUILD_EVENT_OUTPUT:
        event_push_line(&state->tail, cdd_build_event_get_line(event), STATE_MAX_TAIL);
        break;
    }
}

void
run_state_apply(RunState *state, const CddBuildEvent *event, gint64 now)
{
    RunTarget *target = run_state_lookup_target(state, event);

    apply(state, event, target != NULL, now);
    if (target == NULL)
        return;
    run_target_apply(target, event, now);
    if (ends_packages(event))
        end_packages(state, target);
    sum_up(state);
}

/* The run has ended while the package was being built. */
static void
break_off(Package *package, gboolean interrupted, gint64 now)
{
    package->status = interrupted ? PACKAGE_INTERRUPTED : PACKAGE_FAILED;
    package->duration = now - package->started;
    g_free(package->error);
    package->error = g_strdup(interrupted ? "stopped" : "the run ended while it was being built");
}

void
run_state_end(RunState *state, gint64 now)
{
    for (guint i = 0; i < state->packages->len; i++) {
        Package *package = state->packages->pdata[i];

        if (package->status == PACKAGE_PLANNED)
            package->status = PACKAGE_SKIPPED;
        else if (package->status == PACKAGE_BUILDING)
            break_off(package, state->interrupted, now);
    }
    g_ptr_array_set_size(state->working, 0);
}

guint
run_state_count(const RunState *state, PackageStatus status)
{
    guint count = 0;

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        count += package->status == status;
    }
    return count;
}

FileCounts
run_state_count_files(const RunState *state)
{
    FileCounts counts = {0};

    for (guint i = 0; i < state->packages->len; i++) {
        FileCounts files = package_count_files(state->packages->pdata[i]);

        counts.files += files.files;
        counts.size += files.size;
    }
    return counts;
}

TestCounts
run_state_count_tests(const RunState *state)
{
    TestCounts counts = {0};

    for (guint i = 0; i < state->packages->len; i++) {
        const Package *package = state->packages->pdata[i];

        counts.total += package->tests;
        counts.failed += package->tests_failed;
        counts.skipped += package->tests_skipped;
    }
    return counts;
}
