/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../wire/json.h"

#include "../transport/address.h"
#include "response.h"

/*
 * A client of one engine. Negotiates the API version before the first request, reuses connections.
 */
#define CDD_TYPE_CLIENT (cdd_client_get_type())
G_DECLARE_FINAL_TYPE(CddClient, cdd_client, CDD, CLIENT, GObject)

/* Milliseconds; 0 means no limit. */
typedef struct {
    guint connect;
    guint header;
    guint idle;
} CddTimeouts;

CddClient *cdd_client_new(CddAddress *address, const CddTimeouts *timeouts);
CddAddress *cdd_client_get_address(CddClient *self);
/* Returns NULL before the first answer. */
const char *cdd_client_get_api_version(CddClient *self);
/* Returns whether the engine has identified itself as Podman. */
gboolean cdd_client_is_podman(CddClient *self);

#define CDD_NO_TIMEOUT G_MAXUINT

/* A request. Strings are borrowed until cdd_client_send_async() returns. */
typedef struct {
    const char *method;
    const char *path;         /* escaped, with the query, without the version */
    const char *podman_path;  /* the path for Podman if it differs; or NULL */
    JsonNode *body;           /* NULL for none */
    GInputStream *upload;     /* instead of @body: streamed */
    const char *content_type; /* of @upload; NULL for a tar archive */
    const char *registry_auth;
    guint header_timeout;      /* 0 for the client's timeout, CDD_NO_TIMEOUT for none */
    const char *upgrade;       /* the protocol to upgrade to: "tcp", "h2c"; or NULL */
    const char *const *fields; /* additional "Name: value" header lines; or NULL */
    gboolean unversioned;
    gboolean endless; /* the idle timeout does not apply */
} CddCall;

/*
 * Sends a request. Finishes when the head of the answer has arrived, even if an upload is still
 * running; the upload ends with the response. With an upload, the header timeout starts at the end
 * of the upload. A status of 400 or above is an error with the engine's message; so is an answer
 * other than 101 to an upgrade. Cancelling closes the connection.
 */
void cdd_client_send_async(CddClient *self,
                           const CddCall *call,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
CddResponse *cdd_client_send_finish(CddClient *self, GAsyncResult *result, GError **error);

/*
 * Asks the server whether it is a container engine that this library can use, and which API version
 * and kind it has. A server that is no engine is an error that says so.
 */
void cdd_client_ping_async(CddClient *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean cdd_client_ping_finish(CddClient *self, GAsyncResult *result, GError **error);

/* Sends a request and returns the whole answer as JSON; NULL without an error if it has no body. */
void cdd_client_call_async(CddClient *self,
                           const CddCall *call,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
JsonNode *cdd_client_call_finish(CddClient *self, GAsyncResult *result, GError **error);

/* For requests whose answer has no useful body. */
gboolean cdd_client_call_finish_ok(CddClient *self, GAsyncResult *result, GError **error);
