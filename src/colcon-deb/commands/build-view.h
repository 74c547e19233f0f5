/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "../view/view.h"
#include "options.h"

/* The name of the view that the user asked for, or that fits. @interactive: standard output is a
 * terminal. */
const char *build_view_choose(const Options *options, const Config *config, gboolean interactive);

/* The view that the user asked for, or that fits standard output. @command: see
 * build_view_get_command(); it is borrowed until the view is freed, like @config. @on_stop: called
 * with @user_data when a key is to stop the build. */
View *build_view_new(const Options *options,
                     const Config *config,
                     const char *command,
                     void (*on_stop)(gpointer user_data),
                     gpointer user_data);

/* The command line of a build with these options, without its selection and without the values of
 * environment variables, which may be secret. */
char *build_view_get_command(const Options *options);
