/* SPDX-License-Identifier: Apache-2.0 */
#include "standby.h"

#include "../base/await.h"
#include "../base/digest.h"
#include "../image/own-containers.h"
#include "../image/own-volumes.h"
#include "standby-key.h"
#include "standby-settings.h"

#define ROLE_LABEL "colcon-deb.role="
#define KEY_LABEL "colcon-deb.key="

enum {
    NAME_LENGTH = 12
};

/* The name of the standby of this user, workspace and output. */
static char *
make_name(const Config *config)
{
    g_autofree char *user = own_containers_make_user();
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);

    digest_add_framed(digest, user);
    digest_add_framed(digest, config->colcon_repo);
    digest_add_framed(digest, config->output_dir);
    return g_strdup_printf(STANDBY_PREFIX "%.*s", NAME_LENGTH, g_checksum_get_string(digest));
}

static char *
make_key(const StandbySetup *setup, const CddContainerSpec *spec)
{
    const char *address = cdd_service_get_address(setup->engine->service);
    const StandbyFiles files = {
        .helpers = setup->helpers,
        .copies = setup->copies,
        .network_files = setup->copies == NULL || g_str_has_prefix(address, "unix:"),
    };

    return standby_key(spec, &files);
}

static gboolean
has_label(const CddContainerInfo *container, const char *label)
{
    return container->labels != NULL &&
           g_strv_contains((const char *const *)container->labels, label);
}

/* NULL if there is none. */
static CddContainerInfo *
find(const StandbySetup *setup)
{
    g_autofree char *name = make_name(setup->config);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddContainerInfo) info = NULL;

    cdd_service_inspect_container_async(setup->engine->service, name, setup->cancellable,
                                        await_ready, &done);
    info = cdd_service_inspect_container_finish(setup->engine->service, await(&done), NULL);
    return info != NULL && has_label(info, STANDBY_LABEL) ? g_steal_pointer(&info) : NULL;
}

/* From now on the name says that a build uses it. FALSE if another client was faster. */
static gboolean
take(const StandbySetup *setup, const char *container)
{
    g_autofree char *name = g_strdup_printf("colcon-deb-build-%.*s", NAME_LENGTH, container);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    cdd_service_rename_container_async(setup->engine->service, container, name, setup->cancellable,
                                       await_ready, &done);
    if (cdd_service_rename_container_finish(setup->engine->service, await(&done), &error))
        return TRUE;
    g_debug("%s", error->message);
    return FALSE;
}

void
standby_remove(const StandbySetup *setup, const char *container)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) error = NULL;

    /* Also after Ctrl-C. */
    cdd_service_remove_container_async(setup->engine->service, container,
                                       CDD_REMOVE_FORCE | CDD_REMOVE_VOLUMES, NULL, await_ready,
                                       &done);
    if (!cdd_service_remove_container_finish(setup->engine->service, await(&done), &error))
        g_debug("%s", error->message);
}

char *
standby_take(const StandbySetup *setup, const CddContainerSpec *spec)
{
    g_autoptr(CddContainerInfo) container = find(setup);
    g_autofree char *key = NULL;
    g_autofree char *label = NULL;

    if (container == NULL || !take(setup, container->id))
        return NULL;
    key = make_key(setup, spec);
    label = g_strconcat(KEY_LABEL, key, NULL);
    if (has_label(container, label))
        return g_strdup(container->id);
    standby_remove(setup, container->id);
    return NULL;
}

/* The labels of @spec with another role, and the key. */
static GPtrArray *
make_labels(const StandbySetup *setup, const CddContainerSpec *spec)
{
    GPtrArray *labels = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *key = make_key(setup, spec);

    for (const char *const *label = spec->labels; *label != NULL; label++)
        if (!g_str_has_prefix(*label, ROLE_LABEL))
            g_ptr_array_add(labels, g_strdup(*label));
    g_ptr_array_add(labels, g_strdup(STANDBY_LABEL));
    g_ptr_array_add(labels, g_strconcat(KEY_LABEL, key, NULL));
    g_ptr_array_add(labels, g_strconcat(WORKSPACE_LABEL, setup->config->colcon_repo, NULL));
    g_ptr_array_add(labels, NULL);
    return labels;
}

/* NULL with an error, and NULL without one if there is a standby already. */
static char *
create(const StandbySetup *setup, const CddContainerSpec *spec, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GError) cause = NULL;
    char *id = NULL;

    cdd_service_create_container_async(setup->engine->service, spec, setup->cancellable,
                                       await_ready, &done);
    id = cdd_service_create_container_finish(setup->engine->service, await(&done), &cause);
    if (id == NULL && !g_error_matches(cause, CDD_ERROR, CDD_ERROR_CONFLICT))
        g_propagate_error(error, g_steal_pointer(&cause));
    return id;
}

/* A container that does not start is removed. */
static gboolean
start(const StandbySetup *setup, const char *container, GError **error)
{
    g_autoptr(GAsyncResult) done = NULL;

    cdd_service_start_container_async(setup->engine->service, container, setup->cancellable,
                                      await_ready, &done);
    if (cdd_service_start_container_finish(setup->engine->service, await(&done), error))
        return TRUE;
    standby_remove(setup, container);
    return FALSE;
}

gboolean
standby_start(const StandbySetup *setup, const CddContainerSpec *spec, GError **error)
{
    g_autofree char *name = make_name(setup->config);
    g_autofree char *seconds = g_strdup_printf("%u", setup->config->keep_warm);
    g_autoptr(GPtrArray) labels = make_labels(setup, spec);
    g_autoptr(GPtrArray) settings = standby_settings_of_container(spec->environment);
    const char *const command[] = {spec->command[0], seconds, NULL};
    CddContainerSpec standby = *spec;
    GError *failure = NULL;
    g_autofree char *id = NULL;

    standby.name = name;
    standby.command = command;
    standby.labels = (const char *const *)labels->pdata;
    standby.environment = (const char *const *)settings->pdata;
    standby.auto_remove = TRUE;
    id = create(setup, &standby, &failure);
    if (failure != NULL)
        g_propagate_error(error, failure);
    return failure == NULL && (id == NULL || start(setup, id, error));
}
