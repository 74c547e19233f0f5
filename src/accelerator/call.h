/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* How a program of an emulated system was called. */
typedef struct {
    const char *path;         /* the program's file, as the kernel found it */
    char *const *arguments;   /* the first is the name that the caller used; ends with NULL */
    char *const *environment; /* NAME=value entries; ends with NULL */
} Call;

/*
 * The value of a variable of the environment; NULL if it is not set.
 */
const char *call_get_variable(const Call *call, const char *name);
