/* SPDX-License-Identifier: Apache-2.0 */
#include "file-plan.h"

#include <string.h>

static gboolean
counts(const FileEntry *entry)
{
    return entry->kind == FILE_REGULAR || entry->kind == FILE_LINK || entry->kind == FILE_DIRECTORY;
}

static gboolean
is_read(const FileEntry *entry)
{
    return !g_str_equal(entry->digest, FILE_DIGEST_UNKNOWN);
}

/* By digest: the regular files of a list. */
static GHashTable *
index_contents(const FileList *list)
{
    GHashTable *contents = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; i < list->entries->len; i++) {
        FileEntry *entry = file_list_get(list, i);

        if (entry->kind == FILE_REGULAR && is_read(entry))
            g_hash_table_insert(contents, entry->digest, entry);
    }
    return contents;
}

typedef struct {
    FilePlan *plan;
    GHashTable *contents; /* of the copy */
    GHashTable *sent;     /* what the plan sends */
    guint mask;
} Planning;

static void
add_reuse(GArray *reuses, const FileEntry *from, const FileEntry *to)
{
    FileReuse reuse = {from, to};

    g_array_append_val(reuses, reuse);
}

static void
plan_content(Planning *planning, FileEntry *wanted)
{
    FilePlan *plan = planning->plan;
    const FileEntry *there = g_hash_table_lookup(planning->contents, wanted->digest);
    const FileEntry *sent = g_hash_table_lookup(planning->sent, wanted->digest);

    if (there != NULL) {
        add_reuse(plan->kept, there, wanted);
    } else if (sent != NULL) {
        add_reuse(plan->repeated, sent, wanted);
    } else {
        g_ptr_array_add(plan->sent, wanted);
        g_hash_table_insert(planning->sent, wanted->digest, wanted);
        plan->size += wanted->size;
    }
}

/* @there: the entry of that path in the copy; NULL for none. */
static void
plan_entry(Planning *planning, FileEntry *wanted, const FileEntry *there)
{
    FilePlan *plan = planning->plan;
    gboolean same =
        there != NULL && there->kind == wanted->kind && g_str_equal(there->digest, wanted->digest);

    if (wanted->kind == FILE_LINK) {
        if (!same || wanted->mtime != there->mtime)
            g_ptr_array_add(plan->links, wanted);
    } else if (!is_read(wanted)) {
        g_ptr_array_add(plan->unreadable, wanted);
        /* Better none than an old one. */
        if (there != NULL)
            g_ptr_array_add(plan->removed, (gpointer)there);
    } else if (wanted->kind == FILE_DIRECTORY) {
        if (!same)
            g_ptr_array_add(plan->folders, wanted);
    } else if (!same) {
        plan_content(planning, wanted);
    } else if (((wanted->mode ^ there->mode) & planning->mask) != 0 ||
               wanted->mtime != there->mtime) {
        g_ptr_array_add(plan->attributes, wanted);
    }
}

static void
plan_removal(FilePlan *plan, FileEntry *entry)
{
    if (counts(entry))
        g_ptr_array_add(plan->removed, entry);
}

/* Both lists are sorted. */
static void
compare(Planning *planning, const FileList *wanted, const FileList *present)
{
    guint k = 0;

    for (guint i = 0; i < wanted->entries->len; i++) {
        FileEntry *entry = file_list_get(wanted, i);
        int order = 1;

        if (!counts(entry))
            continue;
        while (k < present->entries->len &&
               (order = strcmp(file_list_get(present, k)->path, entry->path)) < 0)
            plan_removal(planning->plan, file_list_get(present, k++));
        plan_entry(planning, entry,
                   k < present->entries->len && order == 0 ? file_list_get(present, k++) : NULL);
    }
    while (k < present->entries->len)
        plan_removal(planning->plan, file_list_get(present, k++));
}

FilePlan *
file_plan_new(const FileList *wanted, const FileList *present, guint mask)
{
    g_autoptr(GHashTable) contents = index_contents(present);
    g_autoptr(GHashTable) sent = g_hash_table_new(g_str_hash, g_str_equal);
    FilePlan *plan = g_new0(FilePlan, 1);

    plan->kept = g_array_new(FALSE, FALSE, sizeof(FileReuse));
    plan->removed = g_ptr_array_new();
    plan->sent = g_ptr_array_new();
    plan->attributes = g_ptr_array_new();
    plan->links = g_ptr_array_new();
    plan->folders = g_ptr_array_new();
    plan->repeated = g_array_new(FALSE, FALSE, sizeof(FileReuse));
    plan->unreadable = g_ptr_array_new();
    compare(&(Planning){.plan = plan, .contents = contents, .sent = sent, .mask = mask}, wanted,
            present);
    return plan;
}

void
file_plan_free(FilePlan *plan)
{
    if (plan == NULL)
        return;
    g_array_unref(plan->kept);
    g_ptr_array_unref(plan->removed);
    g_ptr_array_unref(plan->sent);
    g_ptr_array_unref(plan->attributes);
    g_ptr_array_unref(plan->links);
    g_ptr_array_unref(plan->folders);
    g_array_unref(plan->repeated);
    g_ptr_array_unref(plan->unreadable);
    g_free(plan);
}

gboolean
file_plan_is_empty(const FilePlan *plan)
{
    return plan->kept->len == 0 && plan->removed->len == 0 && plan->sent->len == 0 &&
           plan->attributes->len == 0 && plan->links->len == 0 && plan->folders->len == 0 &&
           plan->repeated->len == 0;
}

/* Entry.print_compared() of scripts/transfer/agent.py makes the same line. */
static void
append_compared(GString *line, const FileEntry *entry, guint mask)
{
    gboolean regular = entry->kind == FILE_REGULAR;

    g_string_truncate(line, 0);
    g_string_append_printf(line, "%c %04o %" G_GINT64_FORMAT " %s ", (char)entry->kind,
                           regular ? entry->mode & mask : 0, entry->mtime, entry->digest);
    file_list_append_path(line, entry->path);
    if (entry->target != NULL) {
        g_string_append(line, " -> ");
        file_list_append_path(line, entry->target);
    }
    g_string_append_c(line, '\n');
}

char *
file_plan_digest(const FileList *list, guint mask)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GString) line = g_string_new(NULL);

    for (guint i = 0; i < list->entries->len; i++) {
        const FileEntry *entry = file_list_get(list, i);

        if (!counts(entry))
            continue;
        append_compared(line, entry, mask);
        g_checksum_update(checksum, (const guchar *)line->str, (gssize)line->len);
    }
    return g_strdup(g_checksum_get_string(checksum));
}
