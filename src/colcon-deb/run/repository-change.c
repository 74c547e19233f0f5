/* SPDX-License-Identifier: Apache-2.0 */
#include "repository-change.h"

#include "../base/await.h"
#include "../base/program-error.h"
#include "../image/own-containers.h"
#include "../repository/repository.h"
#include "../transfer/transfer.h"

#include <string.h>

enum {
    MAX_LINE = 1 << 16,
    MAX_COMPLAINT = 1 << 12,
};

typedef struct {
    const RepositoryChange *change;
    GString *line;
    GPtrArray *changes; /* JsonObject */
    char *refusal;      /* why the change cannot be made, or NULL */
    GString *complaint; /* the beginning of standard error */
} Outcome;

static void
outcome_clear(Outcome *outcome)
{
    g_string_free(outcome->line, TRUE);
    g_string_free(outcome->complaint, TRUE);
    g_ptr_array_unref(outcome->changes);
    g_free(outcome->refusal);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void
take_line(Outcome *outcome)
{
    g_autoptr(JsonObject) object = json_text_parse_object(outcome->line->str, outcome->line->len);
    const char *waiting = object != NULL ? json_text_get_string(object, "waiting") : NULL;
    const char *refusal = object != NULL ? json_text_get_string(object, "error") : NULL;

    g_string_truncate(outcome->line, 0);
    if (waiting != NULL)
        outcome->change->say(waiting, outcome->change->user_data);
    else if (refusal != NULL && outcome->refusal == NULL)
        outcome->refusal = g_strdup(refusal);
    else if (object != NULL)
        g_ptr_array_add(outcome->changes, g_steal_pointer(&object));
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
prepare_image(const RepositoryChange *change, GError **error)
{
    g_autoptr(GPtrArray) warnings = NULL;

    if (!engine_get_info(change->engine, change->cancellable, error) ||
        !engine_check_platform(change->engine, change->config, change->cancellable, error) ||
        !engine_choose_image(change->engine, change->config, error) ||
        !engine_get_image(change->engine, change->config, change->on_image, change->cancellable,
                          error) ||
        !engine_check_architecture(change->engine, &warnings, change->cancellable, error))
        return FALSE;
    for (guint i = 0; i < warnings->len; i++)
        change->say(warnings->pdata[i], change->user_data);
    return TRUE;
}

/* The directories of a build without sources. */
static CddContainerSpec *
make_directories(const RepositoryChange *change, GError **error)
{
    const Engine *engine = change->engine;
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    CddBuildConfig build = {
        .ros_distro = engine->ros_distro,
        .user = cdd_user_setup_from_current_user(engine->info->rootless),
    };

    own_containers_add_labels(labels);
    g_ptr_array_add(labels, NULL);
    build.labels = (const char *const *)labels->pdata;
    return cdd_create_build_container_spec(engine->image->id, NULL, NULL,
                                           change->config->repository_dir, &build, error);
}

/* The command line of repository-change.py. Files of this machine are at the root there. */
static GPtrArray *
make_command(const RepositoryChange *change)
{
    const CddUserSetup user = cdd_user_setup_from_current_user(change->engine->info->rootless);
    gboolean are_files = g_str_equal(change->verb, "add");
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(command, g_strdup("python3"));
    g_ptr_array_add(command, g_strdup("-B"));
    g_ptr_array_add(command, g_strdup("/helpers/repository-change.py"));
    g_ptr_array_add(command, g_strdup_printf("%u", (guint)user.host_uid));
    g_ptr_array_add(command, g_strdup_printf("%u", (guint)user.host_gid));
    g_ptr_array_add(command, g_strdup(change->suite != NULL ? change->suite : ""));
    g_ptr_array_add(command, g_strdup(change->verb));
    for (const char *const *word = change->words; *word != NULL; word++) {
        g_autofree char *name = are_files ? g_path_get_basename(*word) : NULL;

        g_ptr_array_add(command, are_files ? g_strconcat("/", name, NULL) : g_strdup(*word));
    }
    g_ptr_array_add(command, NULL);
    return command;
}

/* Through the API: the engine may be on another machine. */
static gboolean
copy_files(const RepositoryChange *change, const char *container, GError **error)
{
    CddService *service = change->engine->service;

    if (!g_str_equal(change->verb, "add"))
        return TRUE;
    for (const char *const *file = change->words; *file != NULL; file++) {
        g_autoptr(GAsyncResult) done = NULL;

        cdd_service_copy_to_container_async(service, *file, container, "/", CDD_COPY_NONE,
                                            change->cancellable, await_ready, &done);
        if (!cdd_service_copy_to_container_finish(service, await(&done), error))
            return FALSE;
    }
    return TRUE;
}

static void
remove_container(const RepositoryChange *change, const char *container)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_remove_container_async(change->engine->service, container, CDD_REMOVE_FORCE, NULL,
                                       await_ready, &done);
    cdd_service_remove_container_finish(change->engine->service, await(&done), NULL);
}

static CddContainerResult *
run_created(const RepositoryChange *change,
            const char *container,
            const CddContainerSpec *spec,
            Outcome *outcome,
            GError **error)
{
    CddService *service = change->engine->service;
    const CddOutputHandler handler = {
        .on_stdout = on_stdout, .on_stderr = on_stderr, .user_data = outcome};
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_run_created_container_async(service, container, spec, &handler, change->cancellable,
                                            await_ready, &done);
    return cdd_service_run_created_container_finish(service, await(&done), error);
}

static gboolean
judge(const Outcome *outcome, const CddContainerResult *result, GError **error)
{
    const char *words = g_strchomp(outcome->complaint->str);

    if (result->exit_code == 0)
        return TRUE;
    if (outcome->refusal != NULL)
        g_set_error_literal(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, outcome->refusal);
    else
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "the container ended with status %d before the change was made%s%s",
                    (int)result->exit_code, *words != '\0' ? ": " : "", words);
    return FALSE;
}

static gboolean
run_container(const RepositoryChange *change,
              const CddContainerSpec *directories,
              Outcome *outcome,
              GError **error)
{
    CddService *service = change->engine->service;
    g_autoptr(GPtrArray) command = make_command(change);
    CddContainerSpec spec = *directories;
    g_autoptr(GAsyncResult) done = NULL;
    g_autofree char *container = NULL;
    g_autoptr(CddContainerResult) result = NULL;

    spec.entrypoint = (const char *const *)command->pdata;
    spec.command = NULL;
    spec.network_mode = CDD_NETWORK_NONE;
    spec.auto_remove = TRUE;
    cdd_service_create_container_async(service, &spec, change->cancellable, await_ready, &done);
    container = cdd_service_create_container_finish(service, await(&done), error);
    if (container == NULL)
        return FALSE;
    if (!copy_files(change, container, error)) {
        remove_container(change, container);
        return FALSE;
    }
    result = run_created(change, container, &spec, outcome, error);
    return result != NULL && judge(outcome, result, error);
}

static void
say_of_transfer(const char *level G_GNUC_UNUSED, const char *message, gpointer user_data)
{
    const RepositoryChange *change = user_data;

    change->say(message, change->user_data);
}

static void
count_nothing(guint64 current G_GNUC_UNUSED,
              guint64 total G_GNUC_UNUSED,
              gpointer user_data G_GNUC_UNUSED)
{
}

/* Runs the container, on an engine that does not see this machine's files with copies of them. */
static gboolean
run_with_files(const RepositoryChange *change,
               const CddContainerSpec *spec,
               Outcome *outcome,
               GError **error)
{
    const TransferSetup setup = {
        .engine = change->engine,
        .config = change->config,
        .spec = spec,
        .is_build = TRUE,
        .cancellable = change->cancellable,
        .say = say_of_transfer,
        .user_data = (gpointer)change,
    };
    g_autoptr(Transfer) transfer = NULL;
    g_autoptr(CddContainerSpec) redirected = NULL;
    gboolean needed = FALSE;

    if (!transfer_is_needed(&setup, &needed, error))
        return FALSE;
    if (!needed)
        return run_container(change, spec, outcome, error);
    transfer = transfer_begin(&setup, count_nothing, NULL, error);
    if (transfer == NULL)
        return FALSE;
    redirected = transfer_redirect(transfer);
    return run_container(change, redirected, outcome, error) &&
           transfer_end(transfer, change->cancellable, error);
}

gboolean
repository_change(const RepositoryChange *change, GError **error)
{
    g_auto(Outcome) outcome = {
        .change = change,
        .line = g_string_new(NULL),
        .complaint = g_string_new(NULL),
        .changes = g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref),
    };
    g_autoptr(CddContainerSpec) spec = NULL;

    if (!repository_check_key(change->config, change->cancellable, error) ||
        !prepare_image(change, error))
        return FALSE;
    spec = make_directories(change, error);
    if (spec == NULL || !run_with_files(change, spec, &outcome, error))
        return FALSE;
    if (!repository_publish(change->config, change->say, change->user_data, change->cancellable,
                            error)) {
        program_error_append(error, "; the repository is unchanged, and the next build or change "
                                    "of it publishes this one too");
        return FALSE;
    }
    for (guint i = 0; i < outcome.changes->len; i++)
        change->on_change(outcome.changes->pdata[i], change->user_data);
    return TRUE;
}
