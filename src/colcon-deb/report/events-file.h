/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"
#include "history.h"

/* The history that the file @name in @folder tells, an events.jsonl. A last line without its end is
 * ignored: the run goes on, or was killed. Errors name the file and the line. */
History *events_file_read(const Folder *folder, const char *name, GError **error);
