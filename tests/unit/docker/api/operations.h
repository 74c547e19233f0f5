/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * Every asynchronous call of the library that an engine has a part in, in one form, so that what
 * must hold for all of them is tested on all of them.
 */
typedef struct {
    const char *name; /* the call's own, without _async */
    void (*begin)(CddService *service,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data);
    /* Frees what it gives; FALSE exactly if there is an error. */
    gboolean (*finish)(CddService *service, GAsyncResult *result, GError **error);
    /* Cancelled, it still sees to it that no container stays, which the engine has to answer. */
    gboolean tidies_up;
    /* It succeeds with the head of the answer; what follows is for whoever reads the attachment. */
    gboolean gives_stream;
    /* A call that stands in the table already, asked for something else. */
    gboolean is_variant;
} Operation;

/* Up to one without a name. */
extern const Operation operations[];
/* What an engine answers that does all of it. */
extern const FakeAnswer operation_answers[];
