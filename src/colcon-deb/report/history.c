/* SPDX-License-Identifier: Apache-2.0 */
#include "history.h"

#include "../events/event-fields.h"

const char *const history_phases[] = {
    "wait",      "needs", "copy",  "configure", "compile", "test", "install",
    "shlibdeps", "pack",  "check", "publish",   "other",   NULL,
};

static void
package_history_free(gpointer data)
{
    PackageHistory *package = data;

    g_array_unref(package->phases);
    g_free(package);
}

static void
stage_history_free(gpointer data)
{
    StageHistory *stage = data;

    g_free(stage->name);
    g_free(stage);
}

History *
history_new(void)
{
    History *history = g_new0(History, 1);

    history->state = run_state_new();
    history->packages = g_ptr_array_new_with_free_func(package_history_free);
    history->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    history->stages = g_ptr_array_new_with_free_func(stage_history_free);
    history->load = g_array_new(FALSE, FALSE, sizeof(LoadSample));
    history->load_step = 1;
    history->lanes = g_ptr_array_new();
    return history;
}

void
history_free(History *history)
{
    if (history == NULL)
        return;
    g_ptr_array_unref(history->lanes);
    g_array_unref(history->load);
    g_ptr_array_unref(history->stages);
    g_hash_table_unref(history->by_name);
    g_ptr_array_unref(history->packages);
    run_state_free(history->state);
    g_free(history->error);
    g_free(history->workspace);
    g_free(history->program_version);
    g_free(history->image);
    g_free(history->arch);
    g_free(history->engine);
    g_free(history->engine_version);
    g_free(history->distro);
    g_free(history);
}

static PackageHistory *
package_history_new(guint index, const Package *package)
{
    PackageHistory *self = g_new0(PackageHistory, 1);

    self->index = index;
    self->package = package;
    self->phases = g_array_new(FALSE, FALSE, sizeof(PhaseTime));
    return self;
}

/* The state only ever appends packages. */
static void
follow_state(History *history)
{
    for (guint i = history->packages->len; i < history->state->packages->len; i++) {
        const Package *package = history->state->packages->pdata[i];
        PackageHistory *own = package_history_new(i, package);

        g_ptr_array_add(history->packages, own);
        g_hash_table_insert(history->by_name, package->name, own);
    }
}

static guint
take_lane(History *history, PackageHistory *package)
{
    guint lane = 0;

    while (lane < history->lanes->len && history->lanes->pdata[lane] != NULL)
        lane++;
    if (lane == history->lanes->len)
        g_ptr_array_add(history->lanes, package);
    else
        history->lanes->pdata[lane] = package;
    return lane;
}

static void
leave_lane(History *history, const PackageHistory *package)
{
    if (package->lane < history->lanes->len && history->lanes->pdata[package->lane] == package)
        history->lanes->pdata[package->lane] = NULL;
}

static void
on_start(History *history, const CddBuildEvent *event, PackageHistory *package)
{
    leave_lane(history, package);
    package->started = history->now;
    package->ended = 0;
    package->attempts = 1;
    history->n_phases -= package->phases->len;
    g_array_set_size(package->phases, 0);
    package->lane = take_lane(history, package);
}

static guint
phase_of(const char *name)
{
    guint phase = 0;

    while (history_phases[phase + 1] != NULL && g_strcmp0(history_phases[phase], name) != 0)
        phase++;
    return phase;
}

static void
on_phase(History *history, const CddBuildEvent *event, PackageHistory *package)
{
    const PhaseTime phase = {.phase = phase_of(cdd_build_event_lookup(event, "phase")),
                             .begin = history->now};

    if (package->started == 0 || package->ended != 0 ||
        package->phases->len == HISTORY_MAX_PHASES || history->n_phases == HISTORY_MAX_ALL_PHASES)
        return;
    history->n_phases++;
    g_array_append_val(package->phases, phase);
}

static void
on_retry(History *history, const CddBuildEvent *event, PackageHistory *package)
{
    package->attempts++;
}

static void
on_end(History *history, const CddBuildEvent *event, PackageHistory *package)
{
    leave_lane(history, package);
    package->ended = history->now;
}

static const struct {
    const char *type;
    void (*apply)(History *history, const CddBuildEvent *event, PackageHistory *package);
} package_types[] = {
    {"package_start", on_start},  {"package_phase", on_phase}, {"package_retry", on_retry},
    {"package_complete", on_end}, {"package_skip", on_end},
};

static PackageHistory *
find(const History *history, const char *name)
{
    return name != NULL ? g_hash_table_lookup(history->by_name, name) : NULL;
}

static void
apply_to_package(History *history, const CddBuildEvent *event)
{
    for (size_t i = 0; i < G_N_ELEMENTS(package_types); i++) {
        PackageHistory *package = NULL;

        if (!g_str_equal(cdd_build_event_get_name(event), package_types[i].type))
            continue;
        package = find(history, cdd_build_event_lookup(event, "name"));
        if (package != NULL)
            package_types[i].apply(history, event, package);
    }
}

static void
on_run(History *history, const CddBuildEvent *event)
{
    event_set_text(&history->workspace, event, "workspace");
    event_set_text(&history->program_version, event, "version");
    event_set_text(&history->image, event, "image");
    event_set_text(&history->arch, event, "arch");
    event_set_text(&history->engine, event, "engine");
    event_set_text(&history->engine_version, event, "engine_version");
    event_set_text(&history->distro, event, "distro");
}

static void
on_hello(History *history, const CddBuildEvent *event)
{
    event_set_text(&history->distro, event, "distro");
    event_set_text(&history->arch, event, "arch");
}

static void
on_stage(History *history, const CddBuildEvent *event)
{
    const char *name = cdd_build_event_lookup(event, "value");
    StageHistory *stage = NULL;

    if (history->stages->len == HISTORY_MAX_STAGES || name == NULL)
        return;
    stage = g_new0(StageHistory, 1);
    stage->name = event_bounded(name);
    stage->begin = history->now;
    g_ptr_array_add(history->stages, stage);
}

static void
on_stage_complete(History *history, const CddBuildEvent *event)
{
    for (guint i = history->stages->len; i-- > 0;) {
        StageHistory *stage = history->stages->pdata[i];

        if (stage->end != 0 || g_strcmp0(stage->name, cdd_build_event_lookup(event, "value")) != 0)
            continue;
        stage->end = history->now;
        stage->success = event_is_true(event, "success");
        return;
    }
}

static void
on_schedule(History *history, const CddBuildEvent *event)
{
    history->cores = event_get_number(event, "cores", 0);
}

/* Drops every second sample. */
static void
thin_out(History *history)
{
    LoadSample *samples = (LoadSample *)(gpointer)history->load->data;

    for (guint i = 0; i < history->load->len / 2; i++)
        samples[i] = samples[2 * i];
    g_array_set_size(history->load, history->load->len / 2);
    history->load_step *= 2;
}

static void
on_load(History *history, const CddBuildEvent *event)
{
    const LoadSample sample = {.time = history->now,
                               .cpu = event_get_number(event, "cpu", 0),
                               .memory = event_get_number(event, "memory", 0)};

    if (history->load_count++ % history->load_step != 0)
        return;
    if (history->load->len == HISTORY_MAX_SAMPLES)
        thin_out(history);
    g_array_append_val(history->load, sample);
}

static void
on_run_complete(History *history, const CddBuildEvent *event)
{
    const char *state = cdd_build_event_lookup(event, "state");

    run_state_end(history->state, history->now);
    history->ended = TRUE;
    history->success = g_strcmp0(state, "success") == 0;
    history->interrupted = g_strcmp0(state, "interrupted") == 0;
    event_set_text(&history->error, event, "error");
}

static const struct {
    const char *type;
    void (*apply)(History *history, const CddBuildEvent *event);
} run_types[] = {
    {"run", on_run},
    {"hello", on_hello},
    {"stage", on_stage},
    {"stage_complete", on_stage_complete},
    {"schedule", on_schedule},
    {"load", on_load},
    {"run_complete", on_run_complete},
};

static void
apply_progress(History *history, const CddBuildEvent *event)
{
    apply_to_package(history, event);
    for (size_t i = 0; i < G_N_ELEMENTS(run_types); i++)
        if (g_str_equal(cdd_build_event_get_name(event), run_types[i].type))
            run_types[i].apply(history, event);
}

/* Not in events.jsonl, so it must not matter here. */
static gboolean
is_passing(const CddBuildEvent *event)
{
    return g_str_equal(cdd_build_event_get_name(event), "package_progress");
}

void
history_apply(History *history, const CddBuildEvent *event, gint64 timestamp)
{
    if (is_passing(event))
        return;
    /* The clock of a machine may be set back during a build. */
    history->now = MAX(history->now, timestamp);
    if (history->begin == 0)
        history->begin = history->now;
    run_state_apply(history->state, event, history->now);
    follow_state(history);
    if (cdd_build_event_get_kind(event) == CDD_BUILD_EVENT_PROGRESS)
        apply_progress(history, event);
}

const PackageHistory *
history_get_last_need(const History *history, const RunGraph *graph, const PackageHistory *package)
{
    const GArray *needs = run_graph_get_needs(graph, package->index);
    const PackageHistory *last = NULL;

    for (guint i = 0; i < needs->len; i++) {
        const PackageHistory *need = history->packages->pdata[g_array_index(needs, guint, i)];

        if (need->ended != 0 && need->ended <= package->started &&
            (last == NULL || need->ended > last->ended))
            last = need;
    }
    return last;
}
