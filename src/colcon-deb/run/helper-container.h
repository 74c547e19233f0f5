/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/json.h"
#include "../engine/engine.h"

/*
 * A container that does one thing with files of this machine and prints JSON, one object a line. An
 * object with "error" says why it failed.
 */
typedef struct {
    const Engine *engine;
    const CddContainerSpec *spec;
    /* Files and directories that are copied to its root; NULL for none. They go through the API:
     * the engine may be on another machine. */
    const char *const *files;
    void (*on_line)(JsonObject *line, gpointer user_data);
    gpointer user_data;
    GCancellable *cancellable;
} HelperContainer;

/* Creates the container, runs it to its end and removes it. Fails unless its exit code is 0. Serves
 * the main context meanwhile. */
gboolean helper_container_run(const HelperContainer *helper, GError **error);
