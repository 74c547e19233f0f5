/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Fields of events, bounded before they are kept. */
enum {
    EVENT_MAX_TEXT = 4096 /* bytes */
};

/* @text, cut between characters; NULL for NULL. */
char *event_bounded(const char *text);

/* Replaces @field by the event's value of @key; leaves it if there is none. */
void event_set_text(char **field, const CddBuildEvent *event, const char *key);

gboolean event_is_true(const CddBuildEvent *event, const char *key);

/* Appends @line, and drops the first of more than @max lines. Ignores NULL. */
void event_push_line(GQueue *lines, const char *line, guint max);
