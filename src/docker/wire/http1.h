/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The client side of HTTP/1.1 (RFC 9112), without input or output. A request becomes bytes, and
 * bytes become the events of a response. The bytes may be split anywhere.
 */

/* A request. Strings are borrowed. */
typedef struct {
    const char *method;
    const char *target;        /* path and query, already escaped */
    const char *content_type;  /* of the body */
    GBytes *body;              /* NULL for none */
    gboolean chunked;          /* the body follows in chunks; @body is NULL */
    const char *upgrade;       /* the protocol to ask for, after the head (101); NULL for none */
    const char *registry_auth; /* the value of X-Registry-Auth; NULL for none */
    const char *const *fields; /* additional "Name: value" lines; NULL for none */
} CddHttp1Request;

/* Returns the request's bytes with the body, or NULL if a field is not valid in a head. */
GBytes *cdd_http1_request_to_bytes(const CddHttp1Request *request);

/* A chunked body has for each piece: a start, the piece, CR LF. CDD_HTTP1_LAST_CHUNK ends it. */
#define CDD_HTTP1_CHUNK_START_SIZE 20
#define CDD_HTTP1_CHUNK_END_SIZE 2
#define CDD_HTTP1_LAST_CHUNK "0\r\n\r\n"
/* Writes the start of a chunk, NUL-terminated, and returns its length. */
gsize cdd_http1_chunk_start(char start[CDD_HTTP1_CHUNK_START_SIZE], gsize length);

typedef enum {
    CDD_HTTP1_MORE,     /* all input is used up */
    CDD_HTTP1_HEAD,     /* status and header fields are known */
    CDD_HTTP1_BODY,     /* a piece of the body is in *body */
    CDD_HTTP1_END,      /* the response is complete */
    CDD_HTTP1_UPGRADED, /* status 101: what follows is not HTTP */
} CddHttp1Event;

/* Borrowed bytes. */
typedef struct {
    const guint8 *data;
    gsize length;
} CddHttp1Span;

typedef struct CddHttp1Parser CddHttp1Parser;

/* @method decides whether the response has a body. */
CddHttp1Parser *cdd_http1_parser_new(const char *method);
void cdd_http1_parser_free(CddHttp1Parser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddHttp1Parser, cdd_http1_parser_free)

/*
 * Takes bytes from the front of *input until there is an event. *body points into the input. After
 * CDD_HTTP1_END and CDD_HTTP1_UPGRADED no more bytes are taken. An error is final.
 */
gboolean cdd_http1_parser_next(CddHttp1Parser *self,
                               CddHttp1Span *input,
                               CddHttp1Event *event,
                               CddHttp1Span *body,
                               GError **error);

/*
 * Call this when the peer has closed the connection. Returns CDD_HTTP1_END if this ends the body,
 * else an error.
 */
gboolean cdd_http1_parser_end_of_input(CddHttp1Parser *self, CddHttp1Event *event, GError **error);

guint cdd_http1_parser_get_status(const CddHttp1Parser *self);
/* @name is in lower case. Several fields of one name are joined by ", ". */
const char *cdd_http1_parser_get_header(const CddHttp1Parser *self, const char *name);
/* Returns all fields as "name: value" lines, sorted. */
GStrv cdd_http1_parser_dup_headers(const CddHttp1Parser *self);
/* Returns whether the response is complete. Without a body, it is complete after the head. */
gboolean cdd_http1_parser_is_complete(const CddHttp1Parser *self);
/* Returns whether the connection may be reused once the response is complete. */
gboolean cdd_http1_parser_keeps_alive(const CddHttp1Parser *self);
