/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include "../base/nearest.h"
#include "../base/program-error.h"

const char *const command_engine_keys[] = {
    "docker.host",
    "docker.context",
    "docker.cert_path",
    NULL,
};

char *
command_full_name(const Command *command)
{
    if (command->parent == NULL)
        return g_strdup(command->name);
    return g_strconcat(command->parent, " ", command->name, NULL);
}

const Command *
command_find(const Command *const *commands, const char *name)
{
    for (; *commands != NULL; commands++)
        if (g_str_equal((*commands)->name, name) || g_strcmp0((*commands)->alias, name) == 0)
            return *commands;
    return NULL;
}

void
command_print_all(const Command *const *commands, FILE *out)
{
    for (; *commands != NULL; commands++)
        fprintf(out, "  %-10s %s\n", (*commands)->name, (*commands)->summary);
}

gboolean
command_set_unknown(const Command *const *commands,
                    const char *program,
                    const char *name,
                    GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest = NULL;

    for (; *commands != NULL; commands++)
        g_ptr_array_add(names, (gpointer)(*commands)->name);
    g_ptr_array_add(names, NULL);
    nearest = nearest_word(name, (const char *const *)names->pdata);
    if (nearest != NULL)
        return program_error_usage(error, "unknown %s \"%s\"; did you mean %s?",
                                   *name == '-' ? "option" : "command", name, nearest);
    return program_error_usage(error, "unknown %s \"%s\"; see '%s --help'",
                               *name == '-' ? "option" : "command", name, program);
}
