/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "config.h"

/* Reads and prints one value of a Config by the type of its key. The caller prefixes errors with
 * the place of the value. */

/* Expands the variables in @text, and a leading ~/ in a path. */
gboolean
config_value_expand(const ConfigKey *key, const char *text, char **expanded, GError **error);

/* @directory: the base of a relative path; NULL for the current directory. */
gboolean config_value_set(
    Config *config, const ConfigKey *key, const char *text, const char *directory, GError **error);

gboolean config_value_set_variable(
    Config *config, const ConfigKey *key, const char *name, const char *value, GError **error);

/* Adds the value to @digest, so that two different values give different digests. */
void config_value_add_to_digest(const Config *config, const ConfigKey *key, GChecksum *digest);

/* "SETTING=value" of a key with a setting of the build container; NULL if the key has no value. */
char *config_value_print_setting(const Config *config, const ConfigKey *key);

/* Whether debian/rules can pass it to CMake as it is. */
gboolean config_value_is_argument(const char *text);

/* A letter or digit, then letters, digits and . _ + - */
gboolean config_value_is_word(const char *text);

void config_value_clear(Config *config, const ConfigKey *key);
