/* SPDX-License-Identifier: Apache-2.0 */
#include "http-request.h"

#include <string.h>

static const char head_end[] = "\r\n\r\n";
static const char scheme[] = "http://";
static const char unit[] = "bytes=";

gsize
http_request_find_end(const char *data, gsize length)
{
    const char *end = g_strstr_len(data, (gssize)length, head_end);

    return end != NULL ? (gsize)(end - data) + strlen(head_end) : 0;
}

void
http_request_free(HttpRequest *request)
{
    g_free(request->path);
    g_free(request->range);
    g_free(request->if_range);
    g_free(request->if_modified_since);
    g_free(request);
}

/* The path in a target, which a client that thinks that this is a proxy sends with the scheme and
 * the host. NULL if it has none, or a zero byte. */
static char *
decode_path(const char *target)
{
    g_autofree char *path = NULL;

    if (g_str_has_prefix(target, scheme)) {
        target = strchr(target + strlen(scheme), '/');
        if (target == NULL)
            target = "/";
    }
    if (*target != '/')
        return NULL;
    path = g_strndup(target + 1, strcspn(target + 1, "?#"));
    return g_uri_unescape_string(path, NULL);
}

static gboolean
take_request_line(HttpRequest *request, const char *line)
{
    g_auto(GStrv) words = g_strsplit(line, " ", -1);

    if (g_strv_length(words) != 3 || !g_str_has_prefix(words[2], "HTTP/1."))
        return FALSE;
    request->is_get = g_str_equal(words[0], "GET");
    request->is_head = g_str_equal(words[0], "HEAD");
    request->keeps_connection = !g_str_equal(words[2], "HTTP/1.0");
    request->path = decode_path(words[1]);
    return request->path != NULL;
}

static void
take(char **member, const char *value)
{
    g_free(*member);
    *member = g_strdup(value);
}

static gboolean
take_field(HttpRequest *request, const char *line)
{
    const char *colon = strchr(line, ':');
    g_autofree char *name = colon != NULL ? g_strndup(line, (gsize)(colon - line)) : NULL;
    g_autofree char *value = colon != NULL ? g_strstrip(g_strdup(colon + 1)) : NULL;

    if (name == NULL)
        return FALSE;
    if (g_ascii_strcasecmp(name, "Range") == 0)
        take(&request->range, value);
    else if (g_ascii_strcasecmp(name, "If-Range") == 0)
        take(&request->if_range, value);
    else if (g_ascii_strcasecmp(name, "If-Modified-Since") == 0)
        take(&request->if_modified_since, value);
    else if (g_ascii_strcasecmp(name, "Connection") == 0)
        request->keeps_connection =
            request->keeps_connection && g_ascii_strcasecmp(value, "close") != 0;
    /* A body is not read, so nothing can follow it. */
    else if (g_ascii_strcasecmp(name, "Content-Length") == 0 ||
             g_ascii_strcasecmp(name, "Transfer-Encoding") == 0)
        request->keeps_connection = FALSE;
    return TRUE;
}

HttpRequest *
http_request_parse(const char *head, gsize length)
{
    g_autofree char *text = g_strndup(head, length - strlen(head_end));
    g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);
    g_autoptr(HttpRequest) request = g_new0(HttpRequest, 1);

    if (strlen(text) != length - strlen(head_end) || *lines == NULL ||
        !take_request_line(request, *lines))
        return NULL;
    for (char **line = lines + 1; *line != NULL; line++)
        if (!take_field(request, *line))
            return NULL;
    return g_steal_pointer(&request);
}

/* Digits and nothing else, up to @end. */
static gboolean
parse_number(const char *text, const char *end, guint64 *number)
{
    g_autofree char *digits = g_strndup(text, (gsize)(end - text));

    return g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT64, number, NULL);
}

HttpRange
http_request_get_range(
    const HttpRequest *request, guint64 size, const char *modified, guint64 *first, guint64 *last)
{
    const char *text = request->range;
    const char *dash = NULL;
    guint64 end = G_MAXINT64;

    if (text == NULL || !g_str_has_prefix(text, unit) || strchr(text, ',') != NULL ||
        (request->if_range != NULL && g_strcmp0(request->if_range, modified) != 0))
        return HTTP_RANGE_NONE;
    text += strlen(unit);
    dash = strchr(text, '-');
    if (dash == NULL)
        return HTTP_RANGE_NONE;
    if (dash[1] != '\0' && !parse_number(dash + 1, dash + strlen(dash), &end))
        return HTTP_RANGE_NONE;
    if (dash > text) {
        if (!parse_number(text, dash, first) || end < *first)
            return HTTP_RANGE_NONE;
        *last = end;
    } else {
        /* The last bytes. */
        if (dash[1] == '\0')
            return HTTP_RANGE_NONE;
        *first = end < size ? size - end : 0;
        *last = end > 0 ? size : 0;
    }
    if (*first >= size || (dash == text && end == 0))
        return HTTP_RANGE_OUTSIDE;
    *last = MIN(*last, size - 1);
    return HTTP_RANGE_PART;
}
