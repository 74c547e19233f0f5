/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Requests for files, as apt and browsers send them (RFC 9110 and 9112). */

enum {
    HTTP_MAX_HEAD = 16 * 1024 /* bytes */
};

typedef struct {
    gboolean is_get;
    gboolean is_head;
    gboolean keeps_connection;
    char *path; /* without escapes and the slash at its beginning */
    char *range;
    char *if_range;
    char *if_modified_since;
} HttpRequest;

typedef enum {
    HTTP_RANGE_NONE, /* the whole file */
    HTTP_RANGE_PART,
    HTTP_RANGE_OUTSIDE, /* of the file */
} HttpRange;

/* The length of the head that @data begins with, with its empty line; 0 if it has not all come. */
gsize http_request_find_end(const char *data, gsize length);

/* @head: with its empty line. NULL if it is no request. */
HttpRequest *http_request_parse(const char *head, gsize length);

void http_request_free(HttpRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpRequest, http_request_free)

/* What part of a file of @size bytes the request wants: the bytes from *@first to *@last. Several
 * parts in one answer are not supported, which RFC 9110 allows. @modified: Last-Modified of the
 * file; NULL for none. */
HttpRange http_request_get_range(
    const HttpRequest *request, guint64 size, const char *modified, guint64 *first, guint64 *last);
