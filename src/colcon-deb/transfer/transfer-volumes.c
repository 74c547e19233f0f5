/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer-volumes.h"

#include "../base/await.h"
#include "../base/digest.h"
#include "../image/own-containers.h"
#include "../image/own-volumes.h"

/* Tells a volume from one that had its name before. */
#define MARK_LABEL "colcon-deb.made="

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

static char *
get_mark(const CddVolume *volume)
{
    const char *mark = own_containers_find_label(volume->labels, MARK_LABEL);

    return g_strdup(mark != NULL ? mark : "");
}

/* The volumes that the engine has with @label, and their marks ("" for none). One request costs
 * less than one for each volume, behind a network. */
static GHashTable *
find_present(const Engine *engine, const char *label, GCancellable *cancellable, GError **error)
{
    g_autofree char *filter = g_strconcat("label=", label, NULL);
    g_autoptr(GAsyncResult) done = NULL;
    g_autoptr(GPtrArray) volumes = NULL;
    GHashTable *marks = NULL;

    cdd_service_list_volumes_async(engine->service, (const char *const[]){filter, NULL},
                                   cancellable, await_ready, &done);
    volumes = cdd_service_list_volumes_finish(engine->service, await(&done), error);
    if (volumes == NULL)
        return NULL;
    marks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < volumes->len; i++) {
        const CddVolume *volume = volumes->pdata[i];

        g_hash_table_insert(marks, g_strdup(volume->name), get_mark(volume));
    }
    return marks;
}

/* Returns the volume's mark. That of another run if it was faster. */
static char *
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
    return volume != NULL ? get_mark(volume) : NULL;
}

char *
transfer_volumes_create(const Engine *engine,
                        const GPtrArray *names,
                        const Config *config,
                        GCancellable *cancellable,
                        GError **error)
{
    g_autofree char *user = own_containers_make_user();
    g_autofree char *user_label = g_strconcat(OWN_USER_LABEL, user, NULL);
    g_autofree char *workspace_label = g_strconcat(WORKSPACE_LABEL, config->colcon_repo, NULL);
    g_autofree char *unique = g_uuid_string_random();
    g_autofree char *mark_label = g_strconcat(MARK_LABEL, unique, NULL);
    const char *const labels[] = {TRANSFER_LABEL, user_label, workspace_label, mark_label, NULL};
    g_autoptr(GHashTable) present = find_present(engine, workspace_label, cancellable, error);
    g_autoptr(GChecksum) identity = g_checksum_new(G_CHECKSUM_SHA256);

    if (present == NULL)
        return NULL;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *mark = g_strdup(g_hash_table_lookup(present, names->pdata[i]));

        if (mark == NULL)
            mark = create(engine, names->pdata[i], labels, cancellable, error);
        if (mark == NULL)
            return NULL;
        digest_add_framed(identity, names->pdata[i]);
        digest_add_framed(identity, mark);
    }
    return g_strdup(g_checksum_get_string(identity));
}
