/* SPDX-License-Identifier: Apache-2.0 */
#include "repository-change.h"

#include "../base/program-error.h"
#include "../image/own-containers.h"
#include "../repository/repository.h"
#include "../transfer/transfer.h"
#include "helper-container.h"

typedef struct {
    const RepositoryChange *change;
    GPtrArray *changes; /* JsonObject */
} Outcome;

/* Changes are reported once they are published. */
static void
on_line(JsonObject *line, gpointer user_data)
{
    const Outcome *outcome = user_data;
    const char *waiting = json_text_get_string(line, "waiting");

    if (waiting != NULL)
        outcome->change->say(waiting, outcome->change->user_data);
    else
        g_ptr_array_add(outcome->changes, json_object_ref(line));
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

static gboolean
run_container(const RepositoryChange *change,
              const CddContainerSpec *directories,
              const Outcome *outcome,
              GError **error)
{
    g_autoptr(GPtrArray) command = make_command(change);
    CddContainerSpec spec = *directories;

    spec.entrypoint = (const char *const *)command->pdata;
    spec.command = NULL;
    spec.network_mode = CDD_NETWORK_NONE;
    return helper_container_run(
        &(HelperContainer){.engine = change->engine,
                           .spec = &spec,
                           .files = g_str_equal(change->verb, "add") ? change->words : NULL,
                           .on_line = on_line,
                           .user_data = (gpointer)outcome,
                           .cancellable = change->cancellable},
        error);
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
               const Outcome *outcome,
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
    g_autoptr(GPtrArray) changes =
        g_ptr_array_new_with_free_func((GDestroyNotify)json_object_unref);
    const Outcome outcome = {change, changes};
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
    for (guint i = 0; i < changes->len; i++)
        change->on_change(changes->pdata[i], change->user_data);
    return TRUE;
}
