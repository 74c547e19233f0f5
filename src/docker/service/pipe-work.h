/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gio/gio.h>

/*
 * A request whose body a thread makes, or whose answer a thread takes: the thread has one end of a
 * socket pair, the request the other. It is over when both have come to their end; the fault of
 * either ends the other.
 */
typedef struct _CddPipeWork CddPipeWork;

typedef struct {
    /* In the thread: writes fd, and has the last byte go out with its return, or reads it. */
    gboolean (*work)(int fd, GCancellable *cancellable, gpointer user_data, GError **error);
    /* Takes the error, NULL when both went well. May free the work. */
    void (*over)(GError *error, gpointer user_data);
} CddPipeWorkFuncs;

/* funcs is borrowed. */
CddPipeWork *
cdd_pipe_work_new(const CddPipeWorkFuncs *funcs, GCancellable *cancellable, gpointer user_data);
/* Before it is started, or when it is over. */
void cdd_pipe_work_free(CddPipeWork *self);

/* Starts the thread, which writes what the request sends from the stream; that is the work's. */
GInputStream *cdd_pipe_work_start_upload(CddPipeWork *self, GError **error);
/* Starts the thread, which reads what the request writes. */
GOutputStream *cdd_pipe_work_start_download(CddPipeWork *self, GError **error);

/* What the request takes. */
GCancellable *cdd_pipe_work_get_cancellable(CddPipeWork *self);
/* The request has ended; takes its error. */
void cdd_pipe_work_end_request(CddPipeWork *self, GError *error);
