/* SPDX-License-Identifier: Apache-2.0 */
#include "line-reader.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024
};

struct LineReader {
    int fd; /* -1 after the end */
    guint source;
    GString *line; /* what was read of a line without its end */
    LineReaderFunc func;
    gpointer user_data;
};

static void
take(LineReader *reader, const char *data, gsize length)
{
    gsize room = LINE_READER_MAX - MIN(reader->line->len, (gsize)LINE_READER_MAX);

    g_string_append_len(reader->line, data, (gssize)MIN(length, room));
}

static void
end_line(LineReader *reader)
{
    reader->func(reader->line->str, reader->line->len, reader->user_data);
    g_string_truncate(reader->line, 0);
}

static void
feed(LineReader *reader, const char *data, gsize length)
{
    const char *end = NULL;

    while ((end = memchr(data, '\n', length)) != NULL) {
        take(reader, data, (gsize)(end - data));
        end_line(reader);
        length -= (gsize)(end + 1 - data);
        data = end + 1;
    }
    take(reader, data, length);
}

static void
finish(LineReader *reader)
{
    if (reader->line->len > 0)
        end_line(reader);
    close(reader->fd);
    reader->fd = -1;
}

/* Returns whether there may be more at once. */
static gboolean
read_chunk(LineReader *reader)
{
    g_autofree char *chunk = g_malloc(CHUNK);
    ssize_t length = read(reader->fd, chunk, CHUNK);

    if (length > 0) {
        feed(reader, chunk, (gsize)length);
        return TRUE;
    }
    if (length < 0 && errno == EINTR)
        return TRUE;
    if (length < 0 && errno == EAGAIN)
        return FALSE;
    finish(reader);
    return FALSE;
}

/* One chunk at a time, so that a writer without a pause does not hold up the others. */
static gboolean
on_readable(int fd, GIOCondition condition, gpointer user_data)
{
    LineReader *reader = user_data;

    read_chunk(reader);
    if (reader->fd >= 0)
        return G_SOURCE_CONTINUE;
    reader->source = 0;
    return G_SOURCE_REMOVE;
}

LineReader *
line_reader_new(int fd, LineReaderFunc func, gpointer user_data)
{
    LineReader *reader = g_new0(LineReader, 1);

    reader->fd = fd;
    reader->line = g_string_new(NULL);
    reader->func = func;
    reader->user_data = user_data;
    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    reader->source = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, reader);
    return reader;
}

void
line_reader_free(LineReader *reader)
{
    if (reader == NULL)
        return;
    g_clear_handle_id(&reader->source, g_source_remove);
    if (reader->fd >= 0)
        close(reader->fd);
    g_string_free(reader->line, TRUE);
    g_free(reader);
}

void
line_reader_drain(LineReader *reader)
{
    while (reader->fd >= 0 && read_chunk(reader))
        continue;
    if (reader->fd < 0)
        g_clear_handle_id(&reader->source, g_source_remove);
}
