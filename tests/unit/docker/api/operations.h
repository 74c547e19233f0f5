/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "fake-engine.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* A table of all asynchronous calls to an engine, so a test can run for each of them. */
typedef struct {
    const char *name; /* the call's name, without _async */
    void (*begin)(CddService *service,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data);
    /* Frees the result. Returns FALSE if and only if there is an error. */
    gboolean (*finish)(CddService *service, GAsyncResult *result, GError **error);
    /* The blocking call; NULL if there is none. */
    gboolean (*block)(CddService *service, GCancellable *cancellable, GError **error);
    /* After cancelling, it still removes its container, which takes the engine's answers. */
    gboolean tidies_up;
    /* It succeeds with the head of the answer; the rest belongs to the attachment. */
    gboolean gives_stream;
    /* It asks what each client asks first, which the mute engine answers. */
    gboolean is_ping;
    /* Another variant of a call in the table. */
    gboolean is_variant;
} Operation;

/* Ends with an entry without a name. */
extern const Operation operations[];
/* The answers of an engine on which every call succeeds. */
extern const FakeAnswer operation_answers[];
