/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The settings of a build container, which are environment variables. They are listed in
 * scripts/helpers/container-settings.json, which is built into the library and read by the helpers.
 */

/* Adds "NAME=value" to @settings, or replaces the value there. */
void cdd_container_settings_put(GPtrArray *settings, const char *variable, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/*
 * Returns "NAME=value" for all settings of the host: from @decided, which the caller has put, from
 * @given (nullable; "NAME=value" entries), else the default. Settings whose default the container
 * finds itself are left out. Returns NULL with CDD_ERROR_INVALID_SPEC if an entry of @given is not
 * a setting, has a value of the wrong type, or is in @decided.
 */
GPtrArray *
cdd_container_settings_fill(const GPtrArray *decided, const char *const *given, GError **error);

/* Fails with CDD_ERROR_INVALID_SPEC if an entry of @environment has the name of a setting. */
gboolean cdd_container_settings_check_environment(const char *const *environment, GError **error);
