/* SPDX-License-Identifier: Apache-2.0 */
#include "transfer.h"

#include "../image/own-containers.h"
#include "conversation.h"
#include "download.h"
#include "engine-view.h"
#include "transfer-root.h"
#include "transfer-volumes.h"
#include "upload.h"

#include <string.h>

/* The volume with what the agent keeps for the next one. */
static const char state_name[] = "state";

struct Transfer {
    TransferSetup setup;
    TransferCount count;
    char *prefix;   /* of the volumes' names */
    char *identity; /* of the volumes */
    GArray *roots;  /* TransferRoot */
    Agent *agent;
};

gboolean
transfer_is_needed(const TransferSetup *setup, gboolean *needed, GError **error)
{
    const Config *config = setup->config;
    g_autofree char *why = NULL;
    g_autofree char *message = NULL;
    gboolean sees = TRUE;

    *needed = g_strcmp0(config->transfer, "copy") == 0;
    /* A service of Podman that was started for this run is on this machine. */
    if (*needed || g_strcmp0(config->transfer, "bind") == 0 || setup->engine->podman != NULL)
        return TRUE;
    if (!engine_view_check(setup->engine, setup->spec, setup->is_build ? config->output_dir : NULL,
                           &sees, &why, setup->cancellable, error))
        return FALSE;
    *needed = !sees;
    if (!sees) {
        message = g_strdup_printf("%s: files are copied to it and back", why);
        setup->say("info", message, setup->user_data);
    }
    return TRUE;
}

static void
clear_root(gpointer data)
{
    g_clear_pointer(&((TransferRoot *)data)->sent, file_list_free);
}

static GArray *
find_roots(const CddContainerSpec *spec)
{
    GArray *roots = g_array_new(FALSE, FALSE, sizeof(TransferRoot));

    g_array_set_clear_func(roots, clear_root);
    for (gsize i = 0; i < spec->n_volumes; i++) {
        const CddVolumeMount *volume = &spec->volumes[i];
        TransferRoot root = {.kind = transfer_root_find_kind(volume->container_path),
                             .path = volume->host_path};

        if (volume->host_path != NULL && root.kind != NULL)
            g_array_append_val(roots, root);
    }
    return roots;
}

static TransferRoot *
get_root(const Transfer *transfer, guint index)
{
    return &g_array_index(transfer->roots, TransferRoot, index);
}

static char *
make_name(const Transfer *transfer, const char *root)
{
    return g_strconcat(transfer->prefix, root, NULL);
}

static gboolean
create_volumes(Transfer *transfer, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < transfer->roots->len; i++)
        g_ptr_array_add(names, make_name(transfer, get_root(transfer, i)->kind->name));
    g_ptr_array_add(names, make_name(transfer, state_name));
    transfer->identity = transfer_volumes_create(
        transfer->setup.engine, names, transfer->setup.config, transfer->setup.cancellable, error);
    return transfer->identity != NULL;
}

static void
on_busy(gpointer user_data)
{
    const Transfer *transfer = user_data;

    transfer->setup.say("info",
                        "another run uses the copies of this workspace on the engine; waiting for "
                        "its end",
                        transfer->setup.user_data);
}

/* The volumes as the agent has them. The strings are in @strings. */
static GArray *
mount_for_agent(const Transfer *transfer, GPtrArray *strings, GPtrArray *names)
{
    GArray *volumes = g_array_new(FALSE, FALSE, sizeof(CddVolumeMount));

    for (guint i = 0; i < transfer->roots->len; i++)
        g_ptr_array_add(names, (gpointer)get_root(transfer, i)->kind->name);
    for (guint i = 0; i <= names->len; i++) {
        const char *root = i < names->len ? names->pdata[i] : state_name;
        CddVolumeMount volume = {.container_path = g_strconcat("/transfer/", root, NULL),
                                 .volume = make_name(transfer, root)};

        g_ptr_array_add(strings, (gpointer)volume.container_path);
        g_ptr_array_add(strings, (gpointer)volume.volume);
        g_array_append_val(volumes, volume);
    }
    g_ptr_array_add(names, NULL);
    return volumes;
}

static Agent *
start_agent(Transfer *transfer, GError **error)
{
    const TransferSetup *setup = &transfer->setup;
    const CddUserSetup user = cdd_user_setup_from_current_user(setup->engine->info->rootless);
    g_autoptr(GPtrArray) strings = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GArray) volumes = mount_for_agent(transfer, strings, names);

    return agent_start(&(AgentSetup){.engine = setup->engine,
                                     .volumes = (const CddVolumeMount *)(gpointer)volumes->data,
                                     .n_volumes = volumes->len,
                                     .roots = (const char *const *)names->pdata,
                                     .uid = user.host_uid,
                                     .gid = user.host_gid,
                                     .on_busy = on_busy,
                                     .user_data = transfer},
                       setup->cancellable, error);
}

static const char *
get_records(const Transfer *transfer)
{
    return transfer->setup.config->output_dir;
}

static DownloadSetup
get_download_setup(Transfer *transfer, GCancellable *cancellable)
{
    return (DownloadSetup){.agent = transfer->agent,
                           .output = get_records(transfer),
                           .cancellable = cancellable,
                           .count = &transfer->count,
                           .say = transfer->setup.say,
                           .user_data = transfer->setup.user_data};
}

/* A run that was killed, or that lost its connection, has left results in the copy. */
static gboolean
recover_root(Transfer *transfer, TransferRoot *root, GError **error)
{
    const DownloadSetup setup = get_download_setup(transfer, transfer->setup.cancellable);
    GError *failure = NULL;

    g_clear_pointer(&root->sent, file_list_free);
    root->sent = conversation_get_mark(transfer->agent, root->kind->name, &failure);
    if (failure != NULL) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    return root->sent == NULL || download_left(&setup, root, error);
}

/* Before anything is sent, since that would replace it. */
static gboolean
recover(Transfer *transfer, GError **error)
{
    for (guint i = 0; i < transfer->roots->len; i++) {
        TransferRoot *root = get_root(transfer, i);

        if (root->kind->comes_back && !recover_root(transfer, root, error))
            return FALSE;
    }
    if (transfer->count.files > 0)
        transfer->setup.say("info", "brought back what an interrupted build had left on the engine",
                            transfer->setup.user_data);
    transfer->count.files = 0;
    return TRUE;
}

static gboolean
send_root(Transfer *transfer, TransferRoot *root, GError **error)
{
    const TransferSetup *setup = &transfer->setup;
    const UploadSetup upload_setup = {
        .agent = transfer->agent,
        .output = get_records(transfer),
        .cancellable = setup->cancellable,
        .count = &transfer->count,
        .say = setup->say,
        .user_data = setup->user_data,
    };

    return upload(&upload_setup, root, error) &&
           (!root->kind->comes_back || conversation_mark(transfer->agent, root->kind->name, error));
}

static gboolean
send_all(Transfer *transfer, GError **error)
{
    g_autofree char *size = NULL;
    g_autofree char *message = NULL;
    guint files = 0;

    for (guint i = 0; i < transfer->roots->len; i++)
        if (!send_root(transfer, get_root(transfer, i), error))
            return FALSE;
    if (!agent_flush(transfer->agent, error))
        return FALSE;
    files = transfer->count.files;
    size = g_format_size(agent_get_sent(transfer->agent));
    message = g_strdup_printf("sent %s to the engine: %u changed file%s", size, files,
                              files == 1 ? "" : "s");
    transfer->setup.say("info", message, transfer->setup.user_data);
    return TRUE;
}

Transfer *
transfer_begin(const TransferSetup *setup,
               TransferProgress on_progress,
               gpointer progress_data,
               GError **error)
{
    g_autoptr(Transfer) transfer = g_new0(Transfer, 1);
    g_autofree char *machine = transfer_volumes_read_machine();
    g_autofree char *user = own_containers_make_user();

    transfer->setup = *setup;
    transfer->count.on_progress = on_progress;
    transfer->count.user_data = progress_data;
    transfer->prefix = transfer_volumes_make_prefix(machine, user, setup->config);
    transfer->roots = find_roots(setup->spec);
    if (!create_volumes(transfer, error))
        return NULL;
    transfer->agent = start_agent(transfer, error);
    if (transfer->agent == NULL || !recover(transfer, error) || !send_all(transfer, error))
        return NULL;
    return g_steal_pointer(&transfer);
}

CddContainerSpec *
transfer_redirect(const Transfer *transfer)
{
    CddContainerSpec spec = *transfer->setup.spec;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autofree CddVolumeMount *volumes =
        g_memdup2(spec.volumes, spec.n_volumes * sizeof *spec.volumes);

    for (gsize i = 0; i < spec.n_volumes; i++) {
        const TransferRootKind *kind = transfer_root_find_kind(volumes[i].container_path);

        if (volumes[i].host_path == NULL || kind == NULL)
            continue;
        volumes[i].host_path = NULL;
        volumes[i].volume = make_name(transfer, kind->name);
        g_ptr_array_add(names, (gpointer)volumes[i].volume);
    }
    spec.volumes = volumes;
    return cdd_container_spec_copy(&spec);
}

const char *
transfer_get_identity(const Transfer *transfer)
{
    return transfer->identity;
}

/* The path of @path in the output's root, which is the directory of the repository. */
static char *
in_root(const Transfer *transfer, const TransferRoot *output, const char *path)
{
    const char *directory = transfer->setup.config->output_dir;
    const char *below =
        g_str_has_prefix(directory, output->path) ? directory + strlen(output->path) : "";

    while (*below == '/')
        below++;
    return *below != '\0' ? g_strconcat(below, "/", path, NULL) : g_strdup(path);
}

gboolean
transfer_fetch(Transfer *transfer, const char *path, GCancellable *cancellable, GError **error)
{
    agent_set_cancellable(transfer->agent, cancellable);
    for (guint i = 0; i < transfer->roots->len; i++) {
        const TransferRoot *root = get_root(transfer, i);
        g_autofree char *below =
            transfer_root_is_output(root->kind) ? in_root(transfer, root, path) : NULL;

        if (below != NULL && transfer_root_receives(root->kind, below))
            return download_file(transfer->agent, root, below, error);
    }
    return TRUE;
}

gboolean
transfer_end(Transfer *transfer, GCancellable *cancellable, GError **error)
{
    const DownloadSetup setup = get_download_setup(transfer, cancellable);

    agent_set_cancellable(transfer->agent, cancellable);
    for (guint i = 0; i < transfer->roots->len; i++) {
        const TransferRoot *root = get_root(transfer, i);

        if (root->kind->comes_back && !download(&setup, root, error))
            return FALSE;
    }
    for (guint i = 0; i < transfer->roots->len; i++) {
        const TransferRootKind *kind = get_root(transfer, i)->kind;

        if (kind->comes_back && !conversation_unmark(transfer->agent, kind->name, error))
            return FALSE;
    }
    if (!agent_flush(transfer->agent, error))
        return FALSE;
    agent_close(transfer->agent);
    return TRUE;
}

void
transfer_free(Transfer *transfer)
{
    if (transfer == NULL)
        return;
    agent_stop(transfer->agent);
    g_array_unref(transfer->roots);
    g_free(transfer->identity);
    g_free(transfer->prefix);
    g_free(transfer);
}
