/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * One verb of the program. @run gets its own arguments, argv[0] being the verb; what it returns
 * tells whether all went well, and @error decides the exit status.
 */
typedef struct {
    const char *name;
    const char *summary;
    const char *examples; /* lines for the end of its --help */
    gboolean selects;     /* whether it takes --packages-select and its relatives */
    gboolean (*run)(int argc, char **argv, GError **error);
} Command;

extern const Command cmd_build;
extern const Command cmd_list;
extern const Command cmd_validate;
