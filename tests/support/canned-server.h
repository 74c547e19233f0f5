/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/* A server at a tcp port of this machine that gives every request the same answer. */
typedef struct CannedServer CannedServer;

/* How a server uses TLS. All NULL is without TLS. */
typedef struct {
    GTlsCertificate *certificate;
    GTlsDatabase *client_authority; /* a client must show a certificate of it; NULL: it need not */
} CannedTls;

/* @answer: all bytes of the answer. Strings and objects are copied. */
CannedServer *canned_server_new(const char *answer, const CannedTls *tls);
void canned_server_free(CannedServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CannedServer, canned_server_free)

/* Returns "127.0.0.1:PORT". */
const char *canned_server_get_place(CannedServer *self);

/* Returns the request lines so far, one a line. */
char *canned_server_dup_requests(CannedServer *self);
