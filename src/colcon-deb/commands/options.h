/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../config/config.h"
#include "../config/selection.h"
#include "command.h"

/* A parsed command line. */
typedef struct {
    char *workspace;     /* the PATH argument, or NULL */
    char **arguments;    /* of a command that takes no PATH, or NULL */
    char *file;          /* --config, or NULL */
    GPtrArray *settings; /* ConfigSetting, in the order of the line */
    Selection selection;
    gboolean json;
    gboolean quiet;
    gboolean verbose;
    gboolean show_warnings;
    gboolean help; /* help has been printed; there is nothing to do */
} Options;

/* @extra: options of this command alone, ended by {NULL}; or NULL. */
gboolean options_parse(Options *options,
                       const Command *command,
                       const GOptionEntry *extra,
                       int argc,
                       char **argv,
                       GError **error);

/* Loads the configuration with the options applied. */
Config *options_load_config(const Options *options, GError **error);

void options_clear(Options *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)
