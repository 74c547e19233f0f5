/* SPDX-License-Identifier: Apache-2.0 */
#include "log-follower.h"

#include "../base/beneath.h"
#include "../base/folder.h"
#include "../base/output-names.h"

#include <string.h>
#include <unistd.h>

enum {
    FIRST = 2000,     /* bytes that are shown of what was written before */
    MAX_READ = 65536, /* bytes of one call */
};

struct LogFollower {
    Folder *folder;        /* NULL if there is no output directory */
    GHashTable *positions; /* path -> off_t, behind the last whole line of its log */
};

LogFollower *
log_follower_new(const char *output_dir)
{
    LogFollower *follower = g_new0(LogFollower, 1);

    follower->folder = output_dir != NULL ? folder_open(output_dir, NULL) : NULL;
    follower->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return follower;
}

void
log_follower_free(LogFollower *follower)
{
    if (follower == NULL)
        return;
    folder_free(follower->folder);
    g_hash_table_unref(follower->positions);
    g_free(follower);
}

/* NULL for what cannot be the name of a package. */
static char *
make_path(const char *directory, const char *package)
{
    if (strchr(package, '/') != NULL)
        return NULL;
    return g_strdup_printf("%s%s" OUTPUT_LOGS "/%s.log", directory != NULL ? directory : "",
                           directory != NULL ? "/" : "", package);
}

/* Where to go on. A log begins again with each build of its package. */
static off_t
find_position(LogFollower *follower, const char *path, off_t size, gboolean *skipped)
{
    off_t *position = g_hash_table_lookup(follower->positions, path);

    *skipped = FALSE;
    if (position == NULL) {
        position = g_new0(off_t, 1);
        *position = MAX(size - FIRST, 0);
        g_hash_table_insert(follower->positions, g_strdup(path), position);
    }
    if (*position > size)
        *position = 0;
    if (size - *position > MAX_READ) {
        *position = size - MAX_READ;
        *skipped = TRUE;
    }
    return *position;
}

/* Returns how many bytes the whole lines have. */
static gsize
show_lines(
    const char *package, const char *text, gsize length, LogFollowerFunc func, gpointer user_data)
{
    gsize shown = 0;

    for (const char *end = NULL; (end = memchr(text + shown, '\n', length - shown)) != NULL;) {
        g_autofree char *valid =
            g_utf8_make_valid(text + shown, (gssize)(end - text) - (gssize)shown);

        func(package, valid, user_data);
        shown = (gsize)(end - text) + 1;
    }
    return shown;
}

void
log_follower_poll(LogFollower *follower,
                  const char *directory,
                  const char *package,
                  LogFollowerFunc func,
                  gpointer user_data)
{
    g_autofree char *text = g_malloc(MAX_READ);
    g_autofree char *path = make_path(directory, package);
    int fd =
        follower->folder != NULL && path != NULL ? beneath_open(follower->folder->fd, path) : -1;
    gboolean skipped = FALSE;
    off_t position = 0;
    ssize_t length = 0;
    gsize shown = 0;

    if (fd < 0)
        return;
    position = find_position(follower, path, lseek(fd, 0, SEEK_END), &skipped);
    length = pread(fd, text, MAX_READ, position);
    close(fd);
    if (length <= 0)
        return;
    if (skipped)
        func(package, "(some lines are left out; the log has them)", user_data);
    shown = show_lines(package, text, (gsize)length, func, user_data);
    /* A line that is longer than the buffer never ends here. */
    if (length == MAX_READ && shown == 0)
        shown = MAX_READ;
    *(off_t *)g_hash_table_lookup(follower->positions, path) = position + (off_t)shown;
}
