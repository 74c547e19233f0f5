/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "../wire/grpc-server.h"

/*
 * A build session (`POST /session`, Engine API 1.31 or later): a connection on which the engine's
 * BuildKit requests credentials, secrets and files from the client. A separate thread serves it,
 * because the engine checks every five seconds whether the client is alive, and the caller's main
 * context may be busy.
 */
typedef struct _CddBuildSession CddBuildSession;

/*
 * A method of a service. begin() gets each call in the session's thread, and sets its handlers or
 * finishes it.
 */
typedef struct {
    const char *name; /* e.g. "/moby.filesync.v1.Auth/Credentials" */
    void (*begin)(CddGrpcCall *call, gpointer service);
} CddBuildSessionMethod;

/*
 * @shared_key is the same for each build of the same files, so the engine requests only changed
 * files. The session serves health checks itself.
 */
CddBuildSession *cdd_build_session_new(const char *shared_key);
/* Ends the thread, if it runs, and every call. */
void cdd_build_session_free(CddBuildSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildSession, cdd_build_session_free)

/*
 * Adds methods; call it before the session is opened. @methods is borrowed. @free_service is called
 * once, when the session is freed.
 */
void cdd_build_session_serve(CddBuildSession *self,
                             const CddBuildSessionMethod *methods,
                             gsize n_methods,
                             gpointer service,
                             GDestroyNotify free_service);

/* Passes a call to its method, if there is one. */
void cdd_build_session_dispatch(CddBuildSession *self, CddGrpcCall *call);

const char *cdd_build_session_get_id(CddBuildSession *self);

/* Opens the session; then a build may refer to it. The session must live until the callback. */
void cdd_build_session_open_async(CddBuildSession *self,
                                  CddClient *client,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean cdd_build_session_open_finish(CddBuildSession *self, GAsyncResult *result, GError **error);

/*
 * Sets the function that receives notes: messages for the user that do not fail the build. It is
 * called in the main context of cdd_build_session_new(), while the session lives.
 */
typedef void (*CddBuildSessionNoteFunc)(const char *text, gpointer user_data);
void cdd_build_session_set_note_func(CddBuildSession *self,
                                     CddBuildSessionNoteFunc func,
                                     gpointer user_data);
/* Adds a note; callable from any thread. */
G_GNUC_PRINTF(2, 3)
void cdd_build_session_note(CddBuildSession *self, const char *format, ...);

/*
 * Reports the cause of a failure that the engine will report only as a failed build. The first
 * cause is kept. @error: (transfer full). Callable from any thread.
 */
void cdd_build_session_report(CddBuildSession *self, GError *error);
/* Returns the cause, or NULL. */
GError *cdd_build_session_dup_fault(CddBuildSession *self);
