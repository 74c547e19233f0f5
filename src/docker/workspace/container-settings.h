/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The settings of a build container: the rows of scripts/helpers/container-settings.json, which is
 * built into the library and read by the helpers. A setting is an environment variable.
 */

/* "NAME=value" of all settings that the host makes: those in @settings ("NAME=value" entries, may
 * be NULL), else their default. A setting whose default the container finds out is left out. NULL
 * and CDD_ERROR_INVALID_SPEC for an entry that is no setting, or has a value of another type. */
GPtrArray *cdd_container_settings_fill(const char *const *settings, GError **error);

/* Gives a setting of @filled its value. */
void cdd_container_settings_put(GPtrArray *filled, const char *variable, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* FALSE and CDD_ERROR_INVALID_SPEC if an entry of @environment has the name of a setting. */
gboolean cdd_container_settings_check_environment(const char *const *environment, GError **error);
