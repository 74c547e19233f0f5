/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/*
 * The selected packages of a workspace, by options of colcon. Of several options, the packages that
 * all of them select; without any, all packages.
 */
typedef enum {
    SELECTION_SELECT,
    SELECTION_SELECT_REGEX, /* one option with the former: packages of either list */
    SELECTION_UP_TO,
    SELECTION_ABOVE,
    SELECTION_SKIP,
    SELECTION_SKIP_REGEX,
    SELECTION_IGNORE,
    SELECTION_IGNORE_REGEX,
    SELECTION_BASE_PATHS,
    SELECTION_N_LISTS,
} SelectionList;

typedef struct {
    char **lists[SELECTION_N_LISTS]; /* NULL for an option that was not given */
} Selection;

typedef enum {
    SELECTION_NAMES,
    SELECTION_PATTERNS,
    SELECTION_PATHS,
} SelectionKind;

/* An option of the command line, for one list. */
typedef struct {
    const char *flag; /* without dashes */
    const char *placeholder;
    const char *description;
    const char *setting; /* the build container's setting that gets the list */
    SelectionKind kind;
} SelectionOption;

extern const SelectionOption selection_options[SELECTION_N_LISTS];

typedef struct {
    const char *name;
    const char *needs; /* names of its dependencies, which come before it, separated by spaces */
} SelectionPackage;

void selection_clear(Selection *selection);

gboolean selection_is_everything(const Selection *selection);

/* Adds what @text has to a list: names separated by spaces or commas; patterns or paths separated
 * by spaces. */
gboolean selection_add(Selection *selection, SelectionList list, const char *text, GError **error);

/* Adds the names to those that are selected: only these of @names are, if there are others. */
void selection_narrow(Selection *selection, const char *const *names);

/*
 * Turns `--packages-select a b` of a command line into `--packages-select` and `a b`, because
 * GOption gives an option one word and colcon takes all up to the next option. A word that cannot
 * be a name, such as a path, ends the list too. The same for arguments of CMake, which begin with a
 * dash and a capital letter. Consumes @argv.
 */
char **selection_join_words(char **argv);

/* Whether the base paths are below src/ of @workspace. */
gboolean
selection_check_base_paths(const Selection *selection, const char *workspace, GError **error);

/* The base paths below src/ of @workspace, each relative to src/; NULL without any, and with @error
 * if one is not there. */
char **
selection_place_base_paths(const Selection *selection, const char *workspace, GError **error);

/* The names of the selected packages. @packages: in the order of their dependencies. NULL if a
 * selected name is not among them, nothing is selected, or only a scan of the workspace can tell.
 */
GHashTable *
selection_apply(const Selection *selection, const SelectionPackage *packages, gsize n_packages);
