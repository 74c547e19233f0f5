/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer-volumes.h"

#include "../base/await.h"
#include "../base/digest.h"
#include "../image/own-containers.h"
#include "../image/own-volumes.h"

enum {
    NAME_DIGITS = 16
};

char *
transfer_volumes_read_machine(void)
{
    char *id = NULL;

    return g_file_get_contents("/etc/machine-id", &id, NULL, NULL) ? id : NULL;
}

char *
transfer_volumes_make_prefix(const char *machine, const char *user, const Config *config)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);

    digest_add_framed(checksum, machine);
    digest_add_framed(checksum, user);
    digest_add_framed(checksum, config->colcon_repo);
    digest_add_framed(checksum, config->debian_dirs);
    /* Targets share a repository, so they take turns. */
    digest_add_framed(checksum, config->repository_dir);
    return g_strdup_printf("colcon-deb-%.*s-", NAME_DIGITS, g_checksum_get_string(checksum));
}

/* The names of the volumes that the engine has with @label. One request costs less than one for
 * each volume, behind a network. */
static GHashTable *
find_present(const Engine *engine, const char *label, GCancellable *cancellable, GError **error)
{
    g_autofree char *filter = g_strconcat("label=", label, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) volumes = NULL;
    GHashTable *names = NULL;

    cdd_service_list_volumes_async(engine->service, (const char *const[]){filter, NULL},
                                   cancellable, await_ready, &done);
    volumes = cdd_service_list_volumes_finish(engine->service, await(&done), error);
    if (volumes == NULL)
        return NULL;
    names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < volumes->len; i++)
        g_hash_table_add(names, g_strdup(((const CddVolume *)volumes->pdata[i])->name));
    return names;
}

static gboolean
create(const Engine *engine,
       const char *name,
       const char *const *labels,
       GCancellable *cancellable,
       GError **error)
{
    const CddVolumeSpec spec = {.name = name, .labels = labels};
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(CddVolume) volume = NULL;

    cdd_service_create_volume_async(engine->service, &spec, cancellable, await_ready, &done);
    volume = cdd_service_create_volume_finish(engine->service, await(&done), error);
    return volume != NULL;
}

gboolean
transfer_volumes_create(const Engine *engine,
                        const GPtrArray *names,
                        const Config *config,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autofree char *user = own_containers_make_user();
    g_autofree char *user_label = g_strconcat(OWN_USER_LABEL, user, NULL);
    g_autofree char *workspace_label = g_strconcat(WORKSPACE_LABEL, config->colcon_repo, NULL);
    const char *const labels[] = {TRANSFER_LABEL, user_label, workspace_label, NULL};
    g_autoptr(GHashTable) present = find_present(engine, workspace_label, cancellable, error);

    if (present == NULL)
        return FALSE;
    for (guint i = 0; i < names->len; i++)
        if (!g_hash_table_contains(present, names->pdata[i]) &&
            !create(engine, names->pdata[i], labels, cancellable, error))
            return FALSE;
    return TRUE;
}
