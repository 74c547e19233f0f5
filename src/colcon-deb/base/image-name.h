/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Podman and others put a registry before the names that have none; this takes it away. */
const char *image_name_strip(const char *reference);

/* An id, as `docker images --no-trunc` shows it, names an image too. */
gboolean image_name_is_id(const char *text);

/* Whether @text can name an image; @error is a usage error. */
gboolean image_name_check(const char *text, GError **error);
/* The same of a new image, which gets its id by itself. */
gboolean image_name_check_new(const char *text, GError **error);
