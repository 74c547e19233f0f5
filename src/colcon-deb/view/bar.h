/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../base/terminal.h"

/* Puts a bar of @width columns. @done of @total are done; they may be anything. */
void bar_put(StyledLine *line, const TerminalSpace *space, guint width, gint64 done, gint64 total);

/* "3/12", or sizes: "1.5 MiB of 20.0 MiB". Free it. */
char *bar_count(gint64 done, gint64 total, gboolean in_bytes);
