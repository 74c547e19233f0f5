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

typedef struct {
    off_t position; /* behind the last whole line */
} Log;

struct LogFollower {
    Folder *folder;   /* NULL if there is no output directory */
    GHashTable *logs; /* package -> Log */
};

LogFollower *
log_follower_new(const char *output_dir)
{
    LogFollower *follower = g_new0(LogFollower, 1);

    follower->folder = output_dir != NULL ? folder_open(output_dir, NULL) : NULL;
    follower->logs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return follower;
}

void
log_follower_free(LogFollower *follower)
{
    if (follower == NULL)
        return;
    folder_free(follower->folder);
    g_hash_table_unref(follower->logs);
    g_free(follower);
}

static int
open_log(const LogFollower *follower, const char *package)
{
    g_autofree char *path = g_strdup_printf(OUTPUT_LOGS "/%s.log", package);

    if (follower->folder == NULL || strchr(package, '/') != NULL)
        return -1;
    return beneath_open(follower->folder->fd, path);
}

/* Where to go on. A log is written anew when its package is built again. */
static off_t
find_position(LogFollower *follower, const char *package, off_t size, gboolean *skipped)
{
    Log *log = g_hash_table_lookup(follower->logs, package);

    *skipped = FALSE;
    if (log == NULL) {
        log = g_new0(Log, 1);
        log->position = MAX(size - FIRST, 0);
        g_hash_table_insert(follower->logs, g_strdup(package), log);
    }
    if (log->position > size)
        log->position = 0;
    if (size - log->position > MAX_READ) {
        log->position = size - MAX_READ;
        *skipped = TRUE;
    }
    return log->position;
}

/* Returns how many bytes the whole lines have. */
static gsize
show_lines(const char *package, char *text, LogFollowerFunc func, gpointer user_data)
{
    char *line = text;

    for (char *end = strchr(line, '\n'); end != NULL; end = strchr(line, '\n')) {
        g_autofree char *valid = g_utf8_make_valid(line, end - line);

        func(package, valid, user_data);
        line = end + 1;
    }
    return (gsize)(line - text);
}

void
log_follower_poll(LogFollower *follower,
                  const char *package,
                  LogFollowerFunc func,
                  gpointer user_data)
{
    g_autofree char *text = g_malloc(MAX_READ + 1);
    int fd = open_log(follower, package);
    gboolean skipped = FALSE;
    off_t position = 0;
    ssize_t length = 0;

    if (fd < 0)
        return;
    position = find_position(follower, package, lseek(fd, 0, SEEK_END), &skipped);
    length = pread(fd, text, MAX_READ, position);
    close(fd);
    if (length <= 0)
        return;
    text[length] = '\0';
    if (skipped)
        func(package, "(some lines are left out; the log has them)", user_data);
    position += (off_t)show_lines(package, text, func, user_data);
    /* A line that is longer than the buffer never ends here. */
    if (length == MAX_READ && strchr(text, '\n') == NULL)
        position += length;
    ((Log *)g_hash_table_lookup(follower->logs, package))->position = position;
}
