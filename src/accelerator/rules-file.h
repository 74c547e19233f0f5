/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "call.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The rules file: a line is "KEY VERB TEXT", where KEY is Program.key. Empty lines and lines that
 * begin with # say nothing. In TEXT, \n stands for a line feed, \s for a space and \\ for \.
 *
 *   python path /usr/bin/dh_python3            the script has this path
 *   python below /helpers/                     its path begins so
 *   perl not /usr/bin/dh_perl                  … but this path is not
 *   python ends /lib/rosidl_adapter/rosidl_adapter    its path ends so
 *   python setup setup.py                      a script of this name, if its imports are known
 *   python setup-without ext_modules           … and neither it nor setup.cfg beside it has this
 *   python module compileall                   -m compileall
 *   python imports sys                         -c CODE and setup.py may import this module
 *   python without numpy                       … and must not contain this
 *   python option -E                           an option that may stand before the script
 *   python module-option -S                    … and then only before -m
 *   compiler absent /usr/local/include/x       emulated if this path exists
 *   python set NAME=VALUE                      the variable that a native run gets
 *   make default NAME=VALUE                    the same, unless the variable is set
 */
typedef struct {
    const char *key;
    const char *verb;
    const char *text;
} RulesLine;

/* Reads the next line of @rest, which it changes. False at the end. */
bool rules_file_next(char **rest, RulesLine *line);

/* Whether none of the paths exists that must be absent. @rules is copied. */
bool rules_file_allow_machine(const char *rules, const char *key);

/* Whether an interpreter may run the script natively that the call names. @rules is copied. */
bool rules_file_allow(const char *rules, const char *key, const Call *call);
