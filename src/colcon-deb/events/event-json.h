/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * @event as one line of JSON with its line end: {"ts":MS,"marker":"progress"|"log",FIELDS…}, or
 * {"ts":MS,"type":"output","stream":…,"line":…}. Fields that the protocol defines as numbers or
 * truth values are that in JSON too, if they are what they should be.
 */
char *event_to_json(const CddBuildEvent *event, gint64 timestamp);
