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

const Command *const commands[] = {
    &cmd_build,  &cmd_list, &cmd_logs,          &cmd_shell, &cmd_init,  &cmd_validate, &cmd_doctor,
    &cmd_report, &cmd_repo, &cmd_install_check, &cmd_image, &cmd_clean, &cmd_help,     NULL,
};

const Command *const image_verbs[] = {
    &cmd_image_accelerate, &cmd_image_build,  &cmd_image_create,
    &cmd_image_list,       &cmd_image_remove, NULL,
};

const Command *const repo_verbs[] = {
    &cmd_repo_add,  &cmd_repo_list, &cmd_repo_promote, &cmd_repo_remove, &cmd_repo_serve,
    &cmd_repo_sign, NULL,
};

char *
command_full_name(const Command *command)
{
    if (command->parent == NULL)
        return g_strdup(command->name);
    return g_strconcat(command->parent, " ", command->name, NULL);
}

const Command *
command_find(const Command *const *list, const char *name)
{
    for (; *list != NULL; list++)
        if (g_str_equal((*list)->name, name) || g_strcmp0((*list)->alias, name) == 0)
            return *list;
    return NULL;
}

gboolean
command_set_unknown(const Command *const *list,
                    const char *program,
                    const char *name,
                    GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    const char *nearest = NULL;

    for (; *list != NULL; list++)
        g_ptr_array_add(names, (gpointer)(*list)->name);
    g_ptr_array_add(names, NULL);
    nearest = nearest_word(name, (const char *const *)names->pdata);
    if (nearest != NULL)
        return program_error_usage(error, "unknown %s \"%s\"; did you mean %s?",
                                   *name == '-' ? "option" : "command", name, nearest);
    return program_error_usage(error, "unknown %s \"%s\"; see '%s --help'",
                               *name == '-' ? "option" : "command", name, program);
}
