/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "session.h"

/*
 * moby.filesync.v1.FileSync: the files of a build. The engine is told of every file that it wants
 * to know of, and asks for the contents of those that it does not have. Two directories are served
 * under the names that the Dockerfile frontend asks for: "context", and "dockerfile" with the
 * Dockerfile and its ignore file, which may be the text of one that lies nowhere.
 */
typedef struct {
    const char *context_dir;
    const char *dockerfile_dir;
    const char *dockerfile_name; /* in dockerfile_dir, or of dockerfile_text */
    GBytes *dockerfile_text;     /* NULL: it is the file in dockerfile_dir */
} CddFileSyncDirectories;

/* All is copied. */
void cdd_file_sync_serve(CddBuildSession *session, const CddFileSyncDirectories *directories);
