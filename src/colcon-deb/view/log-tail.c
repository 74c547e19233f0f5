/* SPDX-License-Identifier: Apache-2.0 */
#include "log-tail.h"

#include "../base/beneath.h"
#include "../base/program-error.h"
#include "../base/text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024,
    MAX_LINE = 1024 * 1024, /* bytes; a longer line is cut into several */
};

struct LogTail {
    const Folder *folder;
    char *path;
    ino_t inode;    /* of the file that was read; 0 before */
    off_t position; /* in it */
    GString *line;  /* the beginning of a line whose end was not read yet */
};

LogTail *
log_tail_new(const Folder *folder, const char *path)
{
    LogTail *tail = g_new0(LogTail, 1);

    tail->folder = folder;
    tail->path = g_strdup(path);
    tail->line = g_string_new(NULL);
    return tail;
}

void
log_tail_free(LogTail *tail)
{
    if (tail == NULL)
        return;
    g_free(tail->path);
    g_string_free(tail->line, TRUE);
    g_free(tail);
}

void
log_tail_end(LogTail *tail, LogTailFunc func, gpointer user_data)
{
    g_autofree char *valid = NULL;
    g_autofree char *line = NULL;

    if (tail->line->len == 0)
        return;
    valid = g_utf8_make_valid(tail->line->str, (gssize)tail->line->len);
    line = text_printable(valid);
    func(line, user_data);
    g_string_truncate(tail->line, 0);
}

static void
take(LogTail *tail, const char *data, gsize length, LogTailFunc func, gpointer user_data)
{
    while (length > 0) {
        const char *end = memchr(data, '\n', length);
        gsize part = end != NULL ? (gsize)(end - data) : length;

        g_string_append_len(tail->line, data, (gssize)part);
        if (end != NULL && tail->line->len == 0)
            func("", user_data);
        else if (end != NULL || tail->line->len >= MAX_LINE)
            log_tail_end(tail, func, user_data);
        part += end != NULL ? 1 : 0;
        data += part;
        length -= part;
    }
}

/* Each build of a package makes a new file, and so does a retry. */
static void
find_position(LogTail *tail, int fd)
{
    struct stat status = {0};

    if (fstat(fd, &status) == 0 && status.st_ino == tail->inode && status.st_size >= tail->position)
        return;
    tail->inode = status.st_ino;
    tail->position = 0;
    g_string_truncate(tail->line, 0);
}

gboolean
log_tail_read(LogTail *tail, LogTailFunc func, gpointer user_data, GError **error)
{
    g_autofree char *chunk = g_malloc(CHUNK);
    int fd = beneath_open(tail->folder->fd, tail->path);
    ssize_t length = 0;
    int failure = errno;

    if (fd < 0)
        return program_error_errno(error, failure, "reading %s/%s", tail->folder->path, tail->path);
    find_position(tail, fd);
    while ((length = pread(fd, chunk, CHUNK, tail->position)) > 0) {
        tail->position += length;
        take(tail, chunk, (gsize)length, func, user_data);
    }
    failure = errno;
    close(fd);
    return length == 0 ||
           program_error_errno(error, failure, "reading %s/%s", tail->folder->path, tail->path);
}
