/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The settings of a build container, which are environment variables. They are listed in
 * scripts/helpers/container-settings.json, which is built into the library and read by the helpers.
 */

/*
 * Returns "NAME=value" for all settings of the host: from @settings (nullable; "NAME=value"
 * entries), else the default. Settings whose default the container finds itself are left out.
 * Returns NULL with CDD_ERROR_INVALID_SPEC if an entry is not a setting or its value has the wrong
 * type.
 */
GPtrArray *cdd_container_settings_fill(const char *const *settings, GError **error);

/* Sets the value of a setting in @filled. */
void cdd_container_settings_put(GPtrArray *filled, const char *variable, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Fails with CDD_ERROR_INVALID_SPEC if an entry of @environment has the name of a setting. */
gboolean cdd_container_settings_check_environment(const char *const *environment, GError **error);
