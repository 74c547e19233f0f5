/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What decides whether a call runs natively. */
typedef enum {
    PROGRAM_UNKNOWN,      /* never native */
    PROGRAM_ALWAYS,       /* native, whatever the arguments */
    PROGRAM_DRIVER,       /* gcc, g++: by its options */
    PROGRAM_PREPROCESSOR, /* cpp: by its options */
    PROGRAM_COMPILER,     /* cc1, cc1plus: by their options */
    PROGRAM_LINKER,       /* native; its search path is adapted */
    PROGRAM_INTERPRETER,  /* python3, perl: by the script */
} ProgramKind;

typedef struct {
    ProgramKind kind;
    const char *key; /* what the rules file calls it */
} Program;

/* @path: of the program, e.g. /usr/bin/aarch64-linux-gnu-g++-14 */
Program program_find(const char *path);
