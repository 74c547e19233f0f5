/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/architecture.h"
#include "../config/config.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* The key docker.dockerfile: build the builder image first. */

/* Whether @path is a file, or NULL. The error is a usage error. */
gboolean dockerfile_check(const char *path, GError **error);

/* The name of the image that is built from @path: the same in each build, and different for each
 * path and each platform that is asked for. @architecture: NULL for none. */
char *dockerfile_get_image_name(const char *path, const Architecture *architecture);

/* Builds config->dockerfile under the name @name. @platform: NULL for the engine's own. The engine
 * reuses steps that have not changed. */
gboolean dockerfile_build(CddService *service,
                          const Config *config,
                          const char *name,
                          const char *platform,
                          const CddOutputHandler *handler,
                          GCancellable *cancellable,
                          GError **error);
