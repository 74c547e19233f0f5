/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * @event as one line of JSON with its line end: {"ts":MS,"marker":"progress"|"log",FIELDS…}, or
 * {"ts":MS,"type":"output","stream":…,"line":…}. A field that the protocol defines as a number or a
 * truth value is one in JSON too, if its text is valid.
 */
char *event_to_json(const CddBuildEvent *event, gint64 timestamp);

/* The reverse: the event of a line of events.jsonl, which anyone may have written, and its time
 * stamp. NULL if the line is none. */
CddBuildEvent *event_from_json(const char *line, gsize length, gint64 *timestamp);
