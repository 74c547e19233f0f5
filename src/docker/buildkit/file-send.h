/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * Serves moby.filesync.v1.FileSend: receives the output of a build. @description has the format of
 * Docker's --output: "type=local,dest=DIRECTORY" fills a directory; "type=tar,dest=FILE" writes a
 * file, which gets its name when it is complete. Names from the engine are not trusted. Returns the
 * type for the request, "local" or "tar", or NULL with an error that names the description.
 */
const char *cdd_file_send_serve(CddBuildSession *session, const char *description, GError **error);
