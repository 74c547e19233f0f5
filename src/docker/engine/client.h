/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include "../transport/address.h"
#include "response.h"

/*
 * One engine: requests go in, responses come out. Negotiates the API version before the first
 * request and reuses connections.
 */
#define CDD_TYPE_CLIENT (cdd_client_get_type())
G_DECLARE_FINAL_TYPE(CddClient, cdd_client, CDD, CLIENT, GObject)

/* Milliseconds; 0 means no bound. */
typedef struct {
    guint connect;
    guint header;
    guint idle;
} CddTimeouts;

CddClient *cdd_client_new(CddAddress *address, const CddTimeouts *timeouts);
CddAddress *cdd_client_get_address(CddClient *self);
/* NULL before the first answer. */
const char *cdd_client_get_api_version(CddClient *self);
/* Whether the engine has said that it is Podman. */
gboolean cdd_client_is_podman(CddClient *self);

#define CDD_NO_TIMEOUT G_MAXUINT

/* A request. Strings are borrowed until cdd_client_send_async() returns. */
typedef struct {
    const char *method;
    const char *path;        /* with its query, without the version, escaped */
    const char *podman_path; /* for Podman, where it is asked in another way; or NULL */
    JsonNode *body;          /* NULL for none */
    GInputStream *upload;    /* instead of a body: sent as it is read */
    const char *registry_auth;
    guint header_timeout;      /* 0 for the client's, CDD_NO_TIMEOUT for none */
    const char *upgrade;       /* the protocol that the stream turns to: "tcp", "h2c"; or NULL */
    const char *const *fields; /* "Name: value" lines of the head besides; or NULL */
    gboolean unversioned;
    gboolean endless; /* silence inside the answer is no fault */
} CddCall;

/*
 * Finishes when the head of the answer is there, even if an upload still goes on: it ends with the
 * response. The header deadline of an upload counts from its end. A status of 400 and above is an
 * error with the engine's message; so is an answer other than 101 to an upgrade. Cancelling closes
 * the connection.
 */
void cdd_client_send_async(CddClient *self,
                           const CddCall *call,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
CddResponse *cdd_client_send_finish(CddClient *self, GAsyncResult *result, GError **error);

/* The same, and the whole answer as JSON; NULL without an error when it has no body. */
void cdd_client_call_async(CddClient *self,
                           const CddCall *call,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
JsonNode *cdd_client_call_finish(CddClient *self, GAsyncResult *result, GError **error);

/* For calls whose answer says nothing more than that it worked. */
gboolean cdd_client_call_finish_ok(CddClient *self, GAsyncResult *result, GError **error);
