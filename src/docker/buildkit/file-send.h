/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * moby.filesync.v1.FileSend: what a build gives out in place of an image, described as docker's own
 * --output has it: "type=local,dest=DIRECTORY" fills a directory, "type=tar,dest=FILE" makes a file
 * that has its name only when it is complete. What the engine says of names is not trusted. Returns
 * the type for the request, "local" or "tar", or NULL with an error that names the description.
 */
const char *cdd_file_send_serve(CddBuildSession *session, const char *description, GError **error);
