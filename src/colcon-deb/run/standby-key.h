/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <colcon-deb-docker/colcon-deb-docker.h>

/*
 * A digest of all that is fixed when a container is created from @spec, or by what it has loaded
 * since: two containers with the same key build the same. @spec has the image that runs, a layer
 * or the base. @helpers: the digest of the files that run in the container.
 */
char *standby_key(const CddContainerSpec *spec, const char *helpers);
