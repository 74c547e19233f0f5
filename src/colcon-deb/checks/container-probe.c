/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script container-probe.py goes into the container as an argument, so that no file has to get
 * there: the engine may be on another machine.
 */
#include "container-probe.h"

#include "../base/program-error.h"
#include "../image/own-containers.h"
#include "../run/helper-container.h"
#include "../run/run-spec.h"
#include "judgement.h"

static const char *const checks[] = {"apt", "rosdep"};

typedef struct {
    Finding *findings[G_N_ELEMENTS(checks)];
    gint64 space; /* bytes; -1 if unknown */
    const char *network_mode;
} Probe;

static void
probe_clear(Probe *probe)
{
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        g_clear_pointer(&probe->findings[i], finding_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Probe, probe_clear)

static void
on_line(JsonObject *line, gpointer user_data)
{
    Probe *probe = user_data;
    const char *check = json_text_get_string(line, "check");
    const char *detail = json_text_get_string(line, "detail");

    if (g_strcmp0(check, "space") == 0)
        probe->space = json_text_get_count(line, "bytes");
    for (gsize i = 0; i < G_N_ELEMENTS(checks) && detail != NULL; i++)
        if (g_strcmp0(check, checks[i]) == 0 && probe->findings[i] == NULL)
            probe->findings[i] = judge_network(checks[i], json_text_get_boolean(line, "reached"),
                                               detail, probe->network_mode);
}

static char *
read_script(GError **error)
{
    g_autofree char *scripts = cdd_prepare_helper_scripts(NULL, error);
    g_autofree char *path =
        scripts != NULL ? g_build_filename(scripts, "helpers", "container-probe.py", NULL) : NULL;
    char *script = NULL;

    if (path != NULL)
        g_file_get_contents(path, &script, NULL, error);
    return script;
}

static gboolean
run_probe(const BuildChecks *self, const Engine *engine, Probe *probe, GError **error)
{
    g_autofree char *script = read_script(error);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    CddContainerSpec spec = {
        .image = engine->image->id,
        .entrypoint = (const char *const[]){"python3", "-B", "-c", script, NULL},
        .user = "0:0",
        .environment = (const char *const *)self->config->environment,
        .network_mode = run_spec_get_network(self->config),
        .hardened = TRUE,
    };

    if (script == NULL)
        return FALSE;
    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    spec.labels = (const char *const *)labels->pdata;
    return helper_container_run(
        &(HelperContainer){.engine = engine,
                           .spec = &spec,
                           .on_line = on_line,
                           .user_data = probe,
                           .cancellable = interrupt_get_cancellable(self->interrupt)},
        error);
}

void
container_probe_run(const BuildChecks *self, const Engine *engine)
{
    g_auto(Probe) probe = {.space = -1, .network_mode = self->config->network_mode};
    GError *error = NULL;

    run_probe(self, engine, &probe, &error);
    if (probe.space >= 0 && !build_checks_see_engine_space(engine))
        check_report_add(self->report, judge_engine_space("a container", (guint64)probe.space));
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        if (probe.findings[i] != NULL)
            check_report_add(self->report, g_steal_pointer(&probe.findings[i]));
        else if (error == NULL)
            error = g_error_new(PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                                "the container said nothing about %s; see the check of the tools",
                                checks[i]);
    }
    if (error != NULL)
        check_report_add_error(self->report, "container", error);
}
