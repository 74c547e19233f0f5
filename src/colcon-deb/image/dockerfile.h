/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* The key docker.dockerfile: build the builder image first. */

/* Whether @path is a file, or NULL. The error is a usage error. */
gboolean dockerfile_check(const char *path, GError **error);

/* The name of the image that is built from @path: the same in each build, and different for each
 * path. */
char *dockerfile_get_image_name(const char *path);

/* Builds config->dockerfile under the name @name. The engine reuses steps that have not changed. */
gboolean dockerfile_build(CddService *service,
                          const Config *config,
                          const char *name,
                          const CddOutputHandler *handler,
                          GCancellable *cancellable,
                          GError **error);
