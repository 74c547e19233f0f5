/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The selected packages of a workspace, as by colcon's --packages-select, --packages-up-to and
 * --packages-above. Of several lists, the packages that are in all of them; without a list, all
 * packages.
 */
typedef struct {
    char **select; /* exactly these; NULL if not given */
    char **up_to;  /* these and their dependencies */
    char **above;  /* these and their dependents */
} Selection;

typedef struct {
    const char *name;
    const char *needs; /* names of its dependencies, which come before it, separated by spaces */
} SelectionPackage;

void selection_clear(Selection *selection);

gboolean selection_is_everything(const Selection *selection);

/* Adds the names in @text, separated by spaces or commas, to one of @selection's lists. */
gboolean selection_add(char ***names, const char *text, GError **error);

/*
 * Turns `--packages-select a b` of a command line into `--packages-select` and `a b`, because
 * GOption gives an option one word and colcon takes all up to the next option. A word that cannot
 * be a name, such as a path, ends the list too. Consumes @argv.
 */
char **selection_join_words(char **argv);

/* The names of the selected packages. @packages: in the order of their dependencies. NULL if a
 * selected name is not among them, or nothing is selected. */
GHashTable *
selection_apply(const Selection *selection, const SelectionPackage *packages, gsize n_packages);
