/* SPDX-License-Identifier: Apache-2.0 */
#include "download.h"

#include "../base/program-error.h"
#include "conversation.h"
#include "file-plan.h"
#include "local-tree.h"

#include <string.h>

enum {
    FILE_MODE = 0644,
    WINDOW = 32, /* files that are asked for ahead, so that the network's delay counts once */
};

/* A repository must not have its name before it is whole: see repository/repository.c. */
static const char repository[] = ".apt.new";
static const char unfinished_repository[] = ".apt.receiving";

typedef struct {
    const DownloadSetup *setup;
    Agent *agent;
    const TransferRoot *root;
    LocalTree *tree;
    TransferCount *count; /* NULL for none */
    GHashTable *sent;     /* by path: FileEntry of what the copy had before the build */
} Download;

/* A file on its way. */
typedef struct {
    LocalFile *file; /* NULL to drop it */
    GChecksum *digest;
    TransferCount *count;
    GError *error; /* of this machine's file system */
} Arrival;

static gboolean
take(const void *data, gsize length, gpointer user_data)
{
    Arrival *arrival = user_data;

    if (arrival->file == NULL)
        return FALSE;
    g_checksum_update(arrival->digest, data, (gssize)length);
    if (arrival->count != NULL)
        transfer_count_add(arrival->count, length);
    return local_file_write(arrival->file, data, length, &arrival->error);
}

static gboolean
finish(const Download *self, Arrival *arrival, const FileEntry *entry, GError **error)
{
    gboolean known = !g_str_equal(entry->digest, FILE_DIGEST_UNKNOWN);

    if (arrival->error == NULL &&
        (!known || g_str_equal(g_checksum_get_string(arrival->digest), entry->digest)))
        return local_file_finish(arrival->file, entry->mode, entry->mtime, error);
    local_file_abandon(arrival->file);
    if (arrival->error != NULL)
        g_propagate_error(error, arrival->error);
    else
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "copying %s/%s from the engine: its content is not what was promised; build "
                    "again",
                    self->root->path, entry->path);
    return FALSE;
}

/* Receives a file. @entry: what it must be, or only the path if its digest is unknown. */
static gboolean
receive_as(const Download *self, const FileEntry *entry, guint64 size, GError **error)
{
    g_autoptr(GChecksum) digest = g_checksum_new(G_CHECKSUM_SHA256);
    Arrival arrival = {.digest = digest, .count = self->count};

    arrival.file = local_tree_begin(self->tree, entry->path, error);
    if (!agent_receive(self->agent, size, take, &arrival, arrival.file != NULL ? error : NULL)) {
        if (arrival.file != NULL)
            local_file_abandon(arrival.file);
        g_clear_error(&arrival.error);
        return FALSE;
    }
    return arrival.file != NULL && finish(self, &arrival, entry, error);
}

/* Whether the entry may be left as it is here: the user's has its name. Consumes @failure. */
static gboolean
spare(const Download *self, const FileEntry *entry, GError *failure, GError **error)
{
    g_autofree char *message = NULL;

    if (!g_error_matches(failure, G_IO_ERROR, G_IO_ERROR_EXISTS)) {
        g_propagate_error(error, failure);
        return FALSE;
    }
    message = g_strdup_printf("%s/%s does not come back from the engine: %s", self->root->path,
                              entry->path, failure->message);
    self->setup->say("warning", message, self->setup->user_data);
    g_error_free(failure);
    return TRUE;
}

/* The path of the entry in the copy. */
static char *
make_remote_path(const char *path)
{
    gsize length = strlen(unfinished_repository);

    if (g_str_has_prefix(path, unfinished_repository) && path[length] == '/')
        return g_strconcat(repository, path + length, NULL);
    return g_strdup(path);
}

static gboolean
ask(const Download *self, const FileEntry *entry, GError **error)
{
    g_autofree char *path = make_remote_path(entry->path);

    return conversation_ask(self->agent, self->root->kind->name, path, error);
}

/* Receives a file that was asked for. */
static gboolean
receive(const Download *self, const FileEntry *entry, GError **error)
{
    GError *failure = NULL;
    guint64 size = 0;

    if (!conversation_receive(self->agent, &size, &failure)) {
        if (failure == NULL)
            g_set_error(&failure, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                        "copying %s/%s from the engine: it has gone", self->root->path,
                        entry->path);
        g_propagate_error(error, failure);
        return FALSE;
    }
    return receive_as(self, entry, size, &failure) || spare(self, entry, failure, error);
}

static gboolean
receive_one(const Download *self, const FileEntry *entry, GError **error)
{
    return ask(self, entry, error) && receive(self, entry, error);
}

static gboolean
receive_each(const Download *self, const GPtrArray *entries, GError **error)
{
    guint asked = 0;

    for (guint i = 0; i < entries->len; i++) {
        for (; asked < entries->len && asked < i + WINDOW; asked++)
            if (!ask(self, entries->pdata[asked], error))
                return FALSE;
        if (!receive(self, entries->pdata[i], error))
            return FALSE;
    }
    return TRUE;
}

/* Packages are replaced and never written to, so two names of one file are safe. */
static gboolean
may_share(const FileReuse *reuse)
{
    return g_str_has_suffix(reuse->from->path, ".deb") &&
           g_str_has_suffix(reuse->to->path, ".deb") && reuse->from->mtime == reuse->to->mtime &&
           reuse->from->mode == reuse->to->mode;
}

/* @is_here: whether the entries `from` are of this machine. */
static gboolean
link_each(const Download *self, const GArray *reuses, gboolean is_here, GError **error)
{
    g_autoptr(GPtrArray) others = g_ptr_array_new();

    for (guint i = 0; i < reuses->len; i++) {
        const FileReuse *reuse = &g_array_index(reuses, FileReuse, i);
        FileEntry from = *reuse->from;

        /* The inode of the copy says nothing of the file here. */
        if (!is_here)
            from.inode = 0;
        if (!may_share(reuse) || !local_tree_link(self->tree, &from, reuse->to->path))
            g_ptr_array_add(others, (gpointer)reuse->to);
    }
    return receive_each(self, others, error);
}

static gboolean
set_each(const Download *self, const GPtrArray *entries, GError **error)
{
    for (guint i = 0; i < entries->len; i++)
        if (!local_tree_set_attributes(self->tree, entries->pdata[i]) &&
            !receive_one(self, entries->pdata[i], error))
            return FALSE;
    return TRUE;
}

static gboolean
make_each(const Download *self, const FilePlan *plan, GError **error)
{
    for (guint i = 0; i < plan->links->len; i++) {
        GError *failure = NULL;

        if (!local_tree_make_link(self->tree, plan->links->pdata[i], &failure) &&
            !spare(self, plan->links->pdata[i], failure, error))
            return FALSE;
    }
    for (guint i = 0; i < plan->folders->len; i++) {
        const FileEntry *entry = plan->folders->pdata[i];
        GError *failure = NULL;

        if (!local_tree_make_directory(self->tree, entry->path, &failure) &&
            !spare(self, entry, failure, error))
            return FALSE;
    }
    return TRUE;
}

/* By path. */
static GHashTable *
index_list(const FileList *list)
{
    GHashTable *entries = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; list != NULL && i < list->entries->len; i++)
        g_hash_table_insert(entries, (gpointer)file_list_get(list, i)->path,
                            file_list_get(list, i));
    return entries;
}

static gboolean
is_same(const FileEntry *a, const FileEntry *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    return a->kind == b->kind && g_str_equal(a->digest, b->digest) && a->mode == b->mode &&
           a->mtime == b->mtime;
}

/* What the container did not get, or what has changed here since, is not for it to remove. */
static gboolean
may_remove(const Download *self, const FileEntry *entry)
{
    const FileEntry *before = g_hash_table_lookup(self->sent, entry->path);

    return transfer_root_receives(self->root->kind, entry->path) &&
           !g_str_equal(entry->digest, FILE_DIGEST_UNKNOWN) && is_same(entry, before) &&
           local_tree_is_same(self->tree, entry);
}

/* The paths that get a file or a link, with TRUE, and the directories above these, with FALSE. */
static void
note_arrival(GHashTable *arrivals, const char *path)
{
    g_autofree char *above = g_path_get_dirname(path);

    g_hash_table_insert(arrivals, g_strdup(path), GINT_TO_POINTER(TRUE));
    while (!g_str_equal(above, ".") && !g_hash_table_contains(arrivals, above)) {
        char *next = g_path_get_dirname(above);

        g_hash_table_insert(arrivals, above, GINT_TO_POINTER(FALSE));
        above = next;
    }
}

static void
note_arrivals(GHashTable *arrivals, const GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++)
        note_arrival(arrivals, ((const FileEntry *)entries->pdata[i])->path);
}

static void
note_reuses(GHashTable *arrivals, const GArray *reuses)
{
    for (guint i = 0; i < reuses->len; i++)
        note_arrival(arrivals, g_array_index(reuses, FileReuse, i).to->path);
}

static GHashTable *
find_arrivals(const FilePlan *plan)
{
    GHashTable *arrivals = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    note_arrivals(arrivals, plan->sent);
    note_arrivals(arrivals, plan->links);
    note_arrivals(arrivals, plan->folders);
    note_reuses(arrivals, plan->kept);
    note_reuses(arrivals, plan->repeated);
    return arrivals;
}

/* Whether @path has the name of a directory that is needed, or is below the name of a file. */
static gboolean
is_in_the_way(GHashTable *arrivals, const char *path)
{
    g_autofree char *above = g_path_get_dirname(path);

    if (g_hash_table_contains(arrivals, path))
        return TRUE;
    while (!g_str_equal(above, ".")) {
        char *next = NULL;

        if (g_hash_table_lookup(arrivals, above) != NULL)
            return TRUE;
        next = g_path_get_dirname(above);
        g_free(above);
        above = next;
    }
    return FALSE;
}

/* @first: only what is in the way of something that arrives; else the rest. */
static gboolean
remove_each(const Download *self, const FilePlan *plan, gboolean first, GError **error)
{
    g_autoptr(GHashTable) arrivals = find_arrivals(plan);

    for (guint i = 0; i < plan->removed->len; i++) {
        const FileEntry *entry = plan->removed->pdata[i];

        if (is_in_the_way(arrivals, entry->path) == first && may_remove(self, entry) &&
            !local_tree_remove(self->tree, entry->path, error))
            return FALSE;
    }
    return TRUE;
}

/* Moves the records of builds from @entries to the result. */
static GPtrArray *
take_records(const TransferRoot *root, GPtrArray *entries)
{
    GPtrArray *records = g_ptr_array_new();

    for (guint i = entries->len; i-- > 0;)
        if (transfer_root_is_record(root->kind, ((FileEntry *)entries->pdata[i])->path))
            g_ptr_array_add(records, g_ptr_array_remove_index(entries, i));
    return records;
}

/* A repository that has come completely gets its name. */
static gboolean
finish_repository(const Download *self, GError **error)
{
    g_autoptr(Folder) folder = folder_open(self->root->path, error);

    if (folder == NULL)
        return FALSE;
    return !folder_has_directory(folder, unfinished_repository) ||
           (folder_clear(folder, repository, error) &&
            folder_rename(folder, unfinished_repository, repository, error));
}

static gboolean
carry_out(const Download *self, FilePlan *plan, GError **error)
{
    g_autoptr(GPtrArray) records = take_records(self->root, plan->sent);

    transfer_count_begin(self->count, plan->sent->len + records->len, plan->size);
    return remove_each(self, plan, TRUE, error) && link_each(self, plan->kept, TRUE, error) &&
           receive_each(self, plan->sent, error) && set_each(self, plan->attributes, error) &&
           make_each(self, plan, error) && link_each(self, plan->repeated, FALSE, error) &&
           finish_repository(self, error) && receive_each(self, records, error) &&
           remove_each(self, plan, FALSE, error);
}

/* The user may edit files meanwhile: makes @copy say what is here of each file that has changed
 * here since it was sent, or that cannot be read. */
static void
prefer_local(const Download *self, const FileList *here, FileList *copy)
{
    g_autoptr(GHashTable) now = index_list(here);
    guint kept = 0;

    for (guint i = 0; i < copy->entries->len; i++) {
        const FileEntry *entry = file_list_get(copy, i);
        const FileEntry *local = g_hash_table_lookup(now, entry->path);
        const FileEntry *sent = g_hash_table_lookup(self->sent, entry->path);
        gboolean changed = !is_same(local, sent) ||
                           (local != NULL && g_str_equal(local->digest, FILE_DIGEST_UNKNOWN));

        if (!changed || local != NULL)
            *file_list_get(copy, kept++) = changed ? *local : *entry;
    }
    g_array_set_size(copy->entries, kept);
}

static gboolean
is_in_repository(const char *path)
{
    return g_str_has_prefix(path, repository) && path[strlen(repository)] == '/';
}

/* That is replaced as a whole: see finish_repository(). */
static void
drop_repository(FileList *here)
{
    guint kept = 0;

    for (guint i = 0; i < here->entries->len; i++)
        if (!is_in_repository(file_list_get(here, i)->path))
            *file_list_get(here, kept++) = *file_list_get(here, i);
    g_array_set_size(here->entries, kept);
}

/* The repository arrives under another name. */
static void
rename_repository(FileList *copy)
{
    gsize length = strlen(repository);

    for (guint i = 0; i < copy->entries->len; i++) {
        FileEntry *entry = file_list_get(copy, i);

        if (is_in_repository(entry->path)) {
            g_autofree char *path = g_strconcat(unfinished_repository, entry->path + length, NULL);

            entry->path = g_string_chunk_insert(copy->strings, path);
        }
    }
    file_list_sort(copy);
}

/* Whether a build has written to the directory since it was sent: then the records here are neither
 * those that were sent nor those of the copy. */
static gboolean
is_built_since(const Download *self, const FileList *here, const FileList *copy)
{
    g_autoptr(GHashTable) now = index_list(here);
    g_autoptr(GHashTable) there = index_list(copy);
    g_autoptr(GHashTable) paths = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer path = NULL;

    g_hash_table_iter_init(&iter, self->sent);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        g_hash_table_add(paths, path);
    g_hash_table_iter_init(&iter, now);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        g_hash_table_add(paths, path);
    g_hash_table_iter_init(&iter, paths);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        const FileEntry *local = g_hash_table_lookup(now, path);

        if (transfer_root_is_record(self->root->kind, path) &&
            !is_same(local, g_hash_table_lookup(self->sent, path)) &&
            !is_same(local, g_hash_table_lookup(there, path)))
            return TRUE;
    }
    return FALSE;
}

static gboolean
compare_and_carry_out(Download *self, FileList *here, FileList *copy, GError **error)
{
    g_autoptr(FilePlan) plan = NULL;
    gboolean good = FALSE;

    if (self->root->kind->holds_edits)
        prefer_local(self, here, copy);
    drop_repository(here);
    rename_repository(copy);
    plan = file_plan_new(copy, here, self->root->kind->mask);
    self->tree = local_tree_open(self->root->path, error);
    if (self->tree == NULL || !local_tree_discard(self->tree, unfinished_repository, error))
        return FALSE;
    good = carry_out(self, plan, error);
    g_clear_pointer(&self->tree, local_tree_free);
    return good;
}

static gboolean
run(const DownloadSetup *setup, const TransferRoot *root, gboolean is_left, GError **error)
{
    g_autoptr(FileList) here = transfer_root_list(root, setup->output, setup->cancellable, error);
    g_autoptr(FileList) copy = here != NULL ? conversation_list(setup->agent, root->kind->name,
                                                                root->kind->mask, "-", error)
                                            : NULL;
    g_autoptr(GHashTable) sent = index_list(root->sent);
    Download self = {
        .setup = setup, .agent = setup->agent, .root = root, .count = setup->count, .sent = sent};

    if (copy == NULL)
        return FALSE;
    transfer_root_filter(root, copy, transfer_root_receives);
    return (is_left && is_built_since(&self, here, copy)) ||
           compare_and_carry_out(&self, here, copy, error);
}

gboolean
download(const DownloadSetup *setup, const TransferRoot *root, GError **error)
{
    return run(setup, root, FALSE, error);
}

gboolean
download_left(const DownloadSetup *setup, const TransferRoot *root, GError **error)
{
    return run(setup, root, TRUE, error);
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
    GError *failure = NULL;
    guint64 size = 0;

    if (tree == NULL || !conversation_ask(agent, root->kind->name, path, error))
        return FALSE;
    if (conversation_receive(agent, &size, &failure))
        return receive_as(&self, &entry, size, error);
    if (failure == NULL)
        return TRUE;
    g_propagate_error(error, failure);
    return FALSE;
}
