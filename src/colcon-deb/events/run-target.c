/* SPDX-License-Identifier: Apache-2.0 */
#include "run-target.h"

#include "event-fields.h"
#include "run-state.h"

RunTarget *
run_target_new(const char *name, const char *directory)
{
    RunTarget *target = g_new0(RunTarget, 1);

    target->name = g_strdup(name);
    target->directory = g_strdup(directory);
    target->state = run_state_new();
    target->exit_code = -1;
    return target;
}

void
run_target_free(RunTarget *target)
{
    g_free(target->name);
    g_free(target->directory);
    run_state_free(target->state);
    g_free(target->error);
    g_free(target);
}

static void
on_start(RunTarget *target, const CddBuildEvent *event, gint64 now)
{
    target->status = TARGET_RUNNING;
    target->started = now;
}

static void
on_run(RunTarget *target, const CddBuildEvent *event, gint64 now)
{
    target->begun = TRUE;
}

static TargetStatus
find_status(const char *name)
{
    for (TargetStatus status = TARGET_SUCCESS; status <= TARGET_SKIPPED; status++)
        if (g_strcmp0(name, target_status_get_name(status)) == 0)
            return status;
    return TARGET_FAILED;
}

static void
on_complete(RunTarget *target, const CddBuildEvent *event, gint64 now)
{
    target->status = find_status(cdd_build_event_lookup(event, "state"));
    target->duration = event_get_number(event, "ms", 0);
    target->exit_code = event_get_number(event, "exit_code", -1);
    g_clear_pointer(&target->error, g_free);
    event_set_text(&target->error, event, "error");
    run_state_end(target->state, now);
}

static const struct {
    const char *type;
    void (*apply)(RunTarget *target, const CddBuildEvent *event, gint64 now);
} types[] = {
    {"target_start", on_start},
    {"run", on_run},
    {"target_complete", on_complete},
};

void
run_target_apply(RunTarget *target, const CddBuildEvent *event, gint64 now)
{
    run_state_apply(target->state, event, now);
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
        if (cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_PROGRESS &&
            g_str_equal(cdd_build_event_get_name(event), types[i].type))
            types[i].apply(target, event, now);
}

gboolean
run_target_is_finished(const RunTarget *target)
{
    return target->status != TARGET_WAITING && target->status != TARGET_RUNNING;
}

gboolean
run_target_is_unchanged(const RunTarget *target)
{
    const RunState *state = target->state;

    return target->status == TARGET_SUCCESS && state->slots == 0 &&
           run_state_count(state, PACKAGE_CACHED) == state->packages->len;
}

gboolean
run_target_failed_alone(const RunTarget *target)
{
    return target->status == TARGET_FAILED && target->error != NULL &&
           run_state_count(target->state, PACKAGE_FAILED) == 0;
}

const char *
target_status_get_name(TargetStatus status)
{
    static const char *const names[] = {
        [TARGET_WAITING] = "waiting",         [TARGET_RUNNING] = "running",
        [TARGET_SUCCESS] = "success",         [TARGET_FAILED] = "failed",
        [TARGET_INTERRUPTED] = "interrupted", [TARGET_SKIPPED] = "skipped",
    };

    return names[status];
}
