/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * Which packages of a workspace are meant: colcon's --packages-select, --packages-up-to and
 * --packages-above. Of several of these only what is in all of them; without any, everything.
 */
typedef struct {
    char **select; /* exactly these; NULL if it was not said */
    char **up_to;  /* these and all that they need */
    char **above;  /* these and all that need them */
} Selection;

typedef struct {
    const char *name;
    const char *needs; /* names of packages before it, separated by spaces */
} SelectionPackage;

void selection_clear(Selection *selection);

gboolean selection_is_everything(const Selection *selection);

/* Adds the names in @text, separated by spaces or commas, to one of @selection's lists. */
gboolean selection_add(char ***names, const char *text, GError **error);

/*
 * Turns `--packages-select a b` of a command line into `--packages-select` and `a b`, for a parser
 * that gives an option one word: colcon takes all up to the next option. A word that can be no
 * name, such as a path, ends them, too. Takes @argv over.
 */
char **selection_join_words(char **argv);

/* The names of what is selected of @packages, which are in the order of their dependencies; NULL if
 * a name is not among them, or nothing is left. */
GHashTable *
selection_apply(const Selection *selection, const SelectionPackage *packages, gsize n_packages);
