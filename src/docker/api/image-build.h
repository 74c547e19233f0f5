/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "service.h"

#include <colcon-deb-docker/cdd-build-context.h>
#include <colcon-deb-docker/cdd-image-build.h>

/*
 * The `POST /build` request for either builder. The classic builder gets the files in an archive,
 * BuildKit requests them over a session. Only the options of @context are used, not its files. All
 * members are borrowed until the call returns.
 */
typedef struct {
    const char *doing; /* for errors; empty if the caller adds its own description */
    const CddBuildContext *context;
    const CddImageBuildOptions
        *options;                /* the caller's; only their reserved members are looked at */
    const char *dockerfile;      /* its name in the archive or session */
    GInputStream *archive;       /* NULL for BuildKit */
    const char *session;         /* the session's id; NULL for the classic builder */
    const char *output_type;     /* BuildKit's export type, e.g. "local"; NULL for an image */
    const char *registry_config; /* credentials for the classic builder's pulls; NULL for none */
} CddImageBuildRequest;

void cdd_image_build_async(CddService *self,
                           const CddImageBuildRequest *request,
                           const CddOutputHandler *handler,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* Returns the image's id; empty if @output_type was set. */
char *cdd_image_build_finish(CddService *self, GAsyncResult *result, GError **error);
