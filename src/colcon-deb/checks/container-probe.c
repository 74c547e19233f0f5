/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script container-probe.py goes into the container as an argument, so that no file has to get
 * there: the engine may be on another machine.
 */
#include "container-probe.h"

#include "../base/await.h"
#include "../base/json.h"
#include "../base/program-error.h"
#include "../image/own-containers.h"
#include "../run/run-spec.h"
#include "judgement.h"

enum {
    MAX_LINE = 1 << 14, /* bytes */
};

static const char *const checks[] = {"apt", "rosdep"};

typedef struct {
    GString *line;
    GString *complaint;
    Finding *findings[G_N_ELEMENTS(checks)];
    gint64 space; /* bytes; -1 if unknown */
    const char *network_mode;
} Probe;

static void
probe_clear(Probe *probe)
{
    g_string_free(probe->line, TRUE);
    g_string_free(probe->complaint, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++)
        g_clear_pointer(&probe->findings[i], finding_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Probe, probe_clear)

static void
take_line(Probe *probe)
{
    g_autoptr(JsonObject) object = json_text_parse_object(probe->line->str, probe->line->len);
    const char *check = object != NULL ? json_text_get_string(object, "check") : NULL;
    const char *detail = object != NULL ? json_text_get_string(object, "detail") : NULL;

    g_string_truncate(probe->line, 0);
    if (g_strcmp0(check, "space") == 0)
        probe->space = json_text_get_count(object, "bytes");
    for (gsize i = 0; i < G_N_ELEMENTS(checks) && detail != NULL; i++)
        if (g_strcmp0(check, checks[i]) == 0 && probe->findings[i] == NULL)
            probe->findings[i] = judge_network(checks[i], json_text_get_boolean(object, "reached"),
                                               detail, probe->network_mode);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    Probe *probe = user_data;
    const char *text = data;

    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n')
            take_line(probe);
        else if (probe->line->len < MAX_LINE)
            g_string_append_c(probe->line, text[i]);
    }
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    Probe *probe = user_data;

    if (probe->complaint->len + length < MAX_LINE)
        g_string_append_len(probe->complaint, data, (gssize)length);
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

static CddContainerResult *
run_probe(const BuildChecks *self, const Engine *engine, Probe *probe, GError **error)
{
    g_autofree char *script = read_script(error);
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GAsyncResult) done = NULL;
    const CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = probe};
    CddContainerSpec spec = {
        .image = engine->image->id,
        .entrypoint = (const char *const[]){"python3", "-B", "-c", script, NULL},
        .user = "0:0",
        .environment = (const char *const *)self->config->environment,
        .network_mode = run_spec_get_network(self->config),
        .hardened = TRUE,
        .auto_remove = TRUE,
    };

    if (script == NULL)
        return NULL;
    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    spec.labels = (const char *const *)labels->pdata;
    cdd_service_run_container_async(engine->service, &spec, &handler,
                                    interrupt_get_cancellable(self->interrupt), await_ready, &done);
    return cdd_service_run_container_finish(engine->service, await(&done), error);
}

/* A probe that ended early says why on standard error. */
static GError *
explain(const Probe *probe, gint64 exit_code)
{
    const char *words = g_strchomp(probe->complaint->str);

    return g_error_new(PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                       "looking around in a container ended with exit code %" G_GINT64_FORMAT
                       "%s%s; see the check of the tools",
                       exit_code, *words != '\0' ? ": " : "", words);
}

void
container_probe_run(const BuildChecks *self, const Engine *engine)
{
    g_auto(Probe) probe = {
        .line = g_string_new(NULL),
        .complaint = g_string_new(NULL),
        .space = -1,
        .network_mode = self->config->network_mode,
    };
    GError *error = NULL;
    g_autoptr(CddContainerResult) result = run_probe(self, engine, &probe, &error);

    if (probe.space >= 0 && !build_checks_see_engine_space(engine))
        check_report_add(self->report, judge_engine_space("a container", (guint64)probe.space));
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        if (probe.findings[i] != NULL)
            check_report_add(self->report, g_steal_pointer(&probe.findings[i]));
        else if (error == NULL)
            error = explain(&probe, result->exit_code);
    }
    if (error != NULL)
        check_report_add_error(self->report, "container", error);
}
