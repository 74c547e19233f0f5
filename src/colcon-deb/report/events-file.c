/* SPDX-License-Identifier: Apache-2.0 */
#include "events-file.h"

#include "../base/beneath.h"
#include "../base/program-error.h"
#include "../events/event-json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    CHUNK = 64 * 1024,
    /* An event has at most 64 KiB, and JSON writes some bytes as six. */
    MAX_LINE = 512 * 1024,
};

typedef struct {
    const Folder *folder;
    const char *name;
    History *history;
    GByteArray *line; /* the beginning of a line whose end was not read yet */
    guint64 number;   /* of that line, from 1 */
} Reader;

static gboolean
refuse(const Reader *reader, GError **error)
{
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                "%s/%s:%" G_GUINT64_FORMAT
                ": this line is no event of colcon-deb; the report is made from the events.jsonl "
                "in the output directory of a build",
                reader->folder->path, reader->name, reader->number);
    return FALSE;
}

static gboolean
take_line(Reader *reader, GError **error)
{
    gint64 timestamp = 0;
    g_autoptr(CddBuildEvent) event =
        event_from_json((const char *)reader->line->data, reader->line->len, &timestamp);

    if (event == NULL)
        return refuse(reader, error);
    history_apply(reader->history, event, timestamp);
    g_byte_array_set_size(reader->line, 0);
    reader->number++;
    return TRUE;
}

static gboolean
take_chunk(Reader *reader, const char *data, gsize length, GError **error)
{
    while (length > 0) {
        const char *end = memchr(data, '\n', length);
        gsize part = end != NULL ? (gsize)(end - data) : length;

        if (reader->line->len + part > MAX_LINE)
            return refuse(reader, error);
        g_byte_array_append(reader->line, (const guint8 *)data, (guint)part);
        if (end == NULL)
            return TRUE;
        if (!take_line(reader, error))
            return FALSE;
        data = end + 1;
        length -= part + 1;
    }
    return TRUE;
}

static gboolean
read_all(Reader *reader, int fd, GError **error)
{
    char chunk[CHUNK];

    for (;;) {
        ssize_t length = read(fd, chunk, sizeof chunk);

        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return program_error_errno(error, errno, "reading %s/%s", reader->folder->path,
                                       reader->name);
        if (length == 0)
            return TRUE;
        if (!take_chunk(reader, chunk, (gsize)length, error))
            return FALSE;
    }
}

/* beneath_open() says EINVAL of anything but a regular file. */
static void
set_open_error(const Reader *reader, int failure, GError **error)
{
    if (failure == EINVAL)
        g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED,
                    "reading %s/%s: it is not a regular file", reader->folder->path, reader->name);
    else
        program_error_errno(error, failure, "reading %s/%s", reader->folder->path, reader->name);
}

static gboolean
check_any(const Reader *reader, GError **error)
{
    if (reader->number > 1)
        return TRUE;
    g_set_error(error, PROGRAM_ERROR, PROGRAM_ERROR_FAILED, "%s/%s has no events yet",
                reader->folder->path, reader->name);
    return FALSE;
}

History *
events_file_read(const Folder *folder, const char *name, GError **error)
{
    g_autoptr(History) history = history_new();
    g_autoptr(GByteArray) line = g_byte_array_new();
    Reader reader = {.folder = folder, .name = name, .history = history, .line = line, .number = 1};
    int fd = beneath_open(folder->fd, name);
    gboolean success = FALSE;

    if (fd < 0) {
        set_open_error(&reader, errno, error);
        return NULL;
    }
    success = read_all(&reader, fd, error) && check_any(&reader, error);
    close(fd);
    return success ? g_steal_pointer(&history) : NULL;
}
