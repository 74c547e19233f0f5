/* SPDX-License-Identifier: Apache-2.0 */
#include "target-command.h"

#include <stddef.h>

static void
add(GPtrArray *command, const char *word)
{
    g_ptr_array_add(command, g_strdup(word));
}

/* The builds are shown by one view, and share the jobs. */
static gboolean
is_of_parent(const ConfigKey *key)
{
    return key->field == offsetof(Config, parallel_jobs) || key->field == offsetof(Config, view) ||
           key->field == offsetof(Config, title_progress);
}

static void
add_setting(GPtrArray *command, const ConfigSetting *setting)
{
    if (is_of_parent(setting->key))
        return;
    if (setting->key->implied != NULL) {
        g_ptr_array_add(command, g_strconcat(setting->flag, "=", setting->value, NULL));
        return;
    }
    add(command, setting->flag);
    if (setting->key->type != CONFIG_BOOLEAN)
        add(command, setting->value);
}

static void
add_names(GPtrArray *command, const char *flag, char *const *names)
{
    if (names == NULL)
        return;
    g_ptr_array_add(command, g_strconcat("--", flag, NULL));
    for (; *names != NULL; names++)
        add(command, *names);
}

char **
target_command_new(const Options *options, gboolean force)
{
    GPtrArray *command = g_ptr_array_new();

    if (options->file != NULL) {
        add(command, "--config");
        add(command, options->file);
    }
    for (guint i = 0; i < options->settings->len; i++)
        add_setting(command, options->settings->pdata[i]);
    for (gsize i = 0; i < SELECTION_N_LISTS; i++)
        add_names(command, selection_options[i].flag, options->selection.lists[i]);
    if (force)
        add(command, "--force");
    if (options->verbose)
        add(command, "--verbose");
    g_ptr_array_add(command, NULL);
    return (char **)g_ptr_array_free(command, FALSE);
}
