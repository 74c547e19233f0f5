/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * One verb of the program. @run gets its own arguments, argv[0] being the verb; what it returns
 * tells whether all went well, and @error decides the exit status.
 */
typedef struct {
    const char *parent; /* the command whose verb it is, as image; or NULL */
    const char *name;
    const char *alias;       /* another name, which no help tells; or NULL */
    const char *arguments;   /* what its usage line says of them; NULL for [PATH], a workspace */
    guint max_arguments;     /* how many it takes where it takes no workspace */
    const char *const *keys; /* the configuration's keys that it has flags for; NULL for all */
    const char *summary;
    const char *own_title; /* over its own options in --help; NULL for "Options" */
    const char *notes;     /* texts by manual.h's rules; each may be NULL */
    const char *examples;
    const char *exit_status; /* NULL for that of every command */
    gboolean selects;        /* whether it takes --packages-select and its relatives */
    gboolean (*run)(int argc, char **argv, GError **error);
} Command;

/* The commands, and the verbs of image; NULL ends each. */
extern const Command *const commands[];
extern const Command *const image_verbs[];

extern const Command cmd_build;
extern const Command cmd_help;
extern const Command cmd_image;
extern const Command cmd_image_build;
extern const Command cmd_image_create;
extern const Command cmd_image_list;
extern const Command cmd_image_remove;
extern const Command cmd_list;
extern const Command cmd_validate;

/* The configuration's keys that say which engine: all that a command of images takes. */
extern const char *const command_engine_keys[];

/* How a user calls it: "build", "image build". */
char *command_full_name(const Command *command);

/* The command of that name in @list; NULL if there is none. */
const Command *command_find(const Command *const *list, const char *name);

/* Sets @error: @name is not in @list; @program is how its commands are called. Returns FALSE. */
gboolean command_set_unknown(const Command *const *list,
                             const char *program,
                             const char *name,
                             GError **error);
