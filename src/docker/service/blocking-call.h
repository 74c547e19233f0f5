/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/cdd-service.h>

/*
 * One blocking call: an asynchronous one in a main context of the service's own, which nothing else
 * iterates. What a call leaves, such as a login by ssh, goes on there with the next one. A second
 * thread waits for the end of the call.
 */
typedef struct {
    CddService *service;
    GAsyncResult *result;
    GCancellable *cancellable; /* of the asynchronous call */
    GCancellable *from;        /* the caller's; or NULL */
    gulong handler;
} CddBlockingCall;

/* Fails within a callback of a blocking call of the same service, which would be run on in it. */
gboolean cdd_blocking_call_begin(CddBlockingCall *self,
                                 CddService *service,
                                 GCancellable *cancellable,
                                 GError **error);
/* The callback of the asynchronous call, with the blocking call as its data. */
void cdd_blocking_call_done(GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *cdd_blocking_call_wait(CddBlockingCall *self);
void cdd_blocking_call_end(CddBlockingCall *self);
