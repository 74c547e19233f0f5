/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../files/tar-pack.h"
#include "session.h"

/*
 * moby.filesync.v1.FileSync: the files of a build. The engine is told of every file that it wants
 * to know of, and asks for the contents of those that it does not have. Two directories are served
 * under the names that the Dockerfile frontend asks for: "context", and "dockerfile" with the
 * Dockerfile and an ignore file of its own, which are given as they have been read, in the order of
 * their names. The files are borrowed for as long as the session lives. latest_time, in seconds
 * since 1970, is the second that no file of the context is told to be later than; 0 for none.
 */
void cdd_file_sync_serve(CddBuildSession *session,
                         const char *context_dir,
                         guint64 latest_time,
                         const CddTarMember *dockerfile_files,
                         gsize n_dockerfile_files);
