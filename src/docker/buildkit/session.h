/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../engine/client.h"
#include "../wire/grpc-server.h"

/*
 * A build session: a connection on which BuildKit, in the engine, asks whoever has begun a build
 * for what it needs: credentials, secrets, files (`POST /session`, Engine API 1.31 and later). It
 * is served in a thread of its own: a caller whose main context is busy must not look dead to the
 * engine, which asks every five seconds.
 */
typedef struct _CddBuildSession CddBuildSession;

/*
 * A method of a service that is served. begin() gets each call of it, in the session's thread, and
 * sets its handlers or finishes it.
 */
typedef struct {
    const char *name; /* "/moby.filesync.v1.Auth/Credentials" */
    void (*begin)(CddGrpcCall *call, gpointer service);
} CddBuildSessionMethod;

/*
 * shared_key is the same whenever the same files are built again, so that only those that have
 * changed are asked for. Serves health by itself.
 */
CddBuildSession *cdd_build_session_new(const char *shared_key);
/* Ends the thread, if it runs, and with it every call. */
void cdd_build_session_free(CddBuildSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CddBuildSession, cdd_build_session_free)

/* Before it is opened. The method is borrowed; free_service is called once, with the session. */
void cdd_build_session_serve(CddBuildSession *self,
                             const CddBuildSessionMethod *methods,
                             gsize n_methods,
                             gpointer service,
                             GDestroyNotify free_service);

/* Gives a call to the method that it names, if it is served. */
void cdd_build_session_dispatch(CddBuildSession *self, CddGrpcCall *call);

const char *cdd_build_session_get_id(CddBuildSession *self);

/* Once it is open a build may name it. The session must live until the callback. */
void cdd_build_session_open_async(CddBuildSession *self,
                                  CddClient *client,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
gboolean cdd_build_session_open_finish(CddBuildSession *self, GAsyncResult *result, GError **error);

/*
 * What a user should know although the build goes on. The function is called in the main context
 * in which the session was made, as long as the session lives.
 */
typedef void (*CddBuildSessionNoteFunc)(const char *text, gpointer user_data);
void cdd_build_session_set_note_func(CddBuildSession *self,
                                     CddBuildSessionNoteFunc func,
                                     gpointer user_data);
/* In any thread. */
G_GNUC_PRINTF(2, 3)
void cdd_build_session_note(CddBuildSession *self, const char *format, ...);

/*
 * The cause of what the engine will call a failed build: the first that a service reports is kept.
 * Takes the error. In any thread.
 */
void cdd_build_session_report(CddBuildSession *self, GError *error);
/* The cause, if there is one. */
GError *cdd_build_session_dup_fault(CddBuildSession *self);
