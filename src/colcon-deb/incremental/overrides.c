/* SPDX-License-Identifier: Apache-2.0 */
#include "overrides.h"

#include "../base/json.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>

enum {
    MAX_MARKER = 1024 * 1024, /* bytes */
    INTERVAL = 50 * 1000,     /* microseconds between two attempts to lock */
};

/* Beside the generated files; written by scripts/helpers/colcon_deb/packaging/saved_edits.py. */
static const char marker_name[] = "/debian/.colcon-deb-generated";

static gboolean
is_marker(const FileEntry *entry)
{
    const char *slash = strchr(entry->path, '/');

    return entry->kind == FILE_REGULAR && slash != NULL && g_str_equal(slash, marker_name);
}

static JsonObject *
read_marker(const Folder *folder, const char *path)
{
    g_autoptr(GBytes) text = folder_read(folder, path, MAX_MARKER, NULL);
    gsize length = 0;
    const char *data = text != NULL ? g_bytes_get_data(text, &length) : NULL;

    return data != NULL ? json_text_parse_object(data, length) : NULL;
}

/* Adds path and digest of the files that @marker lists. */
static void
add_generated(GHashTable *generated, const char *marker_path, JsonObject *marker)
{
    JsonObject *files = json_text_get_object(marker, "files");
    g_autofree char *directory = g_path_get_dirname(marker_path);
    JsonObjectIter members;
    const char *name = NULL;

    /* The container does not use such a marker either: nothing counts as generated. */
    if (files == NULL || json_text_get_object(marker, "edited") == NULL)
        return;
    json_object_iter_init(&members, files);
    while (json_object_iter_next(&members, &name, NULL)) {
        const char *digest = json_text_get_string(files, name);

        if (digest != NULL)
            g_hash_table_insert(generated, g_strconcat(directory, "/", name, NULL),
                                g_strdup(digest));
    }
}

/* Path and digest of each file that a build has generated. */
static GHashTable *
find_generated(const char *debian_dirs, const FileList *list)
{
    GHashTable *generated = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_autoptr(Folder) folder = folder_open(debian_dirs, NULL);

    for (guint i = 0; folder != NULL && i < list->entries->len; i++) {
        const FileEntry *entry = file_list_get(list, i);
        g_autoptr(JsonObject) marker = is_marker(entry) ? read_marker(folder, entry->path) : NULL;

        if (marker != NULL)
            add_generated(generated, entry->path, marker);
    }
    return generated;
}

static gboolean
counts(const FileEntry *entry, GHashTable *generated)
{
    gboolean empty = entry->kind == FILE_DIRECTORY && g_str_equal(entry->digest, FILE_DIGEST_NONE);

    return !empty && !is_marker(entry) &&
           g_strcmp0(g_hash_table_lookup(generated, entry->path), entry->digest) != 0;
}

Folder *
overrides_lock(const char *debian_dirs, GCancellable *cancellable)
{
    Folder *folder = folder_open(debian_dirs, NULL);

    /* Ctrl-C must work while a container saves its files. A file system without locks has nobody to
     * wait for. */
    while (folder != NULL && flock(folder->fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK &&
           !g_cancellable_is_cancelled(cancellable))
        g_usleep(INTERVAL);
    return folder;
}

char *
overrides_digest(const char *debian_dirs, const FileList *list)
{
    g_autoptr(GHashTable) generated = find_generated(debian_dirs, list);
    g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(FileEntry));
    FileList counted = {.entries = entries};

    for (guint i = 0; i < list->entries->len; i++) {
        const FileEntry *entry = file_list_get(list, i);

        /* The container follows the link, and only the container knows its target. */
        if (entry->kind == FILE_LINK)
            return g_strdup(FILE_DIGEST_UNKNOWN);
        if (counts(entry, generated))
            g_array_append_vals(entries, entry, 1);
    }
    file_list_seal(&counted);
    return g_strdup(counted.digest);
}
