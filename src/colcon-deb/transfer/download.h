/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "agent.h"
#include "transfer-count.h"
#include "transfer-root.h"

/*
 * Makes the directory of @root like its copy on the engine, as far as the container may change it.
 * A file of the user that has changed here since it was sent stays as it is. A file is removed
 * only if the copy had it and it is still the same. @output: has the records of the lists. @count:
 * grows by what is received.
 */
gboolean download(Agent *agent,
                  const TransferRoot *root,
                  const char *output,
                  GCancellable *cancellable,
                  TransferCount *count,
                  GError **error);

/* Receives one file as it is now, while the build may still write it. Does nothing if there is
 * none. @path: relative to the root. */
gboolean download_file(Agent *agent, const TransferRoot *root, const char *path, GError **error);
