/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/* Events that the host makes itself, in the words of docs/protocol.md. */

/* A log line with source=host. */
CddBuildEvent *host_event_log(const char *level, const char *message);

/* Progress of that type. Pairs of a key and a value follow, up to NULL; a pair whose value is NULL
 * is left out. */
CddBuildEvent *host_event_progress(const char *type, ...) G_GNUC_NULL_TERMINATED;
