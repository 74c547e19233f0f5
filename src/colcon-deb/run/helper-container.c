/* SPDX-License-Identifier: Apache-2.0 */
#include "helper-container.h"

#include "../base/await.h"
#include "../base/program-error.h"

enum {
    MAX_LINE = 1 << 20,
    MAX_COMPLAINT = 1 << 12,
};

typedef struct {
    const HelperContainer *helper;
    GString *line;
    GString *complaint; /* the beginning of standard error */
    char *refusal;      /* why it failed, in its own words; or NULL */
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->line, TRUE);
    g_string_free(outcome->complaint, TRUE);
    g_free(outcome->refusal);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void
take_line(Outcome *outcome)
{
    g_autoptr(JsonObject) object = json_text_parse_object(outcome->line->str, outcome->line->len);
    const char *refusal = object != NULL ? json_text_get_string(object, "error") : NULL;

    if (outcome->line->len == MAX_LINE)
        refusal = "the container's answer has a line that is too long";
    g_string_truncate(outcome->line, 0);
    if (refusal != NULL && outcome->refusal == NULL)
        outcome->refusal = g_strdup(refusal);
    else if (object != NULL && refusal == NULL)
        outcome->helper->on_line(object, outcome->helper->user_data);
}

static void
on_stdout(const void *data, gsize length, gpointer user_data)
{
    Outcome *outcome = user_data;
    const char *text = data;

    for (gsize i = 0; i < length; i++) {
        if (text[i] == '\n')
            take_line(outcome);
        else if (outcome->line->len < MAX_LINE)
            g_string_append_c(outcome->line, text[i]);
    }
}

static void
on_stderr(const void *data, gsize length, gpointer user_data)
{
    Outcome *outcome = user_data;

    if (outcome->complaint->len < MAX_COMPLAINT)
        g_string_append_len(outcome->complaint, data, (gssize)length);
}

static gboolean
copy_files(const HelperContainer *helper, const char *container, GError **error)
{
    CddService *service = helper->engine->service;

    for (const char *const *file = helper->files; file != NULL && *file != NULL; file++) {
        g_autoptr(GAsyncResult) done = NULL;

        cdd_service_copy_to_container_async(service, *file, container, "/", CDD_COPY_NONE,
                                            helper->cancellable, await_ready, &done);
        if (!cdd_service_copy_to_container_finish(service, await(&done), error))
            return FALSE;
    }
    return TRUE;
}

static void
remove_container(const HelperContainer *helper, const char *container)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_remove_container_async(helper->engine->service, container, CDD_REMOVE_FORCE, NULL,
                                       await_ready, &done);
    cdd_service_remove_container_finish(helper->engine->service, await(&done), NULL);
}

static CddContainerResult *
run_created(const HelperContainer *helper,
            const char *container,
            const CddContainerSpec *spec,
            Outcome *outcome,
            GError **error)
{
    CddService *service = helper->engine->service;
    const CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = outcome};
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_run_created_container_async(service, container, spec, &handler, helper->cancellable,
                                            await_ready, &done);
    return cdd_service_run_created_container_finish(service, await(&done), error);
}

static gboolean
judge(const Outcome *outcome, const CddContainerResult *result, GError **error)
{
    const char *words = g_strchomp(outcome->complaint->str);

    if (result->exit_code == 0 && outcome->refusal == NULL)
        return TRUE;
    if (outcome->refusal != NULL)
        g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, outcome->refusal);
    else
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "the container ended with status %d before its work was done%s%s",
                    (int)result->exit_code, *words != '\0' ? ": " : "", words);
    return FALSE;
}

gboolean
helper_container_run(const HelperContainer *helper, GError **error)
{
    CddService *service = helper->engine->service;
    CddContainerSpec spec = *helper->spec;
    g_auto(Outcome) outcome = {
        .helper = helper,
        .line = g_string_new(NULL),
        .complaint = g_string_new(NULL),
    };
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *container = NULL;
    g_autoptr(CddContainerResult) result = NULL;

    spec.auto_remove = TRUE;
    cdd_service_create_container_async(service, &spec, helper->cancellable, await_ready, &done);
    container = cdd_service_create_container_finish(service, await(&done), error);
    if (container == NULL)
        return FALSE;
    if (!copy_files(helper, container, error)) {
        remove_container(helper, container);
        return FALSE;
    }
    result = run_created(helper, container, &spec, &outcome, error);
    return result != NULL && judge(&outcome, result, error);
}
