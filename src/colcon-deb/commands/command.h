/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * A command of the program. @run gets the arguments from the command's name on, and returns whether
 * it succeeded; @error decides the exit status.
 */
typedef struct {
    const char *parent; /* the command that it is a verb of, such as image; or NULL */
    const char *name;
    const char *alias;       /* another name, which the help does not show; or NULL */
    const char *arguments;   /* as its synopsis shows them; NULL for [PATH], a workspace */
    guint max_arguments;     /* of a command that takes no workspace */
    guint max_targets;       /* how often it takes --target */
    const char *const *keys; /* the configuration keys that are its options; NULL for all */
    const char *summary;
    const char *own_title; /* the title of its own options in --help; NULL for "Options" */
    const char *notes;     /* texts by manual.h's rules; each may be NULL */
    const char *examples;
    const char *exit_status; /* NULL for the common text */
    gboolean compiles;       /* whether it takes --show-warnings */
    gboolean selects;        /* whether it takes --packages-select and the like */
    gboolean (*run)(int argc, char **argv, GError **error);
} Command;

/* The commands, and the verbs of image and of repo; NULL ends each. */
extern const Command *const commands[];
extern const Command *const image_verbs[];
extern const Command *const repo_verbs[];

extern const Command cmd_build;
extern const Command cmd_clean;
extern const Command cmd_doctor;
extern const Command cmd_help;
extern const Command cmd_image;
extern const Command cmd_image_accelerate;
extern const Command cmd_image_build;
extern const Command cmd_image_create;
extern const Command cmd_image_list;
extern const Command cmd_image_remove;
extern const Command cmd_init;
extern const Command cmd_install_check;
extern const Command cmd_list;
extern const Command cmd_logs;
extern const Command cmd_repo;
extern const Command cmd_repo_add;
extern const Command cmd_repo_list;
extern const Command cmd_repo_promote;
extern const Command cmd_repo_remove;
extern const Command cmd_repo_serve;
extern const Command cmd_repo_sign;
extern const Command cmd_report;
extern const Command cmd_shell;
extern const Command cmd_validate;

/* The keys that name the engine, for commands that need no others. */
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
