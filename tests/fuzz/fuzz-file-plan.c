/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plans how a copy becomes like a directory, and takes the steps of the plan on a table: the result
 * must be the directory. The input is two file lists, one behind the other.
 */
#include "fuzz.h"

#include "transfer/file-plan.h"

#include <string.h>

static const char separator[] = "colcon-deb-sources";

/* A list from @text up to @end; empty if that is none. */
static FileList *
parse(const char *text, const char *end)
{
    gsize length = (gsize)(end - text);
    FileList *list = file_list_parse(g_strndup(text, length), length);

    return list != NULL ? list : file_list_new(0);
}

static gboolean
is_copied(const FileEntry *entry)
{
    return entry->kind == FILE_REGULAR || entry->kind == FILE_LINK || entry->kind == FILE_DIRECTORY;
}

static void
put(GHashTable *table, const FileEntry *entry)
{
    g_hash_table_insert(table, (gpointer)entry->path, (gpointer)entry);
}

static void
put_all(GHashTable *table, const GPtrArray *entries)
{
    for (guint i = 0; i < entries->len; i++)
        put(table, entries->pdata[i]);
}

/* Another name for a file that must be there with that content. */
static void
reuse_all(GHashTable *table, const GArray *reuses, gboolean is_there)
{
    for (guint i = 0; i < reuses->len; i++) {
        const FileReuse *reuse = &g_array_index(reuses, FileReuse, i);
        const FileEntry *from =
            is_there ? reuse->from : g_hash_table_lookup(table, reuse->from->path);

        g_assert(from != NULL && from->kind == FILE_REGULAR &&
                 g_str_equal(from->digest, reuse->to->digest));
        put(table, reuse->to);
    }
}

/* As many entries as the directory has that can be read, each with the same content. */
static void
check(GHashTable *table, const FileList *wanted, const FilePlan *plan)
{
    guint expected = 0;

    for (guint i = 0; i < wanted->entries->len; i++) {
        const FileEntry *entry = file_list_get(wanted, i);
        const FileEntry *there = g_hash_table_lookup(table, entry->path);

        if (!is_copied(entry) || g_ptr_array_find(plan->unreadable, entry, NULL)) {
            g_hash_table_remove(table, entry->path);
            continue;
        }
        expected++;
        g_assert(there != NULL && there->kind == entry->kind &&
                 g_str_equal(there->digest, entry->digest));
        g_assert(entry->kind == FILE_DIRECTORY || there->mtime == entry->mtime);
    }
    g_assert(g_hash_table_size(table) == expected);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    const char *end = text + strlen(text);
    const char *second = size > 0 ? strstr(text + 1, separator) : NULL;
    const char *middle = second != NULL ? second : end;
    g_autoptr(FileList) wanted = parse(text, middle);
    g_autoptr(FileList) copy = parse(middle, end);
    g_autoptr(FilePlan) plan = file_plan_new(wanted, copy, 07777);
    g_autoptr(GHashTable) table = g_hash_table_new(g_str_hash, g_str_equal);
    g_autofree char *digest = file_plan_digest(wanted, 07777);
    g_autofree char *copy_digest = file_plan_digest(copy, 07777);

    for (guint i = 0; i < copy->entries->len; i++)
        if (is_copied(file_list_get(copy, i)))
            put(table, file_list_get(copy, i));
    for (guint i = 0; i < plan->removed->len; i++)
        g_assert(g_hash_table_remove(table, ((FileEntry *)plan->removed->pdata[i])->path));
    reuse_all(table, plan->kept, TRUE);
    put_all(table, plan->sent);
    put_all(table, plan->attributes);
    put_all(table, plan->links);
    put_all(table, plan->folders);
    reuse_all(table, plan->repeated, FALSE);
    check(table, wanted, plan);
    if (g_str_equal(digest, copy_digest))
        g_assert(file_plan_is_empty(plan));
    return 0;
}
