/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * The server side of HTTP/1.1, as far as our own client uses it. Everything blocks, so it is called
 * in a thread.
 */

/* A request with its body, which is NUL-terminated besides. */
typedef struct {
    char *method;
    char *target; /* path and query, escaped */
    GBytes *body;
} CddHttpRequest;

void cdd_http_request_clear(CddHttpRequest *request);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CddHttpRequest, cdd_http_request_clear)

/* Returns FALSE at the end of the stream, and for what is not a request. */
gboolean cdd_http_request_read(GDataInputStream *input, CddHttpRequest *request);

/* Returns all the rest of a stream, NUL-terminated besides. */
GBytes *cdd_http_read_rest(GInputStream *input);

#define CDD_HTTP_CHUNKED ((gssize)-1)

/* @fields (nullable) are lines, each with its CRLF. Status 101 is an upgrade, without a length. */
gboolean cdd_http_send_head(GOutputStream *output, guint status, const char *fields, gssize length);
gboolean cdd_http_send(GOutputStream *output, const void *data, gsize length);
/* Sends head and body. As to HEAD and for 204 and 304, the body itself is left out where none may
 * be. */
gboolean cdd_http_send_whole(
    GOutputStream *output, const char *method, guint status, const char *fields, GBytes *body);
/* A chunk without bytes ends the body. */
gboolean cdd_http_send_chunk(GOutputStream *output, const void *data, gsize length);
