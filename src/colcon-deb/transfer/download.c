/* SPDX-License-Identifier: Apache-2.0 */
#include "download.h"

#include "../base/program-error.h"
#include "conversation.h"
#include "file-plan.h"
#include "local-tree.h"

enum {
    FILE_MODE = 0644
};

typedef struct {
    Agent *agent;
    const TransferRoot *root;
    LocalTree *tree;
    TransferCount *count; /* NULL for none */
} Download;

/* A file on its way. */
typedef struct {
    LocalFile *file;
    GChecksum *digest;
    TransferCount *count;
    GError *error; /* of this machine's file system */
} Arrival;

static gboolean
take(const void *data, gsize length, gpointer user_data)
{
    Arrival *arrival = user_data;

    g_checksum_update(arrival->digest, data, (gssize)length);
    if (arrival->count != NULL)
        transfer_count_add(arrival->count, length);
    return local_file_write(arrival->file, data, length, &arrival->error);
}

/* Receives a file. @entry: what it must be, or only the path if its digest is unknown. */
static gboolean
receive_as(const Download *self, const FileEntry *entry, guint64 size, GError **error)
{
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    Arrival arrival = {.digest = digest, .count = self->count};
    gboolean known = !g_str_equal(entry->digest, FILE_DIGEST_UNKNOWN);

    arrival.file = local_tree_begin(self->tree, entry->path, error);
    if (arrival.file == NULL)
        return FALSE;
    if (!agent_receive(self->agent, size, take, &arrival, error) || arrival.error != NULL) {
        local_file_abandon(arrival.file);
        if (arrival.error != NULL)
            g_propagate_error(error, arrival.error);
        return FALSE;
    }
    if (!known || g_str_equal(g_checksum_get_string(digest), entry->digest))
        return local_file_finish(arrival.file, entry->mode, entry->mtime, error);
    local_file_abandon(arrival.file);
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "copying %s/%s from the engine: its content is not what was promised; build again",
                self->root->path, entry->path);
    return FALSE;
}

static gboolean
receive_file(Download *self, const FileEntry *entry, GError **error)
{
    g_autoptr(GError) failure = NULL;
    guint64 size = 0;

    if (!conversation_get(self->agent, self->root->kind->name, entry->path, &size, &failure)) {
        if (failure == NULL)
            g_set_error(&failure, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "copying %s/%s from the engine: it has gone", self->root->path,
                        entry->path);
        g_propagate_error(error, g_steal_pointer(&failure));
        return FALSE;
    }
    return receive_as(self, entry, size, error);
}

static gboolean
receive_each(Download *self, const GPtrArray *entries, GError **error)
{
    for (guint i = 0; i < entries->len; i++)
        if (!receive_file(self, entries->pdata[i], error))
            return FALSE;
    return TRUE;
}

/* A file with the same content has that name too, so nothing needs to be sent. @is_here: whether
 * the entries `from` are of this machine. */
static gboolean
link_each(Download *self, const GArray *reuses, gboolean is_here, GError **error)
{
    for (guint i = 0; i < reuses->len; i++) {
        const FileReuse *reuse = &g_array_index(reuses, FileReuse, i);
        gboolean alike =
            reuse->from->mtime == reuse->to->mtime && reuse->from->mode == reuse->to->mode;
        FileEntry from = *reuse->from;

        /* The inode of the copy says nothing of the file here. */
        if (!is_here)
            from.inode = 0;
        if (!(alike && local_tree_link(self->tree, &from, reuse->to->path)) &&
            !receive_file(self, reuse->to, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
set_each(Download *self, const GPtrArray *entries, GError **error)
{
    for (guint i = 0; i < entries->len; i++)
        if (!local_tree_set_attributes(self->tree, entries->pdata[i]) &&
            !receive_file(self, entries->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
make_each(Download *self, const FilePlan *plan, GError **error)
{
    for (guint i = 0; i < plan->links->len; i++)
        if (!local_tree_make_link(self->tree, plan->links->pdata[i], error))
            return FALSE;
    for (guint i = 0; i < plan->folders->len; i++) {
        const FileEntry *entry = plan->folders->pdata[i];

        if (!local_tree_make_directory(self->tree, entry->path, error))
            return FALSE;
    }
    return TRUE;
}

/* By path: what the copy had when the build began. */
static GHashTable *
index_sent(const TransferRoot *root)
{
    GHashTable *entries = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; root->sent != NULL && i < root->sent->entries->len; i++) {
        FileEntry *entry = file_list_get(root->sent, i);

        g_hash_table_insert(entries, (gpointer)entry->path, entry);
    }
    return entries;
}

/* What the container did not get, or what has changed here since, is not for it to remove. */
static gboolean
remove_each(Download *self, const FilePlan *plan, GError **error)
{
    g_autoptr(GHashTable) sent = index_sent(self->root);

    for (guint i = 0; i < plan->removed->len; i++) {
        const FileEntry *entry = plan->removed->pdata[i];
        const FileEntry *before = g_hash_table_lookup(sent, entry->path);

        if (before != NULL && g_str_equal(before->digest, entry->digest) &&
            local_tree_is_same(self->tree, entry) &&
            !local_tree_remove(self->tree, entry->path, error))
            return FALSE;
    }
    return TRUE;
}

/* The user may edit files meanwhile: makes @copy say what is here of each file that has changed
 * here since it was sent. */
static void
prefer_local(const TransferRoot *root, const FileList *here, FileList *copy)
{
    const TransferRoot present = {.sent = (FileList *)here};
    g_autoptr(GHashTable) now = index_sent(&present);
    g_autoptr(GHashTable) before = index_sent(root);
    guint kept = 0;

    for (guint i = 0; i < copy->entries->len; i++) {
        const FileEntry *entry = file_list_get(copy, i);
        const FileEntry *local = g_hash_table_lookup(now, entry->path);
        const FileEntry *sent = g_hash_table_lookup(before, entry->path);
        gboolean same =
            local == NULL ? sent == NULL : sent != NULL && g_str_equal(sent->digest, local->digest);

        if (same || local != NULL)
            *file_list_get(copy, kept++) = same ? *entry : *local;
    }
    g_array_set_size(copy->entries, kept);
}

static gboolean
carry_out(Download *self, const FileList *here, const FileList *copy, GError **error)
{
    g_autoptr(FilePlan) plan = file_plan_new(copy, here, self->root->kind->mask);

    if (file_plan_is_empty(plan))
        return TRUE;
    transfer_count_begin(self->count, plan->sent->len, plan->size);
    self->tree = local_tree_open(self->root->path, error);
    return self->tree != NULL && link_each(self, plan->kept, TRUE, error) &&
           remove_each(self, plan, error) && receive_each(self, plan->sent, error) &&
           set_each(self, plan->attributes, error) && make_each(self, plan, error) &&
           link_each(self, plan->repeated, FALSE, error);
}

gboolean
download(Agent *agent,
         const TransferRoot *root,
         const char *output,
         GCancellable *cancellable,
         TransferCount *count,
         GError **error)
{
    g_autoptr(FileList) here = transfer_root_list(root, output, cancellable, error);
    g_autoptr(FileList) copy =
        here != NULL ? conversation_list(agent, root->kind->name, root->kind->mask, "-", error)
                     : NULL;
    Download self = {.agent = agent, .root = root, .count = count};
    gboolean good = FALSE;

    if (copy == NULL)
        return FALSE;
    transfer_root_filter(root, here, transfer_root_receives);
    transfer_root_filter(root, copy, transfer_root_receives);
    if (root->kind->holds_edits)
        prefer_local(root, here, copy);
    good = carry_out(&self, here, copy, error);
    g_clear_pointer(&self.tree, local_tree_free);
    return good;
}

gboolean
download_file(Agent *agent, const TransferRoot *root, const char *path, GError **error)
{
    const FileEntry entry = {
        .kind = FILE_REGULAR,
        .mode = FILE_MODE,
        .mtime = g_get_real_time() * 1000,
        .digest = FILE_DIGEST_UNKNOWN,
        .path = path,
    };
    g_autoptr(LocalTree) tree = local_tree_open(root->path, error);
    const Download self = {.agent = agent, .root = root, .tree = tree};
    g_autoptr(GError) failure = NULL;
    guint64 size = 0;

    if (tree == NULL)
        return FALSE;
    if (conversation_get(agent, root->kind->name, path, &size, &failure))
        return receive_as(&self, &entry, size, error);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&failure));
    return FALSE;
}
