/* SPDX-License-Identifier: Apache-2.0 */
#include "completion-words.h"

#include "../base/folder.h"
#include "../checks/other-engines.h"
#include "../config/config.h"
#include "../config/workspace.h"

#include <string.h>

enum {
    MAX_MANIFEST = 256 * 1024, /* bytes */
};

/* The shell has not expanded the words of a line that is being written. */
static char *
expand_home(const char *word)
{
    if (g_str_equal(word, "~") || g_str_has_prefix(word, "~/"))
        return g_strconcat(g_get_home_dir(), word + 1, NULL);
    return g_strdup(word);
}

/* The argument of --config in @line. Bash makes three words of --config=FILE. */
static char *
find_config_file(char *const *line)
{
    const char *found = NULL;
    g_autofree char *path = NULL;

    for (; *line != NULL; line++) {
        if (g_str_has_prefix(*line, "--config="))
            found = *line + strlen("--config=");
        else if ((g_str_equal(*line, "-c") || g_str_equal(*line, "--config")) && line[1] != NULL)
            found = g_str_equal(line[1], "=") ? line[2] : line[1];
    }
    path = expand_home(found != NULL ? found : "");
    /* A pipe would make the shell wait. */
    return g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer(&path) : NULL;
}

/* The word of @line that is a workspace; NULL for the current directory. */
static char *
find_workspace(char *const *line)
{
    for (; *line != NULL; line++) {
        g_autofree char *path = expand_home(*line);
        g_autofree char *source = g_build_filename(path, "src", NULL);

        if (*path != '-' && *path != '\0' && g_file_test(source, G_FILE_TEST_IS_DIR))
            return g_steal_pointer(&path);
    }
    return NULL;
}

static Config *
load_config(char *const *line)
{
    g_autofree char *workspace = find_workspace(line);
    g_autofree char *file = find_config_file(line);
    g_autoptr(GPtrArray) no_settings = g_ptr_array_new();

    return config_load(workspace, file, no_settings, NULL);
}

/* Strangers write names; what is no plain word would reach the terminal, or be several words. */
static gboolean
is_plain(const char *name)
{
    return *name != '\0' &&
           strspn(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.+-") == strlen(name);
}

static void
print_name(const char *name)
{
    if (is_plain(name))
        g_print("%s\n", name);
}

static void
print_package(const char *directory)
{
    g_autoptr(Folder) folder = folder_open(directory, NULL);
    g_autoptr(GBytes) manifest =
        folder != NULL ? folder_read(folder, "package.xml", MAX_MANIFEST, NULL) : NULL;
    g_autoptr(GRegex) pattern =
        g_regex_new("<name>\\s*([^<\\s]+)\\s*</name>", G_REGEX_RAW, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    gsize size = 0;
    const char *text = manifest != NULL ? g_bytes_get_data(manifest, &size) : NULL;

    if (text != NULL && g_regex_match_full(pattern, text, (gssize)size, 0, 0, &match, NULL)) {
        g_autofree char *name = g_match_info_fetch(match, 1);

        print_name(name);
    }
}

static void
print_packages(char *const *line)
{
    g_autoptr(Config) config = load_config(line);
    g_autofree char *workspace = find_workspace(line);
    const char *path = config != NULL ? config->colcon_repo : workspace != NULL ? workspace : ".";
    g_autoptr(GPtrArray) directories = workspace_find_packages(path, NULL);

    for (guint i = 0; directories != NULL && i < directories->len; i++)
        print_package(directories->pdata[i]);
}

static void
print_targets(char *const *line)
{
    g_autoptr(Config) config = load_config(line);

    for (char **name = config != NULL ? config->targets : NULL; name != NULL && *name != NULL;
         name++)
        print_name(*name);
}

static void
print_contexts(char *const *line)
{
    g_auto(GStrv) contexts = other_engines_list_contexts();

    for (char **name = contexts; *name != NULL; name++)
        print_name(*name);
}

void
completion_words_print(const char *placeholder, char *const *line)
{
    static const struct {
        const char *placeholder;
        void (*print)(char *const *line);
    } kinds[] = {
        {"PACKAGE", print_packages},
        {"TARGET", print_targets},
        {"CONTEXT", print_contexts},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (g_str_equal(kinds[i].placeholder, placeholder))
            kinds[i].print(line);
}
