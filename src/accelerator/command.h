/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "call.h"
#include "program.h"

#include <stdbool.h>

#define ACCELERATOR "/usr/lib/colcon-deb/accelerator"
#define ACCELERATOR_LOADER ACCELERATOR "/lib/ld-linux-x86-64.so.2"

enum {
    COMMAND_MAX_ARGUMENTS = 1 << 18,
    COMMAND_MAX_VARIABLES = 1 << 14,
    COMMAND_MAX_RULES = 1 << 14,
    COMMAND_MAX_PATH = 1 << 9,
};

/* A native program, its arguments and its environment. A few megabytes: not for the stack. */
typedef struct {
    char *arguments[COMMAND_MAX_ARGUMENTS];
    char *environment[COMMAND_MAX_VARIABLES];
    char file[COMMAND_MAX_PATH];   /* what is executed */
    char rules[COMMAND_MAX_RULES]; /* the variables point into it */
} Command;

/*
 * Whether the call may run natively. @rules: the text of the rules file.
 */
bool command_is_native(const Call *call, const char *rules);

/*
 * The native command for that call. @by_loader: the file cannot find its libraries by itself.
 * False if the call has too many arguments or variables, or if its meaning is in a file that it
 * names; then it runs emulated.
 */
bool command_make(Command *command, const Call *call, const char *rules, bool by_loader);
