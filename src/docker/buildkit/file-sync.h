/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../files/tar-pack.h"
#include "session.h"

/*
 * Serves moby.filesync.v1.FileSync: the files of a build. The engine gets a list of the files and
 * requests the contents that it does not have. Two directories are served under the names of the
 * Dockerfile frontend: "context", without files if @context_dir is NULL, and "dockerfile" with
 * @files: the Dockerfile and possibly its own ignore file, sorted by name. @files must live as long
 * as the session. @latest_time, in seconds since 1970: later file times in the context are sent as
 * this second; 0 for no limit.
 */
void cdd_file_sync_serve(CddBuildSession *session,
                         const char *context_dir,
                         guint64 latest_time,
                         const CddTarMember *dockerfile_files,
                         gsize n_dockerfile_files);
