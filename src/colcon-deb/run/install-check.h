/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/json.h"
#include "../image/engine-image.h"

/* Installs packages of the repository in a clean container, and checks that they are usable there
 * (scripts/helpers/install-check.py). */
typedef struct {
    const Config *config; /* its image is the clean one */
    Engine *engine;
    const char *suite;
    char *const *packages;            /* NULL for all */
    const CddOutputHandler *on_image; /* gets the progress of a pull */
    /* @result: "package", "version", "ok", and "problems" with "reason" and "advice". */
    void (*on_result)(JsonObject *result, gpointer user_data);
    gpointer user_data;
    GCancellable *cancellable;
} InstallCheck;

/* TRUE if all was checked, whatever the results. Serves the main context meanwhile. */
gboolean install_check(const InstallCheck *check, GError **error);
