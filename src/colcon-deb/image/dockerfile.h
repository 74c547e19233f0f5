/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"

#include <colcon-deb-docker/colcon-deb-docker.h>

/* docker.dockerfile: the image that packages are built in is built first. */

/* Whether @path is a file; NULL is fine. The error is a usage error. */
gboolean dockerfile_check(const char *path, GError **error);

/* The name of what is built from @path: the same in each build, and another for another file. */
char *dockerfile_get_image_name(const char *path);

/* Builds config->dockerfile under the name @name. What has not changed, the engine does not do
 * again. */
gboolean dockerfile_build(CddService *service,
                          const Config *config,
                          const char *name,
                          const CddOutputHandler *handler,
                          GCancellable *cancellable,
                          GError **error);
