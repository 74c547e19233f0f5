/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "call.h"
#include "program.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Which calls of the compiler run natively. A native cross compiler gives the same bytes as the
 * emulated one when it compiles or preprocesses. In everything else the two may differ.
 */
typedef enum {
    RULE_ARGUMENT_IS,
    RULE_ARGUMENT_BEGINS,
    RULE_VARIABLE_IS_SET,
} RuleTest;

typedef enum {
    RULE_COMPILES,    /* the call compiles or preprocesses, and links nothing */
    RULE_EMULATED,    /* the call runs emulated */
    RULE_TAKES_VALUE, /* the next argument is no option */
} RuleEffect;

typedef struct {
    RuleTest test;
    const char *text;
    RuleEffect effect;
    unsigned kinds;  /* a bit for each ProgramKind that the rule is for */
    const char *why; /* for readers of the table */
} OptionRule;

extern const OptionRule option_rules[];
extern const size_t n_option_rules;

/* @kind: PROGRAM_DRIVER, PROGRAM_PREPROCESSOR or PROGRAM_COMPILER. Reads the response files
 * (@FILE) that the call names. */
bool option_rules_allow(ProgramKind kind, const Call *call);
