/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Collects what is wrong with a specification, in @faults, so that one error shows the caller
 * everything to fix.
 */
G_GNUC_PRINTF(2, 3)
void cdd_faults_add(GString *faults, const char *format, ...);

/* Returns whether @faults is empty; else sets an INVALID_SPEC that begins with @what. */
gboolean cdd_faults_conclude(const GString *faults, const char *what, GError **error);

/* A name as engines want it for containers and volumes. */
gboolean cdd_faults_is_name(const char *text);
/* Requests are JSON, and an engine would replace bytes that are not UTF-8. */
gboolean cdd_faults_is_text(const char *text);
/* NULL is no path. */
gboolean cdd_faults_is_path(const char *text);
/* Neither white space nor control characters, nor empty. */
gboolean cdd_faults_is_word(const char *text);

/* The lists and texts that are checked may be NULL. */
void cdd_faults_check_word(GString *faults, const char *what, const char *text);
void cdd_faults_check_list(GString *faults, const char *what, const char *const *list);
/* Checks `NAME=value` entries. */
void cdd_faults_check_entries(GString *faults, const char *what, const char *const *entries);

/*
 * Members that the headers reserve must be zero: a program that was compiled with a later version
 * of the library may have set one.
 */
#define cdd_faults_check_reserved(faults, structure)                                               \
    cdd_faults_check_unknown(faults, G_STRINGIFY(structure), (structure)->reserved,                \
                             G_N_ELEMENTS((structure)->reserved))
void cdd_faults_check_unknown(GString *faults,
                              const char *what,
                              const gpointer *reserved,
                              gsize n_reserved);

/* The same for a structure that is checked for nothing else. NULL has no members. */
#define cdd_check_reserved(structure, error)                                                       \
    ((structure) == NULL || cdd_check_unknown(G_STRINGIFY(structure), (structure)->reserved,       \
                                              G_N_ELEMENTS((structure)->reserved), (error)))
gboolean
cdd_check_unknown(const char *what, const gpointer *reserved, gsize n_reserved, GError **error);
