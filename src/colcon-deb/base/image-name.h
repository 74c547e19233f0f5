/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* How the names of the images begin that packages are built in, and the label by which they are
 * known whatever their name is. */
#define BUILDER_REPOSITORY "colcon-deb-builder"
#define BUILDER_LABEL "colcon-deb.role=builder"

/* Podman and others put a registry before the names that have none; this takes it away. */
const char *image_name_strip(const char *reference);

/* An id, as `docker images --no-trunc` shows it, names an image too. */
gboolean image_name_is_id(const char *text);

/* Whether @text can name an image; @error is a usage error. */
gboolean image_name_check(const char *text, GError **error);
/* The same of a new image, which gets its id by itself. */
gboolean image_name_check_new(const char *text, GError **error);
