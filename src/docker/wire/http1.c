/* SPDX-License-Identifier: Apache-2.0 */
#include "http1.h"

#include <colcon-deb-docker/cdd-error.h>
#include <string.h>

#define HTTP_START "HTTP/1."

/* No engine comes near these limits; a peer that exceeds them is broken or hostile. */
enum {
    MAX_HEAD_LENGTH = 64 * 1024,
    MAX_CHUNK_LINE_LENGTH = 4096,
};

typedef enum {
    READ_STATUS_LINE,
    READ_HEADER,
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
    GString *line;      /* collects a line */
    gsize head_length;  /* of all lines of the head, or of the trailer */
    guint64 left;       /* remaining bytes of the body or chunk */
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

/* Returns whether a line of a head may have the character: text, a space or a tab. */
static gboolean
is_line_character(char c)
{
    return ((guchar)c >= ' ' && c != 0x7F) || c == '\t';
}

/* Accepts a complete header line. The value may have spaces. */
static gboolean
is_field_line(const char *line)
{
    for (const char *at = line; *at != '\0'; at++) {
        if (!is_line_character(*at))
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

static int
compare_lines(gconstpointer one, gconstpointer other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

GStrv
cdd_http1_parser_dup_headers(const CddHttp1Parser *self)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    GHashTableIter each;
    gpointer name;
    gpointer value;

    g_hash_table_iter_init(&each, self->headers);
    while (g_hash_table_iter_next(&each, &name, &value))
        g_ptr_array_add(lines, g_strdup_printf("%s: %s", (char *)name, (char *)value));
    g_ptr_array_sort(lines, compare_lines);
    g_ptr_array_add(lines, NULL);
    return (GStrv)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
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

/* Checks the next byte of a line. So a byte is refused when it arrives, however the input is cut.
 */
static gboolean
check_line_byte(const CddHttp1Parser *self, char byte, GError **error)
{
    gsize length = self->line->len;

    /* A server of another kind may send a greeting and then wait. */
    if (self->state == READ_STATUS_LINE && length < strlen(HTTP_START) &&
        byte != HTTP_START[length])
        return fail(error, "it does not begin with HTTP/1; check that this is an engine's address");
    if (self->state == READ_CHUNK_END && byte != '\r' && byte != '\n')
        return fail(error, "a chunk is longer than its size");
    if (byte != '\n' && length > 0 && self->line->str[length - 1] == '\r')
        return fail(error, "a carriage return without a line feed");
    if (byte != '\r' && byte != '\n' && !is_line_character(byte))
        return fail(error, "a control character in a line");
    if (self->state == READ_CHUNK_SIZE)
        return length < MAX_CHUNK_LINE_LENGTH || fail(error, "a chunk's size line is too long");
    if (self->head_length + length >= MAX_HEAD_LENGTH)
        return fail(error, self->state == READ_TRAILER ? "its trailer is too long"
                                                       : "its head is too long");
    return TRUE;
}

/* Moves bytes to self->line until the line is complete. A line feed alone also ends a line. */
static gboolean
collect_line(CddHttp1Parser *self, CddHttp1Span *input, gboolean *complete, GError **error)
{
    for (*complete = FALSE; input->length > 0 && !*complete; input->data++, input->length--) {
        char byte = (char)*input->data;

        if (!check_line_byte(self, byte, error))
            return FALSE;
        g_string_append_c(self->line, byte);
        *complete = byte == '\n';
    }
    if (*complete) {
        self->head_length += self->line->len;
        g_string_truncate(self->line, self->line->len - 1);
        if (g_str_has_suffix(self->line->str, "\r"))
            g_string_truncate(self->line, self->line->len - 1);
    }
    return TRUE;
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
    if (!g_str_has_prefix(line, HTTP_START) || !g_ascii_isdigit(line[7]) || line[8] != ' ' ||
        !g_ascii_isdigit(line[9]) || !g_ascii_isdigit(line[10]) || !g_ascii_isdigit(line[11]) ||
        (line[12] != ' ' && line[12] != '\0'))
        return fail(error, "no status line");
    self->status = (guint)((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    if (self->status < 100)
        return fail(error, "a status below 100");
    self->keeps_alive = line[7] != '0';
    return TRUE;
}

/* Returns whether the name is a token of RFC 9110 section 5.6.2. */
static gboolean
is_field_name(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (!g_ascii_isalnum(*at) && strchr("!#$%&'*+-.^_`|~", *at) == NULL)
            return FALSE;
    }
    return *name != '\0';
}

/* Refuses a field that continues on the next line (RFC 9112 section 5.2): no engine sends any. */
static gboolean
split_field(const char *line, char **name, char **value, GError **error)
{
    const char *colon = strchr(line, ':');

    if (*line == ' ' || *line == '\t')
        return fail(error, "a header line that begins with white space");
    if (colon == NULL || colon == line)
        return fail(error, "a header field without a name");
    *name = g_ascii_strdown(line, colon - line);
    *value = g_strstrip(g_strdup(colon + 1));
    if (!is_field_name(*name))
        return fail(error, "a header field's name has a character that names do not have");
    return TRUE;
}

static gboolean
parse_header_line(CddHttp1Parser *self, const char *line, GError **error)
{
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;
    const char *earlier;

    if (!split_field(line, &name, &value, error))
        return FALSE;
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
    if (length != NULL && !g_ascii_string_to_unsigned(length, 10, 0, G_MAXINT64, &self->left, NULL))
        return fail(error, "Content-Length is not a number");
    if (length != NULL && encoding != NULL)
        return fail(error, "it has both a Content-Length and a Transfer-Encoding");

    if (self->status == 101) {
        self->state = AT_UPGRADE;
    } else if (self->head_only || self->status == 204 || self->status == 304) {
        self->state = AT_END;
    } else if (encoding != NULL) {
        if (g_ascii_strcasecmp(encoding, "chunked") != 0)
            return fail(error, "an unknown transfer encoding");
        self->state = READ_CHUNK_SIZE;
    } else if (length != NULL) {
        self->state = self->left == 0 ? AT_END : READ_SIZED_BODY;
    } else {
        self->keeps_alive = FALSE;
        self->state = READ_BODY_UNTIL_CLOSE;
    }
    return TRUE;
}

static gboolean
read_status_line(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;

    if (!collect_line(self, input, &complete, error))
        return FALSE;
    if (!complete)
        return TRUE;
    if (!parse_status_line(self, self->line->str, error))
        return FALSE;
    g_string_truncate(self->line, 0);
    self->state = READ_HEADER;
    return TRUE;
}

static gboolean
end_head(CddHttp1Parser *self, CddHttp1Event *event, GError **error)
{
    /*
     * A 1xx status other than 101 only precedes the real response. The limit is for all of them
     * together, else they could go on for ever.
     */
    if (self->status < 200 && self->status != 101) {
        g_hash_table_remove_all(self->headers);
        self->state = READ_STATUS_LINE;
        return TRUE;
    }
    if (!choose_body(self, error))
        return FALSE;
    *event = CDD_HTTP1_HEAD;
    return TRUE;
}

static gboolean
read_header(CddHttp1Parser *self, CddHttp1Span *input, CddHttp1Event *event, GError **error)
{
    gboolean complete;

    if (!collect_line(self, input, &complete, error))
        return FALSE;
    if (!complete)
        return TRUE;
    if (self->line->len == 0)
        return end_head(self, event, error);
    if (!parse_header_line(self, self->line->str, error))
        return FALSE;
    g_string_truncate(self->line, 0);
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

/* Digits only: strtoull would also accept a sign, a leading space and 0x. */
static gboolean
parse_chunk_size(const char *line, guint64 *size, GError **error)
{
    const char *at = line;

    for (*size = 0; g_ascii_isxdigit(*at); at++) {
        if (*size > (G_MAXINT64 >> 4))
            return fail(error, "a chunk's size is too large");
        *size = *size << 4 | (guint64)g_ascii_xdigit_value(*at);
    }
    if (at == line)
        return fail(error, "a chunk without a size");
    if (*at == '\0')
        return TRUE;
    /* White space may only precede an extension; extensions have no effect. */
    at += strspn(at, " \t");
    return *at == ';' || fail(error, "a chunk's size is not a number");
}

static gboolean
read_chunk_size(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;

    if (!collect_line(self, input, &complete, error))
        return FALSE;
    if (!complete)
        return TRUE;
    if (!parse_chunk_size(self->line->str, &self->left, error))
        return FALSE;
    g_string_truncate(self->line, 0);
    self->head_length = 0;
    self->state = self->left == 0 ? READ_TRAILER : READ_CHUNK_DATA;
    return TRUE;
}

static gboolean
read_chunk_end(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;

    if (!collect_line(self, input, &complete, error))
        return FALSE;
    if (complete)
        self->state = READ_CHUNK_SIZE;
    return TRUE;
}

static gboolean
read_trailer(CddHttp1Parser *self, CddHttp1Span *input, GError **error)
{
    gboolean complete;
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;

    if (!collect_line(self, input, &complete, error))
        return FALSE;
    if (!complete)
        return TRUE;
    if (self->line->len == 0)
        self->state = AT_END;
    else if (!split_field(self->line->str, &name, &value, error))
        return FALSE;
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
        case READ_STATUS_LINE:
            if (!read_status_line(self, input, error))
                return FALSE;
            break;
        case READ_HEADER:
            if (!read_header(self, input, event, error))
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
    case READ_STATUS_LINE:
    case READ_HEADER:
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                            "the engine closed the connection without an answer");
        return FALSE;
    default:
        g_set_error_literal(error, CDD_ERROR, CDD_ERROR_DAEMON_NOT_ACCESSIBLE,
                            "the engine closed the connection in the middle of its answer");
        return FALSE;
    }
}
