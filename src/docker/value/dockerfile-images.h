/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Returns the images that a Dockerfile's FROM and COPY --from name, each once, in order; stages are
 * left out. $NAME and ${NAME} are replaced by @build_args (nullable; NAME=value) or the default of
 * an ARG. Images named in any other way are not found.
 */
GStrv cdd_dockerfile_images(const char *text, const char *const *build_args);
