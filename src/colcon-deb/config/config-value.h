/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "config.h"

/* One value of a Config at a time, checked by its key's type. Messages do not say where the value
 * was written: that is for the caller to put before them. */

/* @text as a file means it: variables expanded, a leading ~/ in a path too. */
gboolean
config_value_expand(const ConfigKey *key, const char *text, char **expanded, GError **error);

/* @directory is what a relative path is relative to; NULL for the current directory. */
gboolean config_value_set(
    Config *config, const ConfigKey *key, const char *text, const char *directory, GError **error);

gboolean config_value_set_variable(
    Config *config, const ConfigKey *key, const char *name, const char *value, GError **error);

/* Two configurations have the same value exactly if they add the same to @digest. */
void config_value_add_to_digest(const Config *config, const ConfigKey *key, GChecksum *digest);

/* "SETTING=value" of a key with a setting of the build container; NULL if the key has no value. */
char *config_value_print_setting(const Config *config, const ConfigKey *key);

void config_value_clear(Config *config, const ConfigKey *key);
