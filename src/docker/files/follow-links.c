/* SPDX-License-Identifier: Apache-2.0 */
#include "follow-links.h"

#include "../value/file-path.h"
#include "../value/glob.h"
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Limits on the length of a chain of links and on paths; no honest tree reaches them. */
    MAX_LINKS = 255,
    MAX_PATHS = 10000,
};

typedef struct {
    const char *root;
    GHashTable *found; /* the paths that the walk must include */
    GHashTable *seen;  /* the paths that have been followed */
} Follow;

static void follow_path(Follow *self, const char *path, guint n_links);

/* Returns the target of a link as a path below the root; ".." does not lead out of the root. */
static char *
resolve(const char *link, const char *target)
{
    g_autofree char *directory = g_path_get_dirname(link);
    g_autofree char *path = g_path_is_absolute(target)
                                ? g_strdup(target)
                                : g_strconcat("/", directory, "/", target, NULL);

    return cdd_file_path_clean(path);
}

/* If the path is a symbolic link, follows it and appends @rest to its target. */
static gboolean
follow_link(Follow *self, const char *path, const char *rest, guint n_links)
{
    g_autofree char *real = g_build_filename(self->root, path, NULL);
    g_autofree char *target = g_file_read_link(real, NULL);
    g_autofree char *place = target != NULL ? resolve(path, target) : NULL;
    g_autofree char *whole = place != NULL ? g_strconcat(place, "/", rest, NULL) : NULL;

    if (whole != NULL)
        follow_path(self, whole, n_links + 1);
    return whole != NULL;
}

/* Follows all links that the last component matches; it has wildcards. */
static gboolean
follow_matches(Follow *self, const char *path, const char *rest, guint n_links)
{
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *pattern = g_path_get_basename(path);
    g_autofree char *real = g_build_filename(self->root, directory, NULL);
    GDir *listing = cdd_glob_find_fault(pattern) != NULL ? NULL : g_dir_open(real, 0, NULL);
    gboolean followed = FALSE;
    const char *name;

    while (listing != NULL && (name = g_dir_read_name(listing)) != NULL) {
        g_autofree char *match = g_build_filename(directory, name, NULL);

        if (cdd_glob_matches(pattern, name) && follow_link(self, match, rest, n_links))
            followed = TRUE;
    }
    g_clear_pointer(&listing, g_dir_close);
    return followed;
}

/* Follows a path from the root to the first link on the way. The link's target is followed then. */
static void
follow_path(Follow *self, const char *path, guint n_links)
{
    g_autofree char *clean = cdd_file_path_clean(path);
    const char *at = clean + (*clean == '/');
    gboolean followed = FALSE;

    if (n_links > MAX_LINKS || g_hash_table_size(self->seen) >= MAX_PATHS ||
        !g_hash_table_add(self->seen, g_strdup(clean)))
        return;
    while (!followed && *at != '\0') {
        gsize length = strcspn(at, "/");
        g_autofree char *part = g_strndup(at, length);
        g_autofree char *current = g_strndup(clean, (gsize)(at + length - clean));
        const char *below = current + (*current == '/');

        at += length + (at[length] == '/');
        followed = cdd_glob_has_wildcards(part) ? follow_matches(self, below, at, n_links)
                                                : follow_link(self, below, at, n_links);
        if (followed || *at == '\0')
            g_hash_table_add(self->found, g_strdup(below));
    }
    if (g_str_equal(clean, "/"))
        g_hash_table_add(self->found, g_strdup("."));
}

static int
compare_paths(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Returns the paths in order, without those below another one: a pattern matches them anyway. */
static GStrv
list(GHashTable *found)
{
    guint n;
    g_autofree gpointer *paths = g_hash_table_get_keys_as_array(found, &n);
    g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
    g_autofree char *last = NULL;

    qsort(paths, n, sizeof *paths, compare_paths);
    for (guint i = 0; i < n; i++) {
        const char *path = paths[i];

        if (last != NULL && g_str_has_prefix(path, last))
            continue;
        g_strv_builder_add(builder, path);
        g_free(last);
        last = g_strconcat(path, "/", NULL);
    }
    return g_strv_builder_end(builder);
}

GStrv
cdd_follow_links(const char *root, const char *const *paths)
{
    g_autoptr(GHashTable) found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Follow self = {.root = root, .found = found, .seen = seen};

    for (; *paths != NULL; paths++) {
        g_autofree char *whole = g_strconcat("/", *paths, NULL);

        follow_path(&self, whole, 0);
    }
    return g_hash_table_contains(found, ".") ? NULL : list(found);
}
