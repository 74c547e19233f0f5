/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* A setting of a new colcon-deb.yaml. */
typedef struct {
    const char *key; /* its full name, one of config_keys */
    const char *value;
    const char *origin;  /* where the value was found, for people; or NULL */
    gboolean is_comment; /* the value is the default, which is only shown */
} TemplateLine;

/* The text of a colcon-deb.yaml with these settings. Keys of one mapping stand side by side in
 * @lines, and one of them at least is no comment. */
char *config_template_print(const TemplateLine *lines, gsize n_lines);
