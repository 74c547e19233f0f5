/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* @reference without the registry that Podman and others put before a local name. */
const char *image_name_strip(const char *reference);

/* Whether @text is an image id, as `docker images --no-trunc` shows it. */
gboolean image_name_is_id(const char *text);

/* Whether @text can name an image. The error is a usage error. */
gboolean image_name_check(const char *text, GError **error);
/* The same for a new image, which cannot be named by an id. */
gboolean image_name_check_new(const char *text, GError **error);
