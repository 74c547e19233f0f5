/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

typedef struct {
    const char *helpers;    /* the digest of the files that run in the container */
    const char *copies;     /* what identifies the volumes with this machine's files; or NULL */
    gboolean network_files; /* whether the engine may have this machine's resolv.conf and hosts */
} StandbyFiles;

/*
 * A digest of all that is fixed when a container is created from @spec, or by what it has loaded
 * since: two containers with the same key build the same. @spec has the image that runs, a layer
 * or the base.
 */
char *standby_key(const CddContainerSpec *spec, const StandbyFiles *files);
