/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "options.h"

/* The options of the build of one target: those of the user, without what is the same for all
 * targets and is shown or shared out by the process that starts it. */
char **target_command_new(const Options *options, gboolean force);
