/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "service.h"

#include <colcon-deb-docker/cdd-build-context.h>

/*
 * `POST /build`: the request of either builder. The classic one gets its files in an archive,
 * BuildKit asks for them on a session. Of the context the options are taken, not the files; all is
 * borrowed until the call returns.
 */
typedef struct {
    const char *doing; /* for errors; empty where it is part of what says so itself */
    const CddBuildContext *context;
    const char *dockerfile;      /* its name in the archive or on the session */
    GInputStream *archive;       /* NULL for BuildKit */
    const char *session;         /* its id; NULL for the classic builder */
    const char *output_type;     /* what BuildKit exports, e.g. "local"; NULL for an image */
    const char *registry_config; /* credentials for the classic builder's pulls; NULL for none */
} CddImageBuildRequest;

void cdd_image_build_async(CddService *self,
                           const CddImageBuildRequest *request,
                           const CddOutputHandler *handler,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
/* The image's id; empty where an output was asked for. */
char *cdd_image_build_finish(CddService *self, GAsyncResult *result, GError **error);
