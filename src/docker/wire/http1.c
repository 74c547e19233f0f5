/* SPDX-License-Identifier: Apache-2.0 */
#include "http1.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

/* No engine comes near these limits; a peer that exceeds them is broken or hostile. */
#define HTTP_START "HTTP/1."
enum {
    MAX_HEAD_LENGTH = 64 * 1024,
    MAX_CHUNK_LINE_LENGTH = 4096,
};

typedef enum {
    READ_HEAD,
    READ_SIZED_BODY,
    READ_CHUNK_SIZE,
    READ_CHUNK_DATA,
    READ_CHUNK_END,
    READ_TRAILER,
    READ_BODY_UNTIL_CLOSE,
    AT_END,
    AT_UPGRADE,
} ReadState;

struct CddHttp1Parser {
    ReadState state;
    gboolean head_only; /* the request was a HEAD */
    GString *line;      /* collects a line or the whole head */
    gsize trailer_length;
    guint64 left; /* remaining bytes of the body or chunk */
    guint status;
    gboolean keeps_alive;
    GHashTable *headers; /* lower-case name -> value */
};

static gboolean
is_head_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((guchar)*text <= ' ' || *text == 0x7F)
            return FALSE;
    }
    return TRUE;
}

/* Accepts a complete header line. The value may have spaces. */
static gboolean
is_field_line(const char *line)
{
    for (const char *at = line; *at != '\0'; at++) {
        if (((guchar)*at < ' ' && *at != '\t') || *at == 0x7F)
            return FALSE;
    }
    return strstr(line, ": ") != NULL;
}

GBytes *
cdd_http1_request_to_bytes(const CddHttp1Request *request)
{
    g_autoptr(GString) bytes = g_string_new(NULL);

    if (!is_head_text(request->method) || !is_head_text(request->target) ||
        (request->registry_auth != NULL && !is_head_text(request->registry_auth)))
        return NULL;
    for (const char *const *field = request->fields; field != NULL && *field != NULL; field++)
        if (!is_field_line(*field))
            return NULL;

    /* Engines require a Host header, but ignore its value on a unix socket. */
    g_string_append_printf(
        bytes, "%s %s HTTP/1.1\r\nHost: api.moby.localhost\r\nUser-Agent: colcon-deb\r\n",
        request->method, request->target);
    if (request->upgrade != NULL)
        g_string_append_printf(bytes, "Connection: Upgrade\r\nUpgrade: %s\r\n", request->upgrade);
    for (const char *const *field = request->fields; field != NULL && *field != NULL; field++)
        g_string_append_printf(bytes, "%s\r\n", *field);
    if (request->content_type != NULL)
        g_string_append_printf(bytes, "Content-Type: %s\r\n", request->content_type);
    if (request->registry_auth != NULL)
        g_string_append_printf(bytes, "X-Registry-Auth: %s\r\n", request->registry_auth);
    if (request->chunked)
        g_string_append(bytes, "Transfer-Encoding: chunked\r\n");
    else if (request->body != NULL || g_str_equal(request->method, "POST"))
        g_string_append_printf(bytes, "Content-Length: %" G_GSIZE_FORMAT "\r\n",
                               request->body != NULL ? g_bytes_get_size(request->body) : 0);
    g_string_append(bytes, "\r\n");
    if (request->body != NULL)
        g_string_append_len(bytes, g_bytes_get_data(request->body, NULL),
                            (gssize)g_bytes_get_size(request->body));
    return g_string_free_to_bytes(g_steal_pointer(&bytes));
}

gsize
cdd_http1_chunk_start(char start[CDD_HTTP1_CHUNK_START_SIZE], gsize length)
{
    return (gsize)g_snprintf(start, CDD_HTTP1_CHUNK_START_SIZE, "%" G_GSIZE_MODIFIER "x\r\n",
                             length);
}

CddHttp1Parser *
cdd_http1_parser_new(const char *method)
{
    CddHttp1Parser *self = g_new0(CddHttp1Parser, 1);

    self->head_only = g_str_equal(method, "HEAD");
    self->line = g_string_new(NULL);
    self->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return self;
}

void
cdd_http1_parser_free(CddHttp1Parser *self)
{
    if (self == NULL)
        return;
    g_string_free(self->line, TRUE);
    g_hash_table_unref(self->headers);
    g_free(self);
}

guint
cdd_http1_parser_get_status(const CddHttp1Parser *self)
{
    return self->status;
}

const char *
cdd_http1_parser_get_header(const CddHttp1Parser *self, const char *name)
{
    return g_hash_table_lookup(self->headers, name);
}

gboolean
cdd_http1_parser_keeps_alive(const CddHttp1Parser *self)
{
    return self->keeps_alive;
}

gboolean
cdd_http1_parser_is_complete(const CddHttp1Parser *self)
{
    return self->state == AT_END;
}

static gboolean
fail(GError **error, const char *what)
{
    g_set_error(error, CDD_ERROR, CDD_ERROR_PROTOCOL, "the answer is not valid HTTP: %s", what);
    return FALSE;
}

/* Moves bytes up to and including a line feed to self->line. */
static gboolean
collect_line(CddHttp1Parser *self, CddHttp1Span *input, gboolean *complete)
{
    const guint8 *end = memchr(input->data, '\n', input->length);
    gsize length = end != NULL ? (gsize)(end - input->data) + 1 : input->length;

    g_string_append_len(self->line, (const char *)input->data, (gssize)length);
    input->data += length;
    input->length -= length;
    *complete = end != NULL;
    return self->line->len <= MAX_HEAD_LENGTH;
}

static gboolean
header_has_token(const CddHttp1Parser *self, const char *name, const char *token)
{
    const char *value = cdd_http1_parser_get_header(self, name);
    g_auto(GStrv) parts = g_strsplit(value != NULL ? value : "", ",", -1);

    for (char **part = parts; *part != NULL; part++) {
        if (g_ascii_strcasecmp(g_strstrip(*part), token) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
parse_status_line(CddHttp1Parser *self, const char *line, GError **error)
{
    if (!g_str_has_prefix(line, "HTTP/1.") || !g_ascii_isdigit(line[7]) || line[8] != ' ' ||
        !g_ascii_isdigit(line[9]) || !g_ascii_isdigit(line[10]) || !g_ascii_isdigit(line[11]) ||
        (line[12] != ' ' && line[12] != '\0'))
        return fail(error, "no status line");
    self->status = (guint)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    self->keeps_alive = line[7] != '0';
    return TRUE;
}

static gboolean
parse_header_line(CddHttp1Parser *self, const char *line, GError **error)
{
    const char *colon = strchr(line, ':');
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;
    const char *earlier;

    if (colon == NULL || colon == line)
        return fail(error, "a header field without a name");
    name = g_ascii_strdown(line, colon - line);
    if (!is_head_text(name))
        return fail(error, "a header field's name has a space or control character");
    value = g_strstrip(g_strdup(colon + 1));
    earlier = cdd_http1_parser_get_header(self, name);
    if (earlier != NULL) {
        char *joined = g_strconcat(earlier, ", ", value, NULL);

        g_free(value);
        value = joined;
    }
    g_hash_table_replace(self->headers, g_steal_pointer(&name), g_steal_pointer(&value));
    return TRUE;
}

/* Decides how long the body is, in the order of RFC 9112 section 6.3. */
static gboolean
choose_body(CddHttp1Parser *self, GError **error)
{
    const char *length = cdd_http1_parser_get_header(self, "content-length");
    const char *encoding = cdd_http1_parser_get_header(self, "transfer-encoding");

    if (header_has_token(self, "connection", "close"))
        self->keeps_alive = FALSE;

    if (self->status == 101) {
        self->state = AT_UPGRADE;
    } else if (self->head_only || self->status == 204 || self->status == 304) {
        self->state = AT_END;
    } else if (encoding != NULL) {
        if (g_ascii_strcasecmp(encoding, "chunked") != 0)
            return fail(error, "an unknown transfer encoding");
        self->state = READ_CHUNK_SIZE;
    } else if (length != NULL) {
        if (!g_ascii_string_to_unsigned(length, 10, 0, G_MAXINT64, &self->left, NULL))
            return fail(error, "Content-Length is not a number");
        self->state = self->left == 0 ? AT_END : READ_SIZED_BODY;
    } else {
        self->keeps_alive = FALSE;
        self->state = READ_BODY_UNTIL_CLOSE;
    }
    return TRUE;
}

static gboolean
parse_head(CddHttp1Parser *self, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(self->line->str, "\n", -1);

    if (strlen(self->line->str) != self->line->len)
        return fail(error, "a NUL in the head");
    g_string_truncate(self->line, 0);
    g_hash_table_remove_all(self->headers);
    if (!parse_status_line(self, g_strchomp(lines[0]), error))
        return FALSE;
    for (char **line = lines + 1; *g_strchomp(*line) != '\0'; line++) {
        if (!parse_header_line(self, *line, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
is_head_complete(const GString *head)
{
    return g_str_has_suffix(head->str, "\n\r\n") || g_str_has_suffix(head->str, "\n\n");
}

static gboolean
read_head(CddHttp1Parser *self, CddHttp1Span *input, CddHttp1Event *event, GError **error)
{
    gboolean line_complete;

    if (!collect_line(self, input, &line_complete))
        return fail(error, "its head is too long");
    /* A server of another kind may send a greeting and then wait. */
    if (strncmp(self->line->str, HTTP_START, MIN(self->line->len, strlen(HTTP_START))) != 0)
        return fail(error, "it does not begin with HTTP/1; check that this is an engine's address");
    if (!line_complete || !is_head_complete(self->line))
        return TRUE;
    if (!parse_head(self, error))
        return FALSE;
    /* A 1xx status other than 101 only precedes the real response. */
    if (self->status >= 100 && self->status < 200 && self->status != 101)
        return TRUE;
    if (!choose_body(self, error))
        return FALSE;
    *event = CDD_HTTP1_HEAD;
    return TRUE;
}

static void
take_body(CddHttp1Parser *self, CddHttp1Span *input, CddHttp1Span *body)
{
    body->data = input->data;
    body->length = (gsize)MIN(self->left, input->length);
    input->data += body->length;
    input->length -= body->length;
    self->left -= body->length;
}

static gboolean
read_chunk_size(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;
    char *end;

    collect_line(self, input, &complete);
    if (self->line->len > MAX_CHUNK_LINE_LENGTH)
        return fail(error, "a chunk's size line is too long");
    if (!complete)
        return TRUE;
    /* strtoull also accepts a sign or leading space. */
    if (!g_ascii_isxdigit(self->line->str[0]))
        return fail(error, "a chunk without a size");
    self->left = g_ascii_strtoull(self->line->str, &end, 16);
    if (end - self->line->str > 15 || strchr(" \t;\r\n", *end) == NULL || *end == '\0')
        return fail(error, "a chunk's size is not a number");
    g_string_truncate(self->line, 0);
    self->state = self->left == 0 ? READ_TRAILER : READ_CHUNK_DATA;
    return TRUE;
}

static gboolean
read_chunk_end(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;

    collect_line(self, input, &complete);
    if (self->line->len > 2 || (complete && *g_strchomp(self->line->str) != '\0') ||
        (!complete && self->line->str[0] != '\r'))
        return fail(error, "a chunk is longer than its size");
    if (!complete)
        return TRUE;
    g_string_truncate(self->line, 0);
    self->state = READ_CHUNK_SIZE;
    return TRUE;
}

static gboolean
read_trailer(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;

    if (!collect_line(self, input, &complete) ||
        self->trailer_length + self->line->len > MAX_HEAD_LENGTH)
        return fail(error, "its trailer is too long");
    if (!complete)
        return TRUE;
    if (*g_strchomp(self->line->str) == '\0')
        self->state = AT_END;
    self->trailer_length += self->line->len;
    g_string_truncate(self->line, 0);
    return TRUE;
}

gboolean
cdd_http1_parser_next(CddHttp1Parser *self,
                      CddHttp1Span *input,
                      CddHttp1Event *event,
                      CddHttp1Span *body,
                      GError **error)
{
    *event = CDD_HTTP1_MORE;
    for (;;) {
        if (self->state == AT_END) {
            *event = CDD_HTTP1_END;
            return TRUE;
        }
        if (self->state == AT_UPGRADE) {
            *event = CDD_HTTP1_UPGRADED;
            return TRUE;
        }
        if (input->length == 0)
            return TRUE;

        switch (self->state) {
        case READ_HEAD:
            if (!read_head(self, input, event, error))
                return FALSE;
            if (*event == CDD_HTTP1_HEAD)
                return TRUE;
            break;
        case READ_SIZED_BODY:
            take_body(self, input, body);
            if (self->left == 0)
                self->state = AT_END;
            *event = CDD_HTTP1_BODY;
            return TRUE;
        case READ_CHUNK_SIZE:
            if (!read_chunk_size(self, input, error))
                return FALSE;
            break;
        case READ_CHUNK_DATA:
            take_body(self, input, body);
            if (self->left == 0)
                self->state = READ_CHUNK_END;
            *event = CDD_HTTP1_BODY;
            return TRUE;
        case READ_CHUNK_END:
            if (!read_chunk_end(self, input, error))
                return FALSE;
            break;
        case READ_TRAILER:
            if (!read_trailer(self, input, error))
                return FALSE;
            break;
        case READ_BODY_UNTIL_CLOSE:
            *body = *input;
            *input = (CddHttp1Span){NULL, 0};
            *event = CDD_HTTP1_BODY;
            return TRUE;
        case AT_END:
        case AT_UPGRADE:
            g_assert_not_reached();
        }
    }
}

gboolean
cdd_http1_parser_end_of_input(CddHttp1Parser *self, CddHttp1Event *event, GError **error)
{
    switch (self->state) {
    case READ_BODY_UNTIL_CLOSE:
    case AT_END:
        self->state = AT_END;
        *event = CDD_HTTP1_END;
        return TRUE;
    case READ_HEAD:
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                            "the engine closed the connection without an answer");
        return FALSE;
    default:
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                            "the engine closed the connection in the middle of its answer");
        return FALSE;
    }
}
