/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Text for people. The output of a build is untrusted: it goes through text_printable() before it
 * reaches a terminal.
 */

/* @text as one line, without escape sequences, control characters and characters that change the
 * direction of writing. Tabs and line ends become spaces. */
char *text_printable(const char *text);

/* The number of terminal columns that @text takes. */
guint text_width(const char *text);

/* @text, shortened with "..." to at most @columns. */
char *text_ellipsize(const char *text, guint columns);

/* @text, shortened in its middle to at most @columns: names often differ at their end. */
char *text_ellipsize_middle(const char *text, guint columns);

/* A duration as people say it: "0.4s", "12.3s", "1m 05s", "2h 03m". */
char *text_duration(gint64 milliseconds);

/* A running clock: "0:07", "12:34", "1:02:03". */
char *text_clock(gint64 milliseconds);

/* A size as people say it: "512 B", "1.5 KiB", "20.0 GiB". */
char *text_size(guint64 bytes);

/* An age in one unit: "1 second", "3 hours", "12 days". */
char *text_age(gint64 seconds);
