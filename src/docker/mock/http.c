/* SPDX-License-Identifier: Apache-2.0 */
#include "http.h"

#include <string.h>

enum {
    PIECE = 64 * 1024,
    NO_CONTENT = 204,
    NOT_MODIFIED = 304,
};

void
cdd_http_request_clear(CddHttpRequest *request)
{
    g_clear_pointer(&request->method, g_free);
    g_clear_pointer(&request->target, g_free);
    g_clear_pointer(&request->body, g_bytes_unref);
}

/* The bytes get a NUL after their end, so that a test can read a text. */
static GBytes *
to_bytes(GByteArray *owned)
{
    gsize length = owned->len;
    guint8 *data;

    g_byte_array_append(owned, (const guint8 *)"", 1);
    data = g_byte_array_free(owned, FALSE);
    return g_bytes_new_with_free_func(data, length, g_free, data);
}

static gboolean
read_exactly(GInputStream *input, gsize length, GByteArray *body)
{
    while (length > 0) {
        guint8 piece[PIECE];
        gssize n = g_input_stream_read(input, piece, MIN(length, sizeof piece), NULL, NULL);

        if (n <= 0)
            return FALSE;
        g_byte_array_append(body, piece, (guint)n);
        length -= (gsize)n;
    }
    return TRUE;
}

static char *
read_line(GDataInputStream *input)
{
    char *line = g_data_input_stream_read_line(input, NULL, NULL, NULL);

    return line != NULL ? g_strchomp(line) : NULL;
}

static gboolean
read_chunks(GDataInputStream *input, GByteArray *body)
{
    for (;;) {
        g_autofree char *start = read_line(input);
        g_autofree char *end = NULL;
        guint64 length = start != NULL ? g_ascii_strtoull(start, NULL, 16) : 0;

        if (start == NULL || !read_exactly(G_INPUT_STREAM(input), length, body))
            return FALSE;
        end = read_line(input);
        if (end == NULL || length == 0)
            return end != NULL;
    }
}

/* Reads the fields up to the empty line. */
static gboolean
read_fields(GDataInputStream *input, guint64 *length, gboolean *chunked)
{
    for (;;) {
        g_autofree char *line = read_line(input);

        if (line == NULL || *line == '\0')
            return line != NULL;
        if (g_str_has_prefix(line, "Content-Length: "))
            *length = g_ascii_strtoull(line + strlen("Content-Length: "), NULL, 10);
        if (g_str_equal(line, "Transfer-Encoding: chunked"))
            *chunked = TRUE;
    }
}

gboolean
cdd_http_request_read(GDataInputStream *input, CddHttpRequest *request)
{
    g_autofree char *first = read_line(input);
    g_auto(GStrv) words = g_strsplit(first != NULL ? first : "", " ", 3);
    g_autoptr(GByteArray) body = g_byte_array_new();
    guint64 length = 0;
    gboolean chunked = FALSE;

    if (g_strv_length(words) != 3 || !read_fields(input, &length, &chunked))
        return FALSE;
    if (chunked ? !read_chunks(input, body) : !read_exactly(G_INPUT_STREAM(input), length, body))
        return FALSE;
    request->method = g_strdup(words[0]);
    request->target = g_strdup(words[1]);
    request->body = to_bytes(g_steal_pointer(&body));
    return TRUE;
}

GBytes *
cdd_http_read_rest(GInputStream *input)
{
    GByteArray *rest = g_byte_array_new();

    read_exactly(input, G_MAXSIZE, rest);
    return to_bytes(rest);
}

static const char *
reason_of(guint status)
{
    return status == 101 ? "UPGRADED" : status < 400 ? "OK" : "Refused";
}

gboolean
cdd_http_send_head(GOutputStream *output, guint status, const char *fields, gssize length)
{
    g_autoptr(GString) head = g_string_new(NULL);

    g_string_append_printf(head, "HTTP/1.1 %u %s\r\n%s", status, reason_of(status),
                           fields != NULL ? fields : "");
    if (status == 101)
        g_string_append(head, "Upgrade: tcp\r\n");
    else if (length == CDD_HTTP_CHUNKED)
        g_string_append(head, "Transfer-Encoding: chunked\r\n");
    else if (status != NO_CONTENT && status != NOT_MODIFIED)
        g_string_append_printf(head, "Content-Length: %" G_GSSIZE_FORMAT "\r\n", length);
    g_string_append(head, "\r\n");
    return cdd_http_send(output, head->str, head->len);
}

gboolean
cdd_http_send(GOutputStream *output, const void *data, gsize length)
{
    return g_output_stream_write_all(output, data, length, NULL, NULL, NULL);
}

gboolean
cdd_http_send_whole(
    GOutputStream *output, const char *method, guint status, const char *fields, GBytes *body)
{
    gsize length;
    const void *data = g_bytes_get_data(body, &length);
    gboolean has_body =
        !g_str_equal(method, "HEAD") && status != NO_CONTENT && status != NOT_MODIFIED;

    return cdd_http_send_head(output, status, fields, (gssize)length) &&
           (!has_body || cdd_http_send(output, data, length));
}

gboolean
cdd_http_send_chunk(GOutputStream *output, const void *data, gsize length)
{
    g_autofree char *start = g_strdup_printf("%" G_GSIZE_MODIFIER "x\r\n", length);

    return cdd_http_send(output, start, strlen(start)) && cdd_http_send(output, data, length) &&
           cdd_http_send(output, "\r\n", 2);
}
