/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * Returns @event of the build of one target as an event of the build of all: it has the key
 * `target`, names of packages begin with "TARGET/", and paths in the output directory with
 * @directory, the target's own directory there. A line of output becomes a log line of level debug,
 * because output has no keys.
 */
CddBuildEvent *
event_of_target(const CddBuildEvent *event, const char *target, const char *directory);
