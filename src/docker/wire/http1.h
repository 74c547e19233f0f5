/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * HTTP/1.1 as a client sees it (RFC 9112), without input or output: a request becomes bytes, bytes
 * become the events of a response. The bytes may come in pieces of any size.
 */

/* What a request asks. Strings are borrowed. */
typedef struct {
    const char *method;
    const char *target;        /* path and query, already escaped */
    const char *content_type;  /* of the body */
    GBytes *body;              /* NULL for none */
    gboolean chunked;          /* the body follows in chunks, instead of being here */
    const char *upgrade;       /* the protocol to ask for, after the head (101); NULL for none */
    const char *registry_auth; /* the value of X-Registry-Auth; NULL for none */
    const char *const *fields; /* "Name: value" lines besides; NULL for none */
} CddHttp1Request;

/* The request's bytes, body included; NULL if a field holds what a head must not. */
GBytes *cdd_http1_request_to_bytes(const CddHttp1Request *request);

/*
 * A body in chunks is for each piece of it a start, the piece and CR LF, and at last
 * CDD_HTTP1_LAST_CHUNK.
 */
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

/* Bytes that are somebody else's. */
typedef struct {
    const guint8 *data;
    gsize length;
} CddHttp1Span;

typedef struct CddHttp1Parser CddHttp1Parser;

/* method decides whether the response to it has a body. */
CddHttp1Parser *cdd_http1_parser_new(const char *method);
void cdd_http1_parser_free(CddHttp1Parser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddHttp1Parser, cdd_http1_parser_free)

/*
 * Takes bytes from the front of *input until there is an event. A piece of body points into the
 * input. After CDD_HTTP1_END and CDD_HTTP1_UPGRADED nothing more is taken. An error is final.
 */
gboolean cdd_http1_parser_next(CddHttp1Parser *self,
                               CddHttp1Span *input,
                               CddHttp1Event *event,
                               CddHttp1Span *body,
                               GError **error);

/* The peer closed the connection: CDD_HTTP1_END if that ends the body, else an error. */
gboolean cdd_http1_parser_end_of_input(CddHttp1Parser *self, CddHttp1Event *event, GError **error);

guint cdd_http1_parser_get_status(const CddHttp1Parser *self);
/* name in lower case; several fields of one name are joined by ", " */
const char *cdd_http1_parser_get_header(const CddHttp1Parser *self, const char *name);
/* Whether the response is complete: at once after the head of one without a body. */
gboolean cdd_http1_parser_is_complete(const CddHttp1Parser *self);
/* Whether another request may follow on the connection once the response is complete. */
gboolean cdd_http1_parser_keeps_alive(const CddHttp1Parser *self);
