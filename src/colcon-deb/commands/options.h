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
    char **targets;      /* --target, in the order of the line; or NULL */
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

/* Loads the configuration with the options applied: with the keys of the target that --target
 * names, or those of the top level if it was not given, or more than once. */
Config *options_load_config(const Options *options, GError **error);

/* The same for a command that looks at one target: without --target the first one of the file, if
 * the top level does not say in which image to build. */
Config *options_load_one_config(const Options *options, GError **error);

void options_clear(Options *options);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)
