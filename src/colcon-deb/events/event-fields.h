/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Fields of events, bounded before they are kept or added up. */
enum {
    EVENT_MAX_TEXT = 4096 /* bytes */
};

/* In milliseconds 8,900 years, in bytes 256 TiB. The sum over all packages of a run is still a
 * gint64. */
#define EVENT_MAX_NUMBER (G_GINT64_CONSTANT(1) << 48)

/* @text, cut between characters; NULL for NULL. */
char *event_bounded(const char *text);

/* Replaces @field by the event's value of @key; leaves it if there is none. */
void event_set_text(char **field, const CddBuildEvent *event, const char *key);

/* A whole number from 0 to EVENT_MAX_NUMBER; @fallback if there is none. */
gint64 event_get_number(const CddBuildEvent *event, const char *key, gint64 fallback);

gboolean event_is_true(const CddBuildEvent *event, const char *key);

/* Appends @line, and drops the first of more than @max lines. Ignores NULL. */
void event_push_line(GQueue *lines, const char *line, guint max);
