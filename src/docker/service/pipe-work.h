/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../files/byte-queue.h"

/*
 * Connects a request to a thread that produces its body or consumes its answer, by a queue.
 * The work is over when both have ended. An error of either one ends the other.
 */
typedef struct _CddPipeWork CddPipeWork;

typedef struct {
    /* Runs in the thread. Writes to @queue, everything before it returns, or reads from it. */
    gboolean (*work)(CddByteQueue *queue,
                     GCancellable *cancellable,
                     gpointer user_data,
                     GError **error);
    /* @error: (transfer full) (nullable): NULL if both succeeded. May free the work. */
    void (*over)(GError *error, gpointer user_data);
} CddPipeWorkFuncs;

/* @funcs is borrowed. */
CddPipeWork *
cdd_pipe_work_new(const CddPipeWorkFuncs *funcs, GCancellable *cancellable, gpointer user_data);
/* Call it before the work is started or when it is over. */
void cdd_pipe_work_free(CddPipeWork *self);

/* Starts the thread. The request sends from the returned stream, which the work owns. */
GInputStream *cdd_pipe_work_start_upload(CddPipeWork *self);
/* Starts the thread. The request writes to the returned stream, which the work owns. */
GOutputStream *cdd_pipe_work_start_download(CddPipeWork *self);

/* Returns the cancellable for the request. */
GCancellable *cdd_pipe_work_get_cancellable(CddPipeWork *self);
/* Call it when the request has ended. @error: (transfer full) (nullable). */
void cdd_pipe_work_end_request(CddPipeWork *self, GError *error);
