/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/json.h"
#include "../image/engine-image.h"

/*
 * A change of the repository that no build makes. A container has Debian's tools for it and writes
 * the whole new repository beside the old one; the host signs it and puts it in its place.
 */
typedef struct {
    const Config *config;
    Engine *engine;
    const char *suite;                /* NULL for the codename of the image */
    const char *verb;                 /* add, rm or promote */
    const char *const *words;         /* what follows it; for add: files of this machine */
    const CddOutputHandler *on_image; /* gets the progress of a pull or build of the image */
    /* @line: with "action", what has been changed. Called after the change. */
    void (*on_change)(JsonObject *line, gpointer user_data);
    void (*say)(const char *message, gpointer user_data);
    gpointer user_data;
    GCancellable *cancellable;
} RepositoryChange;

/* Makes the change, or leaves the repository as it is. Serves the main context meanwhile. */
gboolean repository_change(const RepositoryChange *change, GError **error);
