/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/folder.h"
#include "history.h"

/* Writes report.html and trace.json of the run into @directory. */
gboolean
report_write(const Folder *directory, const Owner *owner, const History *history, GError **error);
