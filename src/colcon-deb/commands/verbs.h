/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "command.h"

/* A command that only has verbs, such as image: runs the verb that @argv names, or prints the help
 * of the command. @more: further lines of that help. */
gboolean verbs_run(const Command *command,
                   const Command *const *verbs,
                   const char *more,
                   int argc,
                   char **argv,
                   GError **error);
